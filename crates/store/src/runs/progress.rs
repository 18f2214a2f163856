//! Writes of a running attempt. Each carries the lease token and touches no row when the token is stale.

use model::failure::FailureLine;
use model::run::{Counts, NewEvent, Run};

use super::row::{RunRow, changed, columns};
use super::{Queue, events};
use crate::access::RunScope;
use crate::db::{Db, Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// What a handler reports while it works.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// The figures so far.
    pub counts: Counts,
    /// The failures so far.
    pub failures: Vec<FailureLine>,
    /// What it is doing right now.
    pub phase: Option<String>,
    /// Where a later attempt may go on; `None` keeps what is stored.
    pub cursor: Option<String>,
    /// What happened since the last report.
    pub events: Vec<NewEvent>,
}

const FENCE: &str = concat!(
    "update operation_runs set updated_at = $now where id = $1 and lease_token = $2 and status = 'running' returning ",
    columns!()
);
const REPORT: &str = concat!(
    "update operation_runs set summary_counts = $3, failure_summary = $4, phase = $5, cursor = coalesce($6, cursor), updated_at = $now
    where id = $1 and lease_token = $2 and status = 'running' returning ",
    columns!()
);

/// Opens a transaction of the attempt. Holding the run's row, it excludes a rescue until it ends.
pub(crate) async fn fenced(db: &Db, scope: &RunScope) -> Result<(Tx, Run)> {
    let mut tx = db.write(scope.grant().reach()).await?;
    let row: Option<RunRow> = tx.optional(sql(FENCE).bind(scope.run_id()).bind(scope.token())).await?;
    Ok((tx, row.ok_or(StoreError::LeaseLost)?.into()))
}

/// Refuses figures that contradict each other, before anything is written.
pub(super) fn consistent(scope: &RunScope, counts: &Counts) -> Result<()> {
    counts.check().map_err(|error| {
        tracing::error!(run = %scope.run_id(), %error, "refused contradicting counts");
        StoreError::Corrupt("the counts of a run contradict each other")
    })
}

impl Queue<'_> {
    /// Records progress.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; it must stop then. [`StoreError::Corrupt`] when the
    /// figures contradict each other.
    pub async fn report(&self, scope: &RunScope, progress: Progress) -> Result<Run> {
        let mut tx = self.0.db().write(scope.grant().reach()).await?;
        let run = write(&mut tx, scope, progress).await?;
        tx.commit_unaudited("progress of a run; the run is the record").await?;
        Ok(run)
    }
}

/// Writes progress in a transaction of the attempt; holding the run's row, it excludes a rescue until it ends.
pub(super) async fn write(tx: &mut Tx, scope: &RunScope, progress: Progress) -> Result<Run> {
    consistent(scope, &progress.counts)?;
    let statement = sql(REPORT)
        .bind(scope.run_id())
        .bind(scope.token())
        .bind(progress.counts.to_value())
        .bind(serde_json::to_value(&progress.failures).map_err(|_| StoreError::Corrupt("failures"))?)
        .bind(progress.phase)
        .bind(progress.cursor);
    let row: Option<RunRow> = tx.optional(statement).await?;
    let run = Run::from(row.ok_or(StoreError::LeaseLost)?);
    for event in progress.events {
        events::add(tx, &run, event).await?;
    }
    tx.touch(changed(&run));
    Ok(run)
}
