//! Operation runs: the only place that writes the table.
//!
//! `ensure` creates or reuses, `claim` leases, `progress` and `transition` write under the lease, `rescue` takes back what a lost
//! worker held, `list` and `find` read for people.

mod cancel;
mod claim;
mod ensure;
mod events;
mod find;
mod gate;
mod list;
mod progress;
mod rescue;
mod row;
mod transition;
mod watch;

pub use claim::{Beat, Claim, LEASE, WorkerId};
pub use gate::Admission;
pub use list::{RunFilter, RunTab};
pub use progress::Progress;
pub use rescue::Rescued;
pub use watch::ActiveRun;

pub(crate) use progress::fenced;
pub(crate) use watch::page;

use crate::open::Store;

/// Runs, for people.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a>(pub(crate) &'a Store);

/// Runs, for workers: acts as the system, because a worker serves every workspace.
#[derive(Debug, Clone, Copy)]
pub struct Queue<'a>(pub(crate) &'a Store);
