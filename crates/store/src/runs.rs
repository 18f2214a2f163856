//! Operation runs: the only place that writes the table.
//!
//! `start` authorises, `ensure` creates or reuses, `insert` is the only insert of new
//! ones and `adopt` of those of an earlier installation; `claim` leases what `choose` lets start, `heartbeat`
//! keeps it; `progress`, `items` and `transition` write under the lease; `rescue` takes back what a lost worker held; `list`, `find`,
//! `waiting` and `workers` read for people, `depth` and `figures` for whoever watches; `rollup` and `prune` keep it small.

mod adopt;
mod calls;
mod cancel;
mod children;
mod choose;
mod claim;
mod depth;
mod ended;
mod ensure;
mod events;
mod figures;
mod find;
mod finish;
mod forget;
mod gate;
mod heartbeat;
mod hold;
mod insert;
mod items;
mod list;
mod pauses;
mod progress;
mod prune;
mod rescue;
mod retry;
mod rollup;
mod row;
mod settings;
mod start;
mod start_keys;
mod transition;
mod verify;
mod waiting;
mod walk;
mod watch;
mod worker_id;
mod workers;

pub use claim::{Claim, LEASE};
pub use figures::{Figures, Transactions};
pub use finish::End;
pub use gate::Admission;
pub use heartbeat::Beat;
pub use list::{RunFilter, RunList, RunTab};
pub use progress::Progress;
pub use rescue::Rescued;
pub use retry::Again;
pub use rollup::HourlyRuns;
pub use watch::ActiveRun;
pub use worker_id::WorkerId;

pub(crate) use adopt::adopt;
pub(crate) use ended::Ended;
pub(crate) use ensure::ensure;
pub(crate) use forget::forget_name;
pub(crate) use insert::{Links, NewRun, insert_many};
pub(crate) use progress::fenced;
pub(crate) use walk::{BEHIND, first_at};
pub(crate) use watch::page;
pub(crate) use workers::WorkerRow;

use crate::open::Store;

/// Runs, for people.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a>(pub(crate) &'a Store);

/// Runs, for workers: acts as the system, because a worker serves every workspace.
#[derive(Debug, Clone, Copy)]
pub struct Queue<'a>(pub(crate) &'a Store);
