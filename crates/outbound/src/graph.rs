//! Microsoft Graph: tokens, lists, complete objects, writes.
//!
//! [`Graph`] exists once in a process. [`Graph::connect`] gives a [`GraphSession`] for one application registration in one
//! tenant; sessions with the same credentials share their token and their requests in flight, sessions of the same tenant
//! share cool-downs. Every GET may be repeated; a write only as [`Write`] says.

mod answer;
mod assertion;
mod batch;
mod budget;
mod claims;
mod connect;
mod credentials;
mod delta;
mod error;
mod eta;
mod exchange;
mod gate;
mod hydrate;
mod installation;
mod link;
mod meter;
mod nested;
mod order;
mod page;
mod planner;
mod question;
mod quota;
mod recorder;
mod retry;
mod route;
mod service;
mod session;
mod slots;
mod split;
mod token;
mod turn;
mod write;

pub use assertion::SigningCertificate;
pub use claims::TokenClaims;
pub use connect::Graph;
pub use credentials::{Credentials, Proof, TokenFile};
pub use delta::{DeltaLink, DeltaPage, DeltaPager, DeltaStep};
pub use hydrate::is_complete;
pub use meter::{Meter, Reading};
pub use order::Priority;
pub use page::{Page, Pager};
pub use question::Question;
pub use recorder::Recorder;
pub use session::GraphSession;
pub use turn::{Observer, Waiting};
pub use write::{ApprovalCode, Refused, Write, Written};

pub(crate) use write::APPROVAL_CODE;
