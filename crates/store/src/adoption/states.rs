//! What the states of older runs are called now.

use model::run::{Outcome, Status};

/// Where an older run was: still active, as queued or running, or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    Queued,
    Running,
    Ended(Outcome),
}

/// Reads status and outcome.
///
/// # Errors
/// Why the run cannot be adopted.
pub(super) fn was(status: &str, outcome: &str) -> Result<Was, &'static str> {
    match Status::from_code(status) {
        Status::Queued => Ok(Was::Queued),
        Status::Running => Ok(Was::Running),
        Status::Completed => match outcome {
            "succeeded" | "success" => Ok(Was::Ended(Outcome::Succeeded)),
            "partially_succeeded" | "partial" => Ok(Was::Ended(Outcome::PartiallySucceeded)),
            "failed" | "failure" => Ok(Was::Ended(Outcome::Failed)),
            "blocked" => Ok(Was::Ended(Outcome::Blocked)),
            "cancelled" | "canceled" => Ok(Was::Ended(Outcome::Cancelled)),
            _ => Err("an outcome that is not known"),
        },
        Status::Unknown => match status {
            "pending" => Ok(Was::Queued),
            _ => Err("a status that is not known"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_not_known_becomes_a_success() {
        assert_eq!(was("completed", "partial"), Ok(Was::Ended(Outcome::PartiallySucceeded)));
        assert_eq!(was("queued", "pending"), Ok(Was::Queued));
        assert_eq!(was("running", ""), Ok(Was::Running));
        for (status, outcome) in
            [("completed", "pending"), ("completed", ""), ("completed", "ok"), ("done", "succeeded"), ("", "")]
        {
            assert!(was(status, outcome).is_err(), "{status} {outcome}");
        }
    }
}
