//! The only insert of runs: many at once, each with its place in the queue, its first event and its notice.

use std::collections::BTreeMap;

use model::failure::{Failure, FailureLine};
use model::ids::{RunId, TenantId, UserId, WorkspaceId};
use model::operations::{Identity, Operation};
use model::run::{NewEvent, Outcome, Run, RunRequest, Status, Trigger, identity_bytes};
use serde_json::json;
use uuid::Uuid;

use super::ended::Ended;
use super::events;
use super::row::{RunRow, changed, columns};
use crate::alerts;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::notices;
use crate::sql::{Sql, sql};

/// A run to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    pub(crate) id: RunId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) request: RunRequest,
    pub(crate) trigger: Trigger,
    /// Who started it; `None` for the system.
    pub(crate) user: Option<(UserId, String)>,
    /// Why nothing can be attempted, where that is known already: the run is made completed.
    pub(crate) blocked: Option<Failure>,
    pub(crate) links: Links,
}

/// What a run belongs to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    pub(crate) schedule: Option<Uuid>,
    pub(crate) retry_of: Option<RunId>,
    pub(crate) parent: Option<RunId>,
    pub(crate) caused_by: Option<RunId>,
}

impl NewRun {
    fn operation(&self) -> Operation {
        self.request.operation()
    }

    /// The tenant, or the workspace for runs without one.
    fn scope(&self) -> Uuid {
        self.tenant.map_or(self.workspace.uuid(), TenantId::uuid)
    }

    /// SHA-256 over the canonical identity bytes. A type that is a new run with each click is never equal to another; what a schedule
    /// fires is equal to what it fired before, so that a fire that meets it is left out.
    pub(crate) fn identity_hash(&self) -> Vec<u8> {
        let inputs = self.request.identity();
        let own = json!({ "inputs": inputs, "run": self.id });
        let fired = json!({ "inputs": inputs, "schedule": self.links.schedule });
        let inputs = match self.operation().entry().identity {
            Identity::PerFire if self.trigger == Trigger::Schedule => &fired,
            Identity::PerClick | Identity::PerFire => &own,
            Identity::WhileActive | Identity::PerRecord => inputs,
        };
        hash(&identity_bytes(self.operation(), inputs))
    }
}

pub(super) fn hash(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// Rows of one statement: SQLite looks up numbered parameters one after the other, so more are slower.
const AT_ONCE: usize = 20;
/// How far apart runs of one scope stand in the queue, in microseconds: who has much in it lets others in between.
const APART: i64 = 1_000_000;
/// How far a step of priority moves a run ahead, in microseconds.
const PRIORITY_STEP: i64 = 60_000_000;

const HEAD: &str =
    "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, reason_code, run_identity_hash,
    once_key, trigger, user_id, initiator_name, summary_counts, failure_summary, context, schedule_id, retry_of_run_id,
    parent_run_id, caused_by_run_id, write_lane, priority, queue_rank, attempt, max_attempts, lease_token, available_at,
    created_at, updated_at, start_deadline, completed_at) values ";

/// Makes the runs. One that meets an equal active run, or whose `once_key` was used, is left out of the answer.
pub(crate) async fn insert_many(tx: &mut Tx, new: &[NewRun]) -> Result<Vec<Run>> {
    let mut made = Vec::with_capacity(new.len());
    for part in new.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        let mut before: BTreeMap<(Uuid, Operation), i64> = BTreeMap::new();
        for (i, run) in part.iter().enumerate() {
            let nth = before.entry((run.scope(), run.operation())).or_default();
            statement = row(statement.push(if i == 0 { "(" } else { ", (" }), run, *nth)?;
            *nth += 1;
        }
        let statement = statement.push(concat!(" on conflict do nothing returning ", columns!()));
        let rows: Vec<RunRow> = tx.all(statement).await?;
        made.extend(rows.into_iter().map(Run::from));
    }
    made.sort_by_key(|run| run.id);
    announce(tx, &made).await?;
    Ok(made)
}

fn row(statement: Sql, run: &NewRun, nth: i64) -> Result<Sql> {
    let entry = run.operation().entry();
    let (status, outcome) =
        if run.blocked.is_some() { (Status::Completed, Outcome::Blocked) } else { (Status::Queued, Outcome::Pending) };
    let failures: Vec<FailureLine> = run.blocked.iter().map(|failure| FailureLine::of(failure, None)).collect();
    let statement = statement
        .push_bind("", run.id)
        .push_bind(", ", run.workspace)
        .push_bind(", ", run.tenant)
        .push_bind(", ", entry.code)
        .push_bind(", ", status.code())
        .push_bind(", ", outcome.code())
        .push_bind(", ", run.blocked.as_ref().map(|failure| failure.code().code()))
        .push_bind(", ", run.identity_hash())
        .push_bind(", ", run.request.once_key())
        .push_bind(", ", run.trigger.code())
        .push_bind(", ", run.user.as_ref().map(|(id, _)| *id))
        .push_bind(", ", run.user.as_ref().map_or("TenantAtlas", |(_, name)| name.as_str()))
        .push_bind(", ", json!({}))
        .push_bind(", ", serde_json::to_value(failures).map_err(|_| StoreError::Corrupt("failures"))?)
        .push_bind(", ", run.request.context().clone())
        .push_bind(", ", run.links.schedule)
        .push_bind(", ", run.links.retry_of)
        .push_bind(", ", run.links.parent)
        .push_bind(", ", run.links.caused_by)
        .push_bind(", ", if entry.write_lane { run.tenant } else { None })
        .push_bind(", ", entry.priority);
    let statement = push_rank(statement, run, nth).push(", 0").push_bind(", ", entry.max_attempts).push(", 0, $now, $now, $now");
    Ok(match (&run.blocked, entry.start_deadline) {
        (Some(_), _) => statement.push(", null, $now)"),
        (None, Some(wait)) => statement.push_after(", ", wait).push(", null)"),
        (None, None) => statement.push(", null, null)"),
    })
}

/// The first events and the notices.
async fn announce(tx: &mut Tx, made: &[Run]) -> Result<()> {
    let first = |run: &Run| match run.failures.first() {
        Some(line) => NewEvent::warning("blocked", line.message.clone()),
        None => NewEvent::info("queued", format!("Queued by {}.", run.initiator_name)),
    };
    let events: Vec<_> = made.iter().map(|run| (run, first(run))).collect();
    events::add_many(tx, &events).await?;
    notices::write(tx, made.iter()).await?;
    alerts::ended(tx, made.iter().filter(|run| run.status == Status::Completed).map(|run| (run, None))).await?;
    for run in made {
        tx.touch(changed(run));
        if run.status == Status::Completed {
            tx.ended(Ended::of(run));
        }
    }
    Ok(())
}

/// The place of a run in the queue: behind the last one of its scope and priority, or where its time and priority put it. Two that
/// are queued at once may get the same place: the order is fair, not exact. `nth`: of those made by this statement in this scope.
fn push_rank(statement: Sql, run: &NewRun, nth: i64) -> Sql {
    let priority = run.operation().entry().priority;
    let ahead = i64::from(priority) * PRIORITY_STEP;
    statement
        .push(", (select case when max(q.queue_rank)")
        .push_bind(" > $micros - ", ahead + APART)
        .push_bind(" then max(q.queue_rank) + ", APART)
        .push_bind(" else $micros - ", ahead)
        .push_bind(" end + ", nth * APART)
        .push_bind(" from operation_runs q where q.status = 'queued' and q.scope_id = ", run.scope())
        .push_bind(" and q.priority = ", priority)
        .push(")")
}
