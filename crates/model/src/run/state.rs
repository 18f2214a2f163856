//! States, outcomes and the moves between them. The database repeats these rules; this is where they are decided.

use super::{CountKey, Counts};
use crate::codes::codes;

codes! {
    /// Where a run is.
    Status {
        /// Waiting for a worker.
        Queued = "queued",
        /// A worker holds the lease.
        Running = "running",
        /// Over; never changes again.
        Completed = "completed",
    }
}

codes! {
    /// How a run ended.
    Outcome {
        /// Not ended yet.
        Pending = "pending",
        /// All of it worked, or there was nothing to do.
        Succeeded = "succeeded",
        /// Some items failed.
        PartiallySucceeded = "partially_succeeded",
        /// Nothing usable came of it.
        Failed = "failed",
        /// A prerequisite or permission was missing and nothing was attempted, or the connection was taken away while it ran.
        Blocked = "blocked",
        /// A person asked it to stop.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What started a run.
    Trigger {
        /// A person in the web pages.
        Manual = "manual",
        /// A schedule.
        Schedule = "schedule",
        /// A person who repeats an earlier run.
        Retry = "retry",
        /// A client of the API.
        Api = "api",
        /// TenantAtlas itself.
        System = "system",
        /// The completion of another run.
        FollowUp = "follow_up",
    }
}

/// Whether a run may move from one state to another: the one list.
///
/// Creation (`from` = `None`) as queued, or directly as completed and blocked; queued → running; running → queued (rescue,
/// retry, snooze, hand back); queued → completed (cancelled, blocked, or failed as stale); running → completed.
#[must_use]
pub const fn may_move(from: Option<Status>, to: (Status, Outcome)) -> bool {
    let ended = !matches!(to.1, Outcome::Pending | Outcome::Unknown);
    match (from, to.0) {
        (None | Some(Status::Running), Status::Queued) => !ended,
        (Some(Status::Queued), Status::Running) => !ended,
        (None, Status::Completed) => matches!(to.1, Outcome::Blocked),
        (Some(Status::Queued), Status::Completed) => matches!(to.1, Outcome::Cancelled | Outcome::Blocked | Outcome::Failed),
        (Some(Status::Running), Status::Completed) => ended,
        _ => false,
    }
}

/// The outcome that follows from the figures of a run that went through all of its items: nothing to do, or all unchanged or
/// skipped, counts as success; some failed is partial; all failed is failed.
///
/// `clean`: whether nothing at all is on the list of failures. An item can work although a part of it did not (one object of a
/// type): that is partial.
#[must_use]
pub fn outcome_of(counts: &Counts, clean: bool) -> Outcome {
    let of = |key| counts.get(key).unwrap_or(0);
    match (of(CountKey::Failed), of(CountKey::Succeeded) + of(CountKey::Skipped)) {
        (0, _) if clean => Outcome::Succeeded,
        (_, 0) => Outcome::Failed,
        _ => Outcome::PartiallySucceeded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completed_is_absorbing_and_pending_means_not_completed() {
        for status in Status::ALL {
            for outcome in Outcome::ALL {
                assert!(!may_move(Some(Status::Completed), (*status, *outcome)));
                let pending = *outcome == Outcome::Pending;
                for from in [None, Some(Status::Queued), Some(Status::Running)] {
                    let allowed = may_move(from, (*status, *outcome));
                    assert!(!allowed || pending == (*status != Status::Completed), "{from:?} → {status} {outcome}");
                }
            }
        }
    }

    #[test]
    fn a_queued_run_never_succeeds_without_running() {
        assert!(!may_move(Some(Status::Queued), (Status::Completed, Outcome::Succeeded)));
        assert!(may_move(Some(Status::Queued), (Status::Completed, Outcome::Cancelled)));
        assert!(!may_move(None, (Status::Running, Outcome::Pending)));
    }

    #[test]
    fn outcome_follows_from_the_figures() {
        let counts = |succeeded, failed, skipped| {
            let mut counts = Counts::default();
            counts.set(CountKey::Succeeded, succeeded);
            counts.set(CountKey::Failed, failed);
            counts.set(CountKey::Skipped, skipped);
            counts
        };
        assert_eq!(outcome_of(&counts(0, 0, 0), true), Outcome::Succeeded);
        assert_eq!(outcome_of(&counts(3, 0, 0), true), Outcome::Succeeded);
        assert_eq!(outcome_of(&counts(0, 0, 2), true), Outcome::Succeeded);
        assert_eq!(outcome_of(&counts(3, 1, 0), false), Outcome::PartiallySucceeded);
        assert_eq!(outcome_of(&counts(0, 1, 0), false), Outcome::Failed);
        assert_eq!(outcome_of(&counts(3, 0, 0), false), Outcome::PartiallySucceeded);
        assert_eq!(outcome_of(&counts(0, 0, 0), false), Outcome::Failed);
    }
}
