//! Cancelling: at once while queued, at the next checkpoint while running.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::failure::{Code, Failure};
use model::run::{NewEvent, Outcome, Run};

use super::row::{RunRow, changed, columns};
use super::transition::{From, complete};
use super::{Runs, events};
use crate::access::{Permit, RunSight};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

const ASK: &str = concat!(
    "update operation_runs set cancel_requested_at = coalesce(cancel_requested_at, $now),
    cancel_requested_by = coalesce(cancel_requested_by, $2), updated_at = $now
    where id = $1 and status = 'running' returning ",
    columns!()
);

impl Runs<'_> {
    /// Cancels a run. Who may look at a run of a known type may cancel it: the capability is the same, and the sight is the proof
    /// that it was asked for.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a run of a type that this version does not know, except to who manages the workspace;
    /// [`StoreError::Conflict`] when it is over already.
    pub async fn cancel(&self, sight: &RunSight) -> Result<Run> {
        sight.may_change()?;
        let id = sight.run_id();
        let by = sight.grant.user().map_or_else(String::new, |user| user.name.clone());
        let mut tx = self.0.db().write(sight.grant.reach()).await?;
        // Held from here on: between the two statements below it could go back into the queue otherwise, and be neither.
        tx.exec(sql("update operation_runs set updated_at = $now where id = $1 and status in ('queued', 'running')").bind(id))
            .await?;
        let failure = Failure::new(Code::RunCancelled);
        let run = match complete(&mut tx, id, From::Queued, Outcome::Cancelled, Some(&failure)).await? {
            Some(run) => run,
            None => {
                let ask = sql(ASK).bind(id).bind(sight.grant.user().map(|user| user.id));
                let row: Option<RunRow> = tx.optional(ask).await?;
                let run = Run::from(row.ok_or(StoreError::Conflict("the run is over already"))?);
                let event = NewEvent::info("cancel_requested", format!("{by} asked to cancel; stopping at a safe point."));
                events::add(&mut tx, &run, event).await?;
                tx.touch(changed(&run));
                run
            }
        };
        tx.commit(sight.grant.actor(), of_run(Action::RunCancel, &run)).await?;
        Ok(run)
    }

    /// Ends a run that was asked to stop and does not, whoever holds it; what its worker writes afterwards is refused.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the run is not of the permit's workspace; [`StoreError::Conflict`] when it is over already or
    /// was not asked to stop.
    pub async fn force(&self, permit: &Permit<can::WorkspaceSettingsManage>, sight: &RunSight) -> Result<Run> {
        if sight.workspace_id() != permit.grant().workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let id = sight.run_id();
        let mut tx = self.0.db().write(sight.grant.reach()).await?;
        let failure = Failure::new(Code::RunCancelled);
        let run = complete(&mut tx, id, From::Unheeding, Outcome::Cancelled, Some(&failure)).await?;
        let run = run.ok_or(StoreError::Conflict("the run is over already, or was not asked to stop"))?;
        tx.commit(sight.grant.actor(), of_run(Action::RunForce, &run)).await?;
        Ok(run)
    }
}

/// What the trail says of it: which run, and of what type.
fn of_run(action: Action, run: &Run) -> AuditEntry {
    let entry = AuditEntry::done(action).on("run", run.id.uuid()).run(run.id);
    match run.operation {
        Some(operation) => entry.with("type", operation),
        None => entry,
    }
}
