//! The only statements that move a run from one state to another, but for the claim. Each repeats the state that it expects,
//! so that of two that race exactly one wins.

use std::time::Duration;

use model::failure::{Code, Failure};
use model::ids::RunId;
use model::label::Labelled as _;
use model::run::{Level, NewEvent, Outcome, Run, Status, Trigger, may_move};

use super::ended::Ended;
use super::ensure::ensure;
use super::insert::{Links, NewRun};
use super::row::{RunRow, changed, columns};
use super::{Queue, children, events};
use crate::access::RunScope;
use crate::alerts;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::notices;
use crate::settings;
use crate::sql::{Sql, sql};
use crate::tenant_events::named_types;

/// From which state, and what else must still be as it was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From {
    /// Waiting.
    Queued,
    /// Waiting past its start deadline, not claimed since it had this token.
    Stale(i64),
    /// Running under this token.
    Running(i64),
    /// Running under this token, its lease over: a heartbeat that came in between keeps the run.
    Lost(i64),
    /// Running, asked to stop, and not stopping: whoever holds it.
    Unheeding,
}

impl From {
    /// The condition that names the run and repeats what is expected.
    fn condition(self, statement: Sql) -> Sql {
        match self {
            Self::Queued => statement.push(" where id = $1 and status = 'queued'"),
            Self::Stale(token) => statement
                .push_bind(" where id = $1 and status = 'queued' and lease_token = ", token)
                .push(" and start_deadline < $now and available_at <= $now"),
            Self::Running(token) => statement.push_bind(" where id = $1 and status = 'running' and lease_token = ", token),
            Self::Lost(token) => statement
                .push_bind(" where id = $1 and status = 'running' and lease_token = ", token)
                .push(" and lease_expires_at < $now"),
            Self::Unheeding => statement.push(" where id = $1 and status = 'running' and cancel_requested_at is not null"),
        }
    }
}

const COMPLETE: &str = "update operation_runs set status = 'completed', outcome = $2, reason_code = $3,
    completed_at = $now, updated_at = $now, lease_owner = null, lease_expires_at = null, tenant_slot = null,
    workspace_slot = null, phase = null";
const REQUEUE: &str = "update operation_runs set status = 'queued', lease_owner = null, lease_expires_at = null, phase = null,
    tenant_slot = null, workspace_slot = null, updated_at = $now, available_at = $after(2)";

/// Completes a run; `None` when it is no longer in the expected state. Writes the last event and the terminal notice.
pub(crate) async fn complete(
    tx: &mut Tx,
    run: RunId,
    from: From,
    outcome: Outcome,
    reason: Option<&Failure>,
) -> Result<Option<Run>> {
    let status = match from {
        From::Queued | From::Stale(_) => Status::Queued,
        From::Running(_) | From::Lost(_) | From::Unheeding => Status::Running,
    };
    if !may_move(Some(status), (Status::Completed, outcome)) {
        return Err(StoreError::Corrupt("a run was to be moved where it may not go"));
    }
    let statement = sql(COMPLETE).bind(run).bind(outcome.code()).bind(reason.map(|failure| failure.code().code()));
    let statement = from.condition(statement).push(concat!(" returning ", columns!()));
    let row: Option<RunRow> = tx.optional(statement).await?;
    let Some(run) = row.map(Run::from) else { return Ok(None) };
    after_completion(tx, &[(&run, reason)]).await?;
    Ok(Some(run))
}

/// What every completion brings with it: the last event, the terminal notice, what follows.
pub(super) async fn after_completion(tx: &mut Tx, done: &[(&Run, Option<&Failure>)]) -> Result<()> {
    let events: Vec<_> = done.iter().map(|(run, reason)| (*run, last_event(run.outcome, *reason))).collect();
    events::add_many(tx, &events).await?;
    notices::write(tx, done.iter().map(|(run, _)| *run)).await?;
    alerts::ended(tx, done.iter().copied()).await?;
    for (run, _) in done {
        tx.touch(changed(run));
        tx.ended(Ended::of(run));
        follow_up(tx, run).await?;
        if let Some(parent) = run.parent_run_id {
            children::wake(tx, parent).await?;
        }
    }
    Ok(())
}

fn last_event(outcome: Outcome, reason: Option<&Failure>) -> NewEvent {
    let level = match outcome {
        Outcome::Succeeded | Outcome::Cancelled => Level::Info,
        Outcome::PartiallySucceeded | Outcome::Blocked => Level::Warning,
        _ => Level::Error,
    };
    let words = match reason {
        Some(failure) => format!("{}. {}", outcome.badge().word, failure.message()),
        None => format!("{}.", outcome.badge().word),
    };
    NewEvent { level, ..NewEvent::info("completed", words) }
}

/// Starts what the catalogue says follows, in the transaction that completes the run: a restarted attempt starts no second one.
async fn follow_up(tx: &mut Tx, run: &Run) -> Result<()> {
    let Some(operation) = run.operation else { return Ok(()) };
    for follow_up in operation.entry().follow_ups {
        if let Some(key) = follow_up.only_with
            && !settings::chosen(tx, run, key).await?
        {
            continue;
        }
        if let Some(key) = follow_up.unless
            && settings::chosen(tx, run, key).await?
        {
            continue;
        }
        let wish = match follow_up.of_types {
            Some(wish) => wish(run, &named_types(tx, run).await?),
            None => (follow_up.wish)(run),
        };
        let Some(request) = wish else { continue };
        if follow_up.with_earlier_inventory && !earlier_inventory(tx, run).await? {
            continue;
        }
        if follow_up.with_baseline && !has_baseline(tx, run).await? {
            continue;
        }
        if follow_up.with_followers && !has_followers(tx, run).await? {
            continue;
        }
        let new = NewRun {
            id: RunId::generate(),
            workspace: run.workspace_id,
            tenant: run.tenant_id,
            request,
            trigger: Trigger::FollowUp,
            user: None,
            blocked: None,
            links: Links { caused_by: Some(run.id), ..Links::default() },
        };
        // An equal one that is under way will do; one that ends at this very moment has just done it.
        Box::pin(ensure(tx, new)).await?;
    }
    Ok(())
}

/// Whether another run than this one read a type of the tenant completely.
async fn earlier_inventory(tx: &mut Tx, run: &Run) -> Result<bool> {
    const EARLIER: &str =
        "select 1 from inventory_readings where tenant_id = $1 and state = 'complete' and operation_run_id <> $2 limit 1";
    let found: Option<(i32,)> = tx.optional(sql(EARLIER).bind(run.tenant_id).bind(run.id)).await?;
    Ok(found.is_some())
}

/// Whether the tenant is held against a baseline that has an active version.
async fn has_baseline(tx: &mut Tx, run: &Run) -> Result<bool> {
    const ASSIGNED: &str = "select 1 from baseline_assignments a join baselines b on b.id = a.baseline_id
      where a.tenant_id = $1 and b.archived_at is null and coalesce(a.pinned_number, b.active_number) is not null limit 1";
    let found: Option<(i32,)> = tx.optional(sql(ASSIGNED).bind(run.tenant_id)).await?;
    Ok(found.is_some())
}

/// Whether a baseline follows the tenant.
async fn has_followers(tx: &mut Tx, run: &Run) -> Result<bool> {
    const FOLLOWERS: &str = "select 1 from baselines where follows_tenant_id = $1 and archived_at is null limit 1";
    let found: Option<(i32,)> = tx.optional(sql(FOLLOWERS).bind(run.tenant_id)).await?;
    Ok(found.is_some())
}

/// Puts a running run back into the queue; `None` when it is no longer as expected. Its start deadline begins anew when it may be
/// claimed again. A run that was asked to stop is not tried again: it ends as cancelled.
pub(crate) async fn requeue(tx: &mut Tx, run: RunId, from: From, after: Duration, event: NewEvent) -> Result<Option<Run>> {
    let statement = from.condition(sql(REQUEUE).bind(run).bind(after)).push(concat!(" returning ", columns!()));
    let row: Option<RunRow> = tx.optional(statement).await?;
    let Some(mut run) = row.map(Run::from) else { return Ok(None) };
    events::add(tx, &run, event).await?;
    if run.cancel_requested_at.is_some() {
        return complete(tx, run.id, From::Queued, Outcome::Cancelled, Some(&Failure::new(Code::RunCancelled))).await;
    }
    if let Some(wait) = run.operation.and_then(|operation| operation.entry().start_deadline) {
        let deadline = concat!("update operation_runs set start_deadline = $after(2) where id = $1 returning ", columns!());
        run = tx.one::<RunRow>(sql(deadline).bind(run.id).bind(after + wait)).await?.into();
    }
    tx.touch(changed(&run));
    Ok(Some(run))
}

impl Queue<'_> {
    /// Gives the run back, to be tried again after a while: shutdown (no time, the attempt does not count) or back-off (counts).
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else holds the run by now.
    pub async fn hand_back(&self, scope: &RunScope, after: Duration, counts_as_attempt: bool, event: NewEvent) -> Result<Run> {
        let mut tx = self.0.db().write(scope.grant().reach()).await?;
        let from = From::Running(scope.token());
        let mut run = requeue(&mut tx, scope.run_id(), from, after, event).await?.ok_or(StoreError::LeaseLost)?;
        if !counts_as_attempt && run.status == Status::Queued {
            let undo = "update operation_runs set attempt = attempt - 1 where id = $1 and status = 'queued' and attempt > 0";
            run.attempt = run.attempt.saturating_sub(u32::try_from(tx.exec(sql(undo).bind(run.id)).await?).unwrap_or(0));
        }
        tx.commit_unaudited("a lease given back; the run's timeline records it").await?;
        Ok(run)
    }
}
