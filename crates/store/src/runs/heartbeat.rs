//! Keeping leases: one statement renews all of a process, each guarded by its token.

use std::collections::BTreeMap;
use std::time::Duration;

use model::failure::Code;
use model::ids::RunId;
use model::operations::Operation;
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
    /// Why it may not go on: the connection that it needs was switched off or removed.
    pub withdrawn: Option<Code>,
}

/// What is learned of a run whose lease holds.
struct Alive {
    cancel_requested: bool,
    overdue: bool,
    withdrawn: Option<Code>,
}

type Row = (Uuid, bool, bool, String, Option<bool>);

impl From<&Row> for Alive {
    fn from((_, cancel_requested, overdue, code, enabled): &Row) -> Self {
        let needs = Operation::from_code(code).is_some_and(|operation| operation.entry().needs_connection);
        let withdrawn = match enabled {
            _ if !needs => None,
            Some(true) => None,
            Some(false) => Some(Code::ConnectionDisabled),
            None => Some(Code::ConnectionMissing),
        };
        Self { cancel_requested: *cancel_requested, overdue: *overdue, withdrawn }
    }
}

impl Queue<'_> {
    /// Says that the process lives, renews all its leases in one statement, each guarded by its token, and learns who was asked
    /// to stop, and whose connection was switched off or removed.
    ///
    /// # Errors
    /// When the database refuses; the leases then run out by themselves.
    pub async fn heartbeat(&self, worker: &WorkerId, held: &[(RunId, i64)], lease: Duration) -> Result<Vec<Beat>> {
        const SEEN: &str = "update workers set seen_at = $now where id = $1";
        const RENEW: &str = ") update operation_runs set lease_expires_at = $after(1) from held
          where operation_runs.id = held.id and operation_runs.lease_token = held.token and status = 'running' and lease_owner = $2
          returning operation_runs.id, cancel_requested_at is not null as cancel,
            coalesce(execution_deadline < $now, false) as overdue, operation_runs.type,
            (select c.enabled from provider_connections c where c.tenant_id = operation_runs.tenant_id) as enabled";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql(SEEN).bind(worker.as_str())).await?;
        let mut alive: BTreeMap<RunId, Alive> = BTreeMap::new();
        if !held.is_empty() {
            let mut statement = sql("with held(id, token) as (values ").bind(lease).bind(worker.as_str());
            for (i, (run, token)) in held.iter().enumerate() {
                statement = statement.push_bind(if i == 0 { "(" } else { ", (" }, *run).push_bind(", ", *token).push(")");
            }
            let rows: Vec<Row> = tx.all(statement.push(RENEW)).await?;
            alive = rows.iter().map(|row| (RunId::from_uuid(row.0), Alive::from(row))).collect();
        }
        tx.commit_unaudited("a lease").await?;
        let beat = |(run_id, _): &(RunId, i64)| match alive.get(run_id) {
            Some(Alive { cancel_requested, overdue, withdrawn }) => {
                let (cancel_requested, overdue, withdrawn) = (*cancel_requested, *overdue, *withdrawn);
                Beat { run_id: *run_id, held: true, cancel_requested, overdue, withdrawn }
            }
            None => Beat { run_id: *run_id, held: false, cancel_requested: false, overdue: false, withdrawn: None },
        };
        Ok(held.iter().map(beat).collect())
    }
}
