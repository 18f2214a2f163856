//! Counts runs that ended, once that is committed.

use std::time::Duration;

use model::metric::{RUN_DURATION, RUNS_COMPLETED, type_of};
use model::operations::Operation;
use model::run::{Outcome, Run};

/// What is counted of a run that ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    operation: Option<Operation>,
    outcome: Outcome,
    /// From its first claim on; `None` when it was never claimed.
    took: Option<Duration>,
}

impl Ended {
    pub(crate) fn of(run: &Run) -> Self {
        let took = run.started_at.zip(run.completed_at).map(|(started, completed)| completed.since(started));
        Self { operation: run.operation, outcome: run.outcome, took }
    }

    pub(crate) fn count(self) {
        let labels = [("type", type_of(self.operation)), ("outcome", self.outcome.code())];
        metrics::counter!(RUNS_COMPLETED.name, &labels).increment(1);
        if let Some(took) = self.took {
            metrics::histogram!(RUN_DURATION.name, &labels).record(took);
        }
    }
}
