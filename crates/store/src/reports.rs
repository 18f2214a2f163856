//! Reports: documents about tenants, read from what is kept here and from nowhere else.
//!
//! `choose` finds the tenants that somebody may read a report of, `writing` makes the document piece by piece (one file for each
//! kind: `configuration`, `changes`, `readiness`, `findings`), so that it costs the same memory however long it is. `kept` stores
//! finished documents and gives them away, `make` starts the run that does so, `schedules` starts it by itself.

mod changes;
mod choose;
mod configuration;
mod contents;
mod findings;
mod kept;
mod make;
mod names;
mod readiness;
mod schedules;
mod writing;

pub use choose::ReportAsk;
pub use writing::ReportWriting;

use crate::open::Store;

/// Reports.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'a>(pub(crate) &'a Store);

impl Store {
    /// Reports.
    #[must_use]
    pub const fn reports(&self) -> Reports<'_> {
        Reports(self)
    }
}
