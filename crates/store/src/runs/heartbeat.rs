//! Keeping leases: one statement renews all of a process, each guarded by its token.

use std::collections::BTreeMap;
use std::time::Duration;

use model::ids::RunId;
use uuid::Uuid;

use super::Queue;
use super::worker_id::WorkerId;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// What a heartbeat learned of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// Which run.
    pub run_id: RunId,
    /// Whether the lease still holds. If not, the attempt must stop.
    pub held: bool,
    /// Whether somebody asked to cancel.
    pub cancel_requested: bool,
    /// Whether it has run past its execution deadline.
    pub overdue: bool,
}

impl Queue<'_> {
    /// Says that the process lives, renews all its leases in one statement, each guarded by its token, and learns who was asked
    /// to stop.
    ///
    /// # Errors
    /// When the database refuses; the leases then run out by themselves.
    pub async fn heartbeat(&self, worker: &WorkerId, held: &[(RunId, i64)], lease: Duration) -> Result<Vec<Beat>> {
        const SEEN: &str = "update workers set seen_at = $now where id = $1";
        const RENEW: &str = ") update operation_runs set lease_expires_at = $after(1) from held
          where operation_runs.id = held.id and operation_runs.lease_token = held.token and status = 'running' and lease_owner = $2
          returning operation_runs.id, cancel_requested_at is not null as cancel,
            coalesce(execution_deadline < $now, false) as overdue";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql(SEEN).bind(worker.as_str())).await?;
        let mut alive: BTreeMap<RunId, (bool, bool)> = BTreeMap::new();
        if !held.is_empty() {
            let mut statement = sql("with held(id, token) as (values ").bind(lease).bind(worker.as_str());
            for (i, (run, token)) in held.iter().enumerate() {
                statement = statement.push_bind(if i == 0 { "(" } else { ", (" }, *run).push_bind(", ", *token).push(")");
            }
            let rows: Vec<(Uuid, bool, bool)> = tx.all(statement.push(RENEW)).await?;
            alive = rows.into_iter().map(|(id, cancel, overdue)| (RunId::from_uuid(id), (cancel, overdue))).collect();
        }
        tx.commit_unaudited("a lease").await?;
        let beat = |(run_id, _): &(RunId, i64)| {
            let (cancel_requested, overdue) = alive.get(run_id).copied().unwrap_or_default();
            Beat { run_id: *run_id, held: alive.contains_key(run_id), cancel_requested, overdue }
        };
        Ok(held.iter().map(beat).collect())
    }
}
