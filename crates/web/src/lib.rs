//! HTTP: routes, guards, pages, live streams. Everything is rendered from the database alone: nothing here can reach Microsoft
//! Graph, and work is started by writing a run.
//!
//! - [`routes`] lists every address. A handler's first argument is a guard ([`auth`]); without one it does not compile.
//! - `ui/<area>/<verb>.rs` holds one handler (or the two of a form) each: it reads from the store, fills a struct of `pages`, and
//!   answers through `respond`.
//! - `api/<noun>.rs` is the same for programs: JSON in place of pages, tokens in place of sessions.
//! - Errors are answered in one place, `error`. What is unknown and what is not theirs cannot be told apart.
//! - `live` and `events` tell open pages that a run changed; no correctness depends on them.

mod api;
pub mod auth;
mod backup_file;
mod comparison;
mod credential;
pub mod error;
mod events;
mod fields;
mod layers;
mod live;
mod local_path;
mod report;
mod respond;
mod restore_plan;
pub mod routes;
mod secrets;
mod serve;
mod state;
mod ui;
mod visit;
mod watched;

pub use api::document::openapi;
pub use auth::limit::{ApiLimits, SignInLimits, Tries};
pub use auth::password::{PasswordError, hash_password, hash_password_of};
pub use fields::Fields;
pub use live::watch;
pub use pages::sign_in::DemoAccount;
pub use routes::{RouteInfo, router, table};
pub use serve::serve;
pub use state::{WebOptions, WebState};
pub use ui::csv::line as csv_line;
pub use watched::{Scrape, serve_watched, watched};
