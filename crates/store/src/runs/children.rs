//! Parents that wait for their children: back in the queue, holding no worker, and awake when the last child ends.

use std::time::Duration;

use model::ids::RunId;
use model::run::{NewEvent, Run, Status};

use super::Queue;
use super::transition::{From, requeue};
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Lets a parent that waits be claimed at once when none of its children is under way any more. One that is awake is left alone: it looks
/// by itself, and its row may be held by its worker.
pub(super) async fn wake(tx: &mut Tx, parent: RunId) -> Result<()> {
    const WAKE: &str = "update operation_runs set available_at = $now where id = $1 and status = 'queued' and available_at > $now
      and type = 'restore_rollout'
      and not exists (select 1 from operation_runs c where c.parent_run_id = $1 and c.status <> 'completed')";
    tx.exec(sql(WAKE).bind(parent)).await?;
    Ok(())
}

impl Queue<'_> {
    /// Gives the run back until its children have ended, or a while has passed; the attempt does not count.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else holds the run by now.
    pub async fn wait_for_children(&self, scope: &RunScope, longest: Duration, event: NewEvent) -> Result<Run> {
        const UNDO: &str = "update operation_runs set attempt = attempt - 1 where id = $1 and status = 'queued' and attempt > 0";
        let mut tx = self.0.db().write(scope.grant().reach()).await?;
        let from = From::Running(scope.token());
        let run = requeue(&mut tx, scope.run_id(), from, longest, event).await?.ok_or(StoreError::LeaseLost)?;
        if run.status == Status::Queued {
            tx.exec(sql(UNDO).bind(run.id)).await?;
            // A child that ended meanwhile did not find it waiting.
            wake(&mut tx, run.id).await?;
        }
        tx.commit_unaudited("a rollout waits for its restores; the run's timeline records it").await?;
        Ok(run)
    }
}
