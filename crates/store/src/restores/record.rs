//! What an execution records: its beginning, what came of each item, its end.

use model::canonical::Canonical;
use model::ids::RestoreId;
use model::restore::{Outcome, RestoreState};
use serde_json::json;

use super::choose::keep_contents;
use super::create::let_go;
use super::journal::{self, NewLine};
use super::row::OutcomeCounts;
use super::state::hold;
use super::{Restores, secrets};
use crate::access::RunScope;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// What came of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The item's number.
    pub number: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The failure's code, where it did not come out as wanted.
    pub code: Option<&'static str>,
    /// The object that was written.
    pub result_id: Option<String>,
    /// As it was read back.
    pub after: Option<Canonical>,
    /// Properties that Microsoft refused as read-only and that were left out therefore.
    pub stripped: Vec<String>,
}

async fn outcomes(tx: &mut Tx, id: RestoreId, chunk: &[Recorded]) -> Result<()> {
    const SET: &str = ") update restore_items set outcome = d.outcome, code = d.code, result_id = d.result_id,
        after_hash = d.after_hash, stripped = d.stripped, finished_at = $now
      from d where restore_items.number = d.number and restore_items.outcome is null and restore_items.restore_id = ";
    let mut statement = sql("with d(number, outcome, code, result_id, after_hash, stripped) as (values ");
    for (i, item) in chunk.iter().enumerate() {
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, item.number)
            .push_bind(", ", item.outcome.code())
            .push_bind(", ", item.code)
            .push_bind(", ", item.result_id.clone())
            .push_bind(", ", item.after.as_ref().map(|content| content.hash.clone()))
            .push_bind(", ", json!(item.stripped))
            .push(")");
    }
    tx.exec(statement.push_bind(SET, id)).await?;
    Ok(())
}

impl Restores<'_> {
    /// The execution of the attempt's run begins, or goes on after an attempt that was lost. `false`: that one had recorded the end
    /// already, and nothing is to be written any more.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the restore waits for another run, or its plan is another one; [`StoreError::LeaseLost`] when the
    /// attempt no longer holds its lease.
    pub async fn begin(&self, run: &RunScope, id: RestoreId, plan: &str) -> Result<bool> {
        const MINE: &str = "select count(*) from restores where id = $1 and operation_run_id = $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut held = hold(&mut tx, run.grant(), id).await?;
        let (mine,): (i64,) = tx.one(sql(MINE).bind(id).bind(run.run_id())).await?;
        if mine == 0 || held.plan_hash.as_deref() != Some(plan) {
            return Err(StoreError::Conflict("the restore waits for another run"));
        }
        match held.state {
            RestoreState::Running => {}
            RestoreState::Queued => held.become_(&mut tx, RestoreState::Running).await?,
            state if state.is_over() => {}
            _ => return Err(StoreError::Conflict("the restore waits for nothing")),
        }
        let open = !held.state.is_over();
        tx.commit_unaudited("the beginning of a restore; its confirmation is audited").await?;
        Ok(open)
    }

    /// Records what came of items, with lines of the journal, in one transaction. An item of which something is recorded stays as it is.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing was written then.
    pub async fn record(&self, run: &RunScope, id: RestoreId, items: &[Recorded], lines: &[NewLine]) -> Result<()> {
        let packed: Vec<blobs::Packed> =
            items.iter().filter_map(|item| item.after.as_ref()).map(blobs::pack).collect::<Result<_>>()?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        let after = items.iter().filter_map(|item| item.after.as_ref()).map(|content| content.hash.as_str());
        keep_contents(&mut tx, run.grant(), id, after).await?;
        for chunk in items.chunks(CHUNK) {
            outcomes(&mut tx, id, chunk).await?;
        }
        journal::write(&mut tx, run, id, lines).await?;
        tx.commit_unaudited("what a restore did; its journal is a record of its own").await
    }

    /// The execution ends: what came of the restore follows from its items. `stopped`: somebody asked to stop.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn end(&self, run: &RunScope, id: RestoreId, stopped: bool) -> Result<(RestoreState, OutcomeCounts)> {
        const OUTCOMES: &str = "select outcome, count(*) from restore_items where restore_id = $1 group by outcome";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut held = hold(&mut tx, run.grant(), id).await?;
        let rows: Vec<(Option<String>, i64)> = tx.all(sql(OUTCOMES).bind(id)).await?;
        let counts = OutcomeCounts::of(&rows);
        if held.state == RestoreState::Running {
            let state = match () {
                () if stopped => RestoreState::Cancelled,
                () if counts.unsettled() == 0 => RestoreState::Completed,
                () if counts.verified > 0 => RestoreState::Partial,
                () => RestoreState::Failed,
            };
            held.become_(&mut tx, state).await?;
            tx.exec(sql("update restores set completed_at = $now where id = $1").bind(id)).await?;
            secrets::forget(&mut tx, id).await?;
            let_go(&mut tx, id).await?;
        }
        tx.commit_unaudited("the end of a restore; the run is the record").await?;
        Ok((held.state, counts))
    }
}
