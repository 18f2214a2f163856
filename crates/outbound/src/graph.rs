//! Microsoft Graph: tokens, lists, complete objects.
//!
//! [`Graph`] exists once in a process. [`Graph::connect`] gives a [`GraphSession`] for one application registration in one
//! tenant; sessions with the same credentials share their token and their requests in flight, sessions of the same tenant
//! share cool-downs. Every GET may be repeated; nothing here writes.

mod answer;
mod connect;
mod error;
mod exchange;
mod gate;
mod hydrate;
mod link;
mod meter;
mod nested;
mod page;
mod retry;
mod route;
mod session;
mod token;

pub use connect::{Credentials, Graph};
pub use hydrate::is_complete;
pub use meter::{Meter, Reading};
pub use page::{Page, Pager};
pub use session::GraphSession;
