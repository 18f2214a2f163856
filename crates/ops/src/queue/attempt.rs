//! One attempt of one run: gate, handler, end.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use model::failure::{Code, Failure, FailureLine, Retry, add_line};
use model::ids::RunId;
use model::operations::Operation;
use model::run::{Counts, NewEvent, Outcome};
use model::time::duration_words;
use store::access::RunScope;
use store::runs::{Admission, Claim};
use store::{Store, StoreError};

use super::worker::Shared;
use crate::context::{Context, Parts};
use crate::halt::{Halt, Stop};
use crate::registry;

/// Goes through the gate, does the work and ends the run. Never fails: what cannot be written is left to the rescue.
pub(super) async fn run(shared: &Shared, claim: Claim) {
    let id = claim.run.id;
    if let Err(error) = attempt(shared, claim).await {
        match error {
            StoreError::LeaseLost => tracing::warn!(run = %id, "the lease was lost; stopped"),
            error => tracing::error!(run = %id, %error, "the attempt could not be recorded; the rescue will see to it"),
        }
    }
    shared.held.remove(id);
    shared.freed.notify_one();
}

async fn attempt(shared: &Shared, claim: Claim) -> Result<(), StoreError> {
    let stop = shared.held.add(claim.run.id, claim.token());
    let scope = match shared.store.queue().admit(&claim).await? {
        Admission::Admitted(scope) => scope,
        Admission::Refused(scope, failure) => {
            let line = FailureLine::of(&failure, None);
            let end = End { outcome: Outcome::Blocked, reason: Some(failure), counts: Counts::default(), failures: vec![line] };
            return end.write(&shared.store, &scope).await;
        }
    };
    let Some(operation) = claim.run.operation else { return Ok(()) };
    let Claim { run, cursor, .. } = claim;
    let (run_id, attempts_left) = (run.id, run.attempt < run.max_attempts);
    let attempt_number = run.attempt;
    let mut context = Context::new(Parts {
        store: shared.store.clone(),
        scope: scope.clone(),
        run,
        cursor,
        graph: shared.graph.clone(),
        clouds: shared.clouds.clone(),
        stop,
    });
    let ended = execute(operation, &mut context, run_id).await;
    let (counts, mut failures) = (context.counts, context.failures);
    let failed = |outcome, failure: Failure, failures| End { outcome, reason: Some(failure), counts: counts.clone(), failures };
    let end = match ended {
        Ok(outcome) => {
            let code = failures.first().map(|line| Code::from_code(&line.code));
            let reason = if outcome == Outcome::Succeeded { None } else { code.map(Failure::new) };
            End { outcome, reason, counts: counts.clone(), failures }
        }
        Err(Halt::Stop(Stop::LeaseLost)) => return Err(StoreError::LeaseLost),
        Err(Halt::Stop(Stop::Shutdown)) => {
            let event = NewEvent::info("handed_back", "The worker is shutting down; another one will go on.");
            shared.store.queue().hand_back(&scope, Duration::ZERO, false, event).await?;
            return Ok(());
        }
        Err(Halt::Stop(Stop::Cancel)) => failed(Outcome::Cancelled, Failure::new(Code::RunCancelled), failures),
        Err(Halt::Stop(Stop::Overdue)) => failed(Outcome::Failed, Failure::new(Code::RunDeadlineExceeded), failures),
        Err(Halt::Failure(failure)) if failure.code().retry() == Retry::Later && attempts_left => {
            let wait = backoff(shared.options.retry_base, attempt_number);
            let words = format!("{} Trying again in {}.", failure.message(), duration_words(wait));
            shared.store.queue().hand_back(&scope, wait, true, NewEvent::warning("retry", words)).await?;
            return Ok(());
        }
        Err(Halt::Failure(failure)) => {
            add_line(&mut failures, FailureLine::of(&failure, None), usize::MAX);
            failed(Outcome::Failed, failure, failures)
        }
    };
    end.write(&shared.store, &scope).await
}

/// Runs the handler; a panic in it is a failure of this run alone.
async fn execute(operation: Operation, context: &mut Context, run: RunId) -> Result<Outcome, Halt> {
    match AssertUnwindSafe(registry::execute(operation, context)).catch_unwind().await {
        Ok(ended) => ended,
        Err(_) => {
            tracing::error!(%run, operation = operation.code(), "the handler panicked");
            Err(Failure::new(Code::Internal).into())
        }
    }
}

/// Doubles with each attempt, at most five minutes.
fn backoff(base: Duration, attempt: u32) -> Duration {
    base.saturating_mul(1 << attempt.saturating_sub(1).min(6)).min(Duration::from_secs(300))
}

/// How a run ends.
struct End {
    outcome: Outcome,
    reason: Option<Failure>,
    counts: Counts,
    failures: Vec<FailureLine>,
}

impl End {
    async fn write(&self, store: &Store, scope: &RunScope) -> Result<(), StoreError> {
        // Figures of an attempt that was interrupted in the middle may be one step apart; the failure is what matters then.
        let counts = if self.counts.check().is_ok() { self.counts.clone() } else { Counts::default() };
        store.queue().finish(scope, self.outcome, self.reason.as_ref(), &counts, &self.failures).await.map(|_| ())
    }
}
