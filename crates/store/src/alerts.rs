//! Alerts: destinations and rules of a workspace, and the log of what became of each event for each rule.
//!
//! Events are `raise`d in the transaction of what causes them; those that follow from how things stand (no backup, no worker, a schedule
//! that is late) are found by `look`, which asks for what stands now and has no watermark that could lose or repeat one. Either way the
//! unique key of rule and event decides. `dispatch` makes messages of what is due, each with its run, in one transaction; a run reads
//! its message with `for_run`, and what came of it is written where runs complete.

mod destinations;
mod dispatch;
mod ended;
mod for_run;
mod list;
mod look;
mod raise;
mod row;
mod rules;
mod test_send;

pub use destinations::{DestinationWish, Target};
pub use dispatch::DispatchedAlerts;
pub use for_run::{Dispatch, OpenTarget};
pub use list::AlertLog;

pub(crate) use ended::ended;
pub(crate) use raise::{raise, raise_findings};
pub(crate) use test_send::started;

use crate::access::Grant;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use model::access::Capability;

/// Alerts.
#[derive(Debug, Clone, Copy)]
pub struct Alerts<'a>(pub(crate) &'a Store);

impl Store {
    /// Alerts.
    #[must_use]
    pub const fn alerts(&self) -> Alerts<'_> {
        Alerts(self)
    }
}

/// Alerts are of a whole workspace: a token that is narrowed to some of its tenants has no part in them.
fn of_all(grant: &Grant) -> Result<()> {
    if grant.entitled().is_some() { Err(StoreError::Forbidden(Capability::WorkspaceAlertsManage)) } else { Ok(()) }
}
