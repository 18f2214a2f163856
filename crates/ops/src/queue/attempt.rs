//! One attempt of one run: gate, handler, end.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use model::failure::{Code, Failure, FailureLine, Retry, SafeValue, add_line};
use model::ids::RunId;
use model::metric::{LEASES_LOST, RUNS_PUT_OFF, type_of};
use model::operations::{Operation, alerts_deliver};
use model::run::{Counts, NewEvent, Outcome, Run, backoff, outcome_of};
use model::time::duration_words;
use store::StoreError;
use store::runs::{Admission, Claim, End};
use tokio::sync::watch;
use tracing::Instrument as _;

use super::worker::Shared;
use crate::context::{Context, Parts};
use crate::halt::{Halt, Stop};
use crate::operations::restore_rollout;
use crate::registry;

/// Goes through the gate, does the work and ends the run. Never fails: what cannot be written is left to the rescue.
pub(super) async fn run(shared: &Shared, claim: Claim, admission: Admission, stop: watch::Receiver<Option<Stop>>) {
    let (id, token) = (claim.run.id, claim.token());
    let kind = type_of(claim.run.operation);
    // Everything that the attempt logs and asks carries the run.
    let span = tracing::info_span!("run", run = %id, operation = kind);
    if let Err(error) = attempt(shared, claim, admission, stop).instrument(span).await {
        match error {
            StoreError::LeaseLost => {
                tracing::warn!(run = %id, "the lease was lost; stopped");
                metrics::counter!(LEASES_LOST.name, "type" => kind).increment(1);
            }
            error => tracing::error!(run = %id, %error, "the attempt could not be recorded; the rescue will see to it"),
        }
    }
    shared.held.remove(id, token);
    shared.freed.notify_one();
}

async fn attempt(
    shared: &Shared,
    claim: Claim,
    admission: Admission,
    stop: watch::Receiver<Option<Stop>>,
) -> Result<(), StoreError> {
    let id = claim.run.id;
    let scope = match admission {
        Admission::Admitted(scope) => scope,
        Admission::Refused(scope, failure) => {
            let line = FailureLine::of(&failure, None);
            let end = End { outcome: Outcome::Blocked, reason: Some(failure), counts: Counts::default(), failures: vec![line] };
            return shared.endings.write(&shared.store, scope, end).await;
        }
    };
    let Some(operation) = claim.run.operation else { return Ok(()) };
    let Claim { run, cursor, .. } = claim;
    let attempt = Attempt::of(shared, &run);
    let mut context = Context::new(Parts {
        store: shared.store.clone(),
        scope: scope.clone(),
        run,
        cursor,
        graph: shared.graph.clone(),
        clouds: shared.clouds.clone(),
        mirror_folder: shared.options.mirror_folder.clone(),
        settle: shared.options.settle,
        courier: shared.options.courier.clone(),
        public_url: shared.options.public_url.clone(),
        stop,
    });
    let ended = execute(operation, &mut context, id).await;
    // The trace is written while the run is still held. Without it the run ends all the same.
    if !matches!(ended, Err(Halt::Stop(Stop::LeaseLost)))
        && let Err(Halt::Failure(failure)) = context.trace(true).await
    {
        tracing::warn!(run = %id, code = failure.code().code(), "the trace of a run could not be written");
    }
    let (counts, mut failures, of_no_use) = (context.counts, context.failures, context.of_no_use);
    let failed = |outcome, failure: Failure, failures| End { outcome, reason: Some(failure), counts: counts.clone(), failures };
    let end = match ended {
        Ok(()) => {
            let outcome = if of_no_use { Outcome::Failed } else { outcome_of(&counts, failures.is_empty()) };
            let code = failures.first().map(|line| Code::from_code(&line.code));
            let reason = if outcome == Outcome::Succeeded { None } else { code.map(Failure::new) };
            End { outcome, reason, counts: counts.clone(), failures }
        }
        Err(Halt::Stop(Stop::LeaseLost)) => return Err(StoreError::LeaseLost),
        Err(Halt::Stop(Stop::Shutdown)) => {
            let event = NewEvent::info("handed_back", "The worker is shutting down; another one will go on.");
            shared.store.queue().hand_back(&scope, Duration::ZERO, false, event).await?;
            count_put_off(operation, "shutdown");
            return Ok(());
        }
        Err(Halt::Children(words)) => {
            let event = NewEvent::info("waits", words);
            shared.store.queue().wait_for_children(&scope, restore_rollout::LOOKS_EVERY, event).await?;
            count_put_off(operation, "children");
            return Ok(());
        }
        Err(Halt::Stop(Stop::Cancel)) => failed(Outcome::Cancelled, Failure::new(Code::RunCancelled), failures),
        Err(Halt::Stop(Stop::Overdue)) => failed(Outcome::Failed, Failure::new(Code::RunDeadlineExceeded), failures),
        Err(Halt::Stop(Stop::Withdrawn(code))) => withdrawn(code, &counts, failures),
        // Switched off between the gate and the first question.
        Err(Halt::Failure(failure)) if matches!(failure.code(), Code::ConnectionDisabled | Code::ConnectionMissing) => {
            withdrawn(failure.code(), &counts, failures)
        }
        // There is nothing that could be attempted.
        Err(Halt::Failure(failure)) if is_blocked(failure.code()) => withdrawn(failure.code(), &counts, failures),
        Err(Halt::Failure(failure)) => match attempt.again(&failure) {
            Some(Again { wait, counts }) => {
                let words = format!("{} Trying again in {}.", failure.message(), duration_words(wait));
                shared.store.queue().hand_back(&scope, wait, counts, NewEvent::warning("retry", words)).await?;
                count_put_off(operation, if counts { "retry" } else { "throttled" });
                return Ok(());
            }
            None => {
                add_line(&mut failures, FailureLine::of(&failure, None), usize::MAX);
                failed(Outcome::Failed, failure, failures)
            }
        },
    };
    // Figures of an attempt that was interrupted in the middle may be one step apart; the failure is what matters then.
    let counts = if end.counts.check().is_ok() { end.counts.clone() } else { Counts::default() };
    shared.endings.write(&shared.store, scope, End { counts, ..end }).await
}

/// Whether a handler says by it that there was nothing that could be attempted.
const fn is_blocked(code: Code) -> bool {
    matches!(code, Code::DriftNothingToCompare | Code::BaselineNotAssigned | Code::BaselineNothingToCompare)
}

/// Nothing more may be attempted: what it works by was taken away.
fn withdrawn(code: Code, counts: &Counts, mut failures: Vec<FailureLine>) -> End {
    let failure = Failure::new(code);
    add_line(&mut failures, FailureLine::of(&failure, None), usize::MAX);
    End { outcome: Outcome::Blocked, reason: Some(failure), counts: counts.clone(), failures }
}

fn count_put_off(operation: Operation, reason: &'static str) {
    metrics::counter!(RUNS_PUT_OFF.name, "type" => type_of(Some(operation)), "reason" => reason).increment(1);
}

/// Claims of a run that was put off because the other side asked us to wait, or because the database was away; then attempts count.
const MOST_CLAIMS: i64 = 50;

/// Which attempt of a run it is.
struct Attempt {
    number: u32,
    left: bool,
    claims: i64,
    base: Duration,
    seed: u64,
    /// Whether it delivers an alert.
    delivers: bool,
    /// Whether that alert is a test, whose sender waits for what comes of it.
    tests: bool,
}

/// To be tried again.
struct Again {
    wait: Duration,
    /// Whether the attempt counts.
    counts: bool,
}

impl Attempt {
    fn of(shared: &Shared, run: &Run) -> Self {
        Self {
            number: run.attempt,
            left: run.attempt < run.max_attempts,
            claims: run.lease_token,
            base: shared.options.retry_base,
            seed: run.id.uuid().as_u64_pair().1,
            delivers: run.operation == Some(Operation::AlertsDeliver),
            tests: run.operation == Some(Operation::AlertsDeliver)
                && alerts_deliver::Arguments::stored(&run.context).is_some_and(|arguments| arguments.is_test()),
        }
    }

    /// Throttling is nobody's fault: the run is put off for as long as was asked, and the attempt does not count; nor does it when our
    /// own database was away, or a restart of it would use up the attempts of every run. Time-outs and the like are tried again while
    /// attempts are left. The rest is final, and so is whatever a test of a destination finds.
    fn again(&self, failure: &Failure) -> Option<Again> {
        if failure.code().retry() != Retry::Later {
            return None;
        }
        let ours = matches!(failure.code(), Code::StoreUnavailable | Code::StorageUnavailable);
        // What the other side answers to a test is what the test is to find out.
        if self.tests && !ours {
            return None;
        }
        let asked = failure.params().iter().find_map(|(name, value)| match value {
            SafeValue::Duration(wait) if *name == "retry_after" => Some(*wait),
            _ => None,
        });
        let wait = backoff(self.base, self.number, self.seed, asked);
        match asked {
            Some(_) if self.claims < MOST_CLAIMS => Some(Again { wait, counts: false }),
            None if ours && self.claims < MOST_CLAIMS => {
                let so_far = u32::try_from(self.claims).unwrap_or(u32::MAX);
                Some(Again { wait: backoff(self.base, so_far, self.seed, None), counts: false })
            }
            _ => {
                let wait = if self.delivers { alerts_deliver::backoff(wait, self.number) } else { wait };
                self.left.then_some(Again { wait, counts: true })
            }
        }
    }
}

/// Runs the handler; a panic in it is a failure of this run alone.
async fn execute(operation: Operation, context: &mut Context, run: RunId) -> Result<(), Halt> {
    match AssertUnwindSafe(registry::execute(operation, context)).catch_unwind().await {
        Ok(ended) => ended,
        Err(_) => {
            tracing::error!(%run, operation = operation.code(), "the handler panicked");
            Err(Failure::new(Code::Internal).into())
        }
    }
}
