//! Claiming and keeping: a lease with a token that only grows. The token fences every write of the attempt.

use std::collections::BTreeMap;
use std::time::Duration;

use model::ids::RunId;
use model::operations::Operation;
use model::run::{NewEvent, Run};
use uuid::Uuid;

use super::row::{RunRow, changed, columns};
use super::{Queue, events};
use crate::db::Result;
use crate::dialect;
use crate::reach::Reach;
use crate::sql::sql;

/// How long a lease holds without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(20);

/// A process that works. Never used again by another process, so that a successor cannot keep a predecessor's lease alive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WorkerId(String);

impl WorkerId {
    /// A new id: the host's name for people, and a random part.
    #[must_use]
    pub fn new(host: &str) -> Self {
        let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).take(60).collect();
        let unique = RunId::generate().to_string();
        Self(format!("{}-{}", if host.is_empty() { "worker" } else { &host }, &unique[unique.len() - 12..]))
    }

    /// The text that is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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
    /// Leases up to `max` queued runs of the given types: highest priority first, then oldest.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim(&self, worker: &WorkerId, types: &[Operation], max: u32, lease: Duration) -> Result<Vec<Claim>> {
        let postgres = self.0.db().is_postgres();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let statement = sql(dialect::claim_head(postgres))
            .bind(worker.as_str())
            .bind(lease)
            .push(" and available_at <= $now")
            .push_in(" and type in ", types.iter().map(|operation| operation.code()))
            .push_bind(" order by priority desc, id limit ", max)
            .push(dialect::claim_tail(postgres))
            .push(concat!(" returning ", columns!()));
        let rows: Vec<RunRow> = tx.all(statement).await?;
        let mut claims = Vec::new();
        for row in rows {
            let (token, cursor) = (row.lease_token, row.cursor.clone());
            let run = Run::from(row);
            if let Some(operation) = run.operation {
                let deadline = sql("update operation_runs set execution_deadline = $after(2) where id = $1");
                tx.exec(deadline.bind(run.id).bind(operation.entry().execution_deadline)).await?;
            }
            let event = NewEvent::info("claimed", format!("Picked up by {} (attempt {}).", worker.as_str(), run.attempt));
            events::add(&mut tx, &run, event).await?;
            tx.touch(changed(&run));
            claims.push(Claim { run, cursor, token });
        }
        tx.commit_unaudited("a lease; the run's timeline records it").await?;
        claims.sort_by_key(|claim| claim.run.id);
        Ok(claims)
    }

    /// Renews all leases of this process in one statement, each guarded by its token, and learns who was asked to stop.
    ///
    /// # Errors
    /// When the database refuses; the leases then run out by themselves.
    pub async fn heartbeat(&self, worker: &WorkerId, held: &[(RunId, i64)], lease: Duration) -> Result<Vec<Beat>> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = sql("update operation_runs set lease_expires_at = $after(1)
          where status = 'running' and lease_owner = $2 and (1 = 0")
        .bind(lease)
        .bind(worker.as_str());
        for (run, token) in held {
            statement = statement.push_bind(" or (id = ", *run).push_bind(" and lease_token = ", *token).push(")");
        }
        let statement = statement.push(
            ") returning id, cancel_requested_at is not null as cancel,
              coalesce(execution_deadline < $now, false) as overdue",
        );
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let rows: Vec<(Uuid, bool, bool)> = tx.all(statement).await?;
        tx.commit_unaudited("a lease").await?;
        let alive: BTreeMap<RunId, (bool, bool)> =
            rows.into_iter().map(|(id, cancel, overdue)| (RunId::from_uuid(id), (cancel, overdue))).collect();
        let beat = |(run_id, _): &(RunId, i64)| {
            let (cancel_requested, overdue) = alive.get(run_id).copied().unwrap_or_default();
            Beat { run_id: *run_id, held: alive.contains_key(run_id), cancel_requested, overdue }
        };
        Ok(held.iter().map(beat).collect())
    }
}
