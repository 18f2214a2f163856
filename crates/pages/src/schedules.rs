//! Schedules of a tenant: the list, one with its history, the form, the question before one is removed.

mod detail;
mod form;
mod input;
mod list;
mod purge;
mod retention;
mod state;

pub use detail::{Detail, FireRow};
pub use form::Form;
pub use input::{Input, SCHEDULED};
pub(crate) use input::{capitalised, code as day_code};
pub use list::{List, Row};
pub use purge::Purge;
pub use retention::Retention;
