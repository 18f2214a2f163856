//! A pretend Microsoft Graph: for the demo, for tests, and for rehearsals in process.
//!
//! [`Sim`] holds tenants in memory and answers [`Request`]s as Microsoft Graph does, driven by the contracts of
//! [`model::resource_types`]: token endpoint, paging, `$select`, `$expand`, errors, writes, assignments and `$batch`. It keeps
//! count of everything that it is asked ([`Ledger`]) and misbehaves on demand ([`Fault`]). [`Sim::listen`] puts it behind a
//! loopback listener. Content comes from folders of exported objects ([`load_folders`]) or is invented ([`generate`]).
//!
//! It refuses what Graph refuses and no more; what it does not know, it answers as Graph answers an unknown path.

mod assign;
mod batch;
mod call;
mod control;
mod deliver;
mod derived_id;
mod directory;
mod errors;
mod expand;
mod faults;
mod generate;
mod identity;
mod ledger;
mod load;
mod message;
mod query;
mod read;
mod route;
mod serve;
mod settings;
mod shelf;
mod sim;
mod tamper;
mod tenant;
mod token;
mod write;

pub use faults::{Effect, Fault, FaultId, Which};
pub use generate::{Change, ChangeEffect, Size, generate, history};
pub use identity::AppRegistration;
pub use ledger::{Count, Entry, EntryKind, Filter, Ledger, Mark};
pub use load::{Duplicate, LoadError, LoadReport, load_folders};
pub use message::{Body, Delivery, Request, Response};
pub use serve::Listening;
pub use settings::Settings;
pub use sim::{NoSuchTenant, Sim};
pub use tenant::{NotStorable, TenantProfile, TenantState};
