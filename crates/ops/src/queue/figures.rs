//! Counts what the loops of a worker do.

use model::metric::{RUN_WAIT, RUNS_CLAIMED, RUNS_RESCUED, WORKER_FAILURES, WORKER_SLOTS, type_of};
use store::runs::{Claim, Rescued};

/// A worker with so many slots begins.
pub(super) fn slots(slots: usize) {
    metrics::gauge!(WORKER_SLOTS.name).increment(u32::try_from(slots).unwrap_or(u32::MAX));
}

/// A worker with so many slots ended.
pub(super) fn no_more(slots: usize) {
    metrics::gauge!(WORKER_SLOTS.name).decrement(u32::try_from(slots).unwrap_or(u32::MAX));
}

/// These were taken from the queue.
pub(super) fn claimed(claims: &[Claim]) {
    for claim in claims {
        let kind = type_of(claim.run.operation);
        metrics::counter!(RUNS_CLAIMED.name, "type" => kind).increment(1);
        if claim.token() == 1
            && let Some(started) = claim.run.started_at
        {
            metrics::histogram!(RUN_WAIT.name, "type" => kind).record(started.since(claim.run.created_at));
        }
    }
}

/// A sweep did this.
pub(super) fn rescued(rescued: &Rescued) {
    let Rescued { requeued, lost, overdue, stale, errors } = *rescued;
    for (kind, count) in [("requeued", requeued), ("lost", lost), ("overdue", overdue), ("stale", stale), ("error", errors)] {
        metrics::counter!(RUNS_RESCUED.name, "kind" => kind).increment(u64::from(count));
    }
}

/// The database refused a round of that part of the worker.
pub(super) fn failed(part: &'static str) {
    metrics::counter!(WORKER_FAILURES.name, "part" => part).increment(1);
}
