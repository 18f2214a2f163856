//! Claiming: a lease with a token that only grows. The token fences every write of the attempt.
//!
//! One claim at a time over all processes (an advisory lock on PostgreSQL, the one writer on SQLite), each for as many runs as the
//! process has room for: many claimers that fight for the head of one queue get less done than claimers that take turns.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use model::operations::Operation;
use model::run::{NewEvent, Run, RunSettings};
use uuid::Uuid;

use super::choose::{Busy, Candidate, Chosen, Limits};
use super::row::{RunRow, changed, columns};
use super::worker_id::WorkerId;
use super::{Queue, events};
use crate::db::{Result, Tx};
use crate::dialect;
use crate::reach::Reach;
use crate::sql::{Sql, sql};

/// How long a lease holds without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(20);
/// Lease tokens above this are not told in the timeline any more, which is bounded.
const TOLD_CLAIMS: i64 = 200;

/// A run that this process leased. Becomes a `RunScope` at the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The run as claimed.
    pub run: Run,
    /// Where an earlier attempt of the run got to, in the handler's own words.
    pub cursor: Option<String>,
    pub(crate) token: i64,
}

impl Claim {
    /// The lease token.
    #[must_use]
    pub const fn token(&self) -> i64 {
        self.token
    }
}

/// What runs, and the workspaces that have something in the queue with their limits: found by jumping from one to the next in the
/// index of the queue. Rows of the first kind have an id.
const STATE: &str = "with recursive waiting(workspace_id) as (
    select (select q.workspace_id from operation_runs q where q.status = 'queued' order by q.workspace_id limit 1)
    union all
    select (select q.workspace_id from operation_runs q where q.status = 'queued' and q.workspace_id > w.workspace_id
      order by q.workspace_id limit 1) from waiting w where w.workspace_id is not null)
  select null as id, w.workspace_id, null as tenant_id, null as write_lane, s.tenant_limit as a, s.workspace_limit as b
    from waiting w left join run_limits s on s.workspace_id = w.workspace_id where w.workspace_id is not null
  union all
  select id, workspace_id, tenant_id, write_lane, tenant_slot, workspace_slot from operation_runs where status = 'running'";
const LOOK: &str = "select count(*) from (select 1 as one from operation_runs where status = 'queued'";
const NOT_PAUSED: &str = " and not exists (select 1 from operation_pauses p
    where p.workspace_id = operation_runs.workspace_id and (p.tenant_id = operation_runs.tenant_id or p.type = operation_runs.type))";
const TAKE: &str = ") update operation_runs set status = 'running', attempt = attempt + 1, lease_owner = $1,
    lease_token = lease_token + 1, lease_expires_at = $after(2), started_at = coalesce(started_at, $now), updated_at = $now,
    tenant_slot = chosen.tenant_slot, workspace_slot = chosen.workspace_slot, execution_deadline = case type";

type StateRow = (Option<Uuid>, Uuid, Option<Uuid>, Option<Uuid>, Option<i64>, Option<i64>);

impl Queue<'_> {
    /// Leases up to `max` queued runs of the given types: the workspace with the fewest running ones first, within it by the
    /// order of the queue; nothing that is paused, that waits for its time, or for which no slot or lane is free.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim(&self, worker: &WorkerId, types: &[Operation], max: u32, lease: Duration) -> Result<Vec<Claim>> {
        self.claim_for(worker, types, &|| max, lease).await
    }

    /// The same for as many as there is room for when it is this process's turn: while it waited, more of its slots may have got
    /// free.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_for(
        &self,
        worker: &WorkerId,
        types: &[Operation],
        room: &(dyn Fn() -> u32 + Sync),
        lease: Duration,
    ) -> Result<Vec<Claim>> {
        let mut tx = self.0.db().write_alone(&Reach::system()).await?;
        let chosen = self.choose(&mut tx, types, room()).await?;
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<RunRow> = tx.all(take(worker, lease, types, &chosen)).await?;
        let mut claims: Vec<Claim> = rows
            .into_iter()
            .map(|row| {
                let (token, cursor) = (row.lease_token, row.cursor.clone());
                Claim { run: Run::from(row), cursor, token }
            })
            .collect();
        claims.iter().for_each(|claim| tx.touch(changed(&claim.run)));
        tx.commit_unaudited("a lease; the run's timeline records it").await?;
        claims.sort_by_key(|claim| claim.run.id);
        if let Err(error) = self.tell(worker, &claims).await {
            // A line of the timeline is not worth an attempt.
            tracing::warn!(%error, "who picked runs up could not be told");
        }
        Ok(claims)
    }

    /// Writes who picked the runs up into their timelines: after the claim, so that others need not wait for it. A run that was
    /// ended or taken away meanwhile gets no line.
    async fn tell(&self, worker: &WorkerId, claims: &[Claim]) -> Result<()> {
        let words = |run: &Run| format!("Picked up by {} (attempt {}).", worker.as_str(), run.attempt);
        let told = claims.iter().filter(|claim| claim.token <= TOLD_CLAIMS);
        let told: Vec<_> = told.map(|claim| (&claim.run, NewEvent::info("claimed", words(&claim.run)))).collect();
        if told.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db().write(&Reach::system()).await?;
        events::add_if_held(&mut tx, &told, dialect::hold_rows(self.0.db().is_postgres())).await?;
        tx.commit_unaudited("a line of the timeline").await
    }

    /// Whether there may be anything to claim, asked without getting in anybody's way: what an idle worker asks first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn anything(&self, types: &[Operation]) -> Result<bool> {
        let look = ready(sql(LOOK), types).push(" limit 1) q");
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (found,): (i64,) = db.one(look).await?;
        db.end().await?;
        Ok(found > 0)
    }

    async fn choose(&self, tx: &mut Tx, types: &[Operation], max: u32) -> Result<Vec<Chosen>> {
        let mut busy = Busy::default();
        let defaults = RunSettings::default();
        let mut waiting: BTreeMap<Uuid, Limits> = BTreeMap::new();
        for (run, workspace, tenant, lane, a, b) in tx.all::<StateRow>(sql(STATE)).await? {
            if let Some(id) = run {
                busy.add(&Candidate { id, workspace, tenant, lane }, a, b);
                continue;
            }
            let tenant = a.unwrap_or(i64::from(defaults.tenant_limit));
            waiting.insert(workspace, Limits { tenant, workspace: b.unwrap_or(i64::from(defaults.workspace_limit)) });
        }
        let mut chosen = Vec::new();
        // A workspace's next candidates; read anew when they are used up, because some tenants are full by then.
        let mut lines: BTreeMap<Uuid, std::vec::IntoIter<Candidate>> = BTreeMap::new();
        let postgres = self.0.db().is_postgres();
        while chosen.len() < max as usize {
            let room = |workspace: &Uuid, limits: &Limits| (busy.in_workspace(*workspace) as i64) < limits.workspace;
            let turn = waiting.iter().filter(|(w, limits)| room(w, limits)).min_by_key(|(w, _)| busy.in_workspace(**w));
            let Some((workspace, limits)) = turn.map(|(workspace, limits)| (*workspace, *limits)) else { break };
            if let Entry::Vacant(line) = lines.entry(workspace) {
                let next = candidates(tx, workspace, limits, &busy, &chosen, types, max, postgres).await?;
                if next.is_empty() {
                    waiting.remove(&workspace);
                    continue;
                }
                line.insert(next.into_iter());
            }
            match lines.get_mut(&workspace).and_then(Iterator::next) {
                Some(candidate) => chosen.extend(busy.admit(&candidate, limits)),
                None => {
                    lines.remove(&workspace);
                }
            }
        }
        Ok(chosen)
    }
}

/// The conditions under which a run can be claimed at all.
fn ready(statement: Sql, types: &[Operation]) -> Sql {
    statement.push(" and available_at <= $now").push_in(" and type in ", types.iter().map(|o| o.code())).push(NOT_PAUSED)
}

/// The head of a workspace's queue.
#[allow(clippy::too_many_arguments, reason = "one query and all that it excludes")]
async fn candidates(
    tx: &mut Tx,
    workspace: Uuid,
    limits: Limits,
    busy: &Busy,
    chosen: &[Chosen],
    types: &[Operation],
    max: u32,
    postgres: bool,
) -> Result<Vec<Candidate>> {
    let head =
        sql("select id, tenant_id, write_lane from operation_runs where status = 'queued' and workspace_id = $1").bind(workspace);
    let mut statement = ready(head, types);
    let full: Vec<Uuid> = busy.full_tenants(limits.tenant).collect();
    if !full.is_empty() {
        statement = statement.push_in(" and (tenant_id is null or tenant_id not in ", full).push(")");
    }
    let lanes: Vec<Uuid> = busy.lanes().collect();
    if !lanes.is_empty() {
        statement = statement.push_in(" and (write_lane is null or write_lane not in ", lanes).push(")");
    }
    if !chosen.is_empty() {
        statement = statement.push_in(" and id not in ", chosen.iter().map(|chosen| chosen.id));
    }
    let statement = statement.push_bind(" order by queue_rank, id limit ", max).push(dialect::skip_locked(postgres));
    let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = tx.all(statement).await?;
    Ok(rows.into_iter().map(|(id, tenant, lane)| Candidate { id, workspace, tenant, lane }).collect())
}

/// Leases the chosen ones; repeats that they are queued, because somebody may have cancelled one meanwhile.
fn take(worker: &WorkerId, lease: Duration, types: &[Operation], chosen: &[Chosen]) -> Sql {
    let mut statement = sql("with chosen(id, tenant_slot, workspace_slot) as (values ").bind(worker.as_str()).bind(lease);
    for (i, run) in chosen.iter().enumerate() {
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, run.id)
            .push_bind(", ", run.tenant_slot)
            .push_bind(", ", run.workspace_slot)
            .push(")");
    }
    statement = statement.push(TAKE);
    for operation in types {
        let entry = operation.entry();
        statement = statement.push_bind(" when ", entry.code).push_after(" then ", entry.execution_deadline);
    }
    statement
        .push(" end from chosen where operation_runs.id = chosen.id and operation_runs.status = 'queued' returning ")
        .push(columns!())
}
