//! Removing a schedule for good: asking for it, and the run that does it.

use model::access::can;
use model::audit::Action;
use model::ids::ScheduleId;
use model::operations::backup_schedule_purge::Arguments;
use model::run::{StartBy, Started};
use uuid::Uuid;

use super::Schedules;
use crate::access::{Confirmed, RunScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::{Links, fenced};
use crate::sql::sql;

impl Schedules<'_> {
    /// Starts the run that removes the schedule, which is archived.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when it is not archived, or a run of it is not over.
    pub async fn purge(&self, confirmed: &Confirmed<can::BackupSchedulesManage>, by: impl Into<StartBy>) -> Result<Started> {
        const ARCHIVED: &str = "select archived_at is not null from schedules
          where id = $1 and workspace_id = $2 and tenant_id = $3 and purged_at is null";
        let (grant, id) = (confirmed.grant(), ScheduleId::from_uuid(confirmed.target()));
        let mut tx = self.0.db().write(grant.reach()).await?;
        let row: Option<(bool,)> = tx.optional(sql(ARCHIVED).bind(id).bind(grant.workspace_id()).bind(grant.tenant_id())).await?;
        let (archived,) = row.ok_or(StoreError::NotVisible)?;
        if !archived {
            return Err(StoreError::Conflict("only an archived schedule can be removed"));
        }
        if active(&mut tx, id.uuid()).await? {
            return Err(StoreError::Conflict("a run of this schedule is not over yet"));
        }
        drop(tx);
        let request = Arguments { schedule: id }.request();
        self.0.runs().start_linked(grant, &request, &by.into(), &Links::default(), Action::SchedulePurge).await
    }

    /// Removes an archived schedule of the run's tenant. Its runs, the ledger of its fires and what it captured stay. One that was
    /// removed already stays so.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not archived any more, or a run of it is not over; [`StoreError::LeaseLost`] when the
    /// attempt no longer holds its lease.
    pub async fn purge_now(&self, run: &RunScope, id: ScheduleId) -> Result<()> {
        // Archived ones have no next time: no dispatcher is at it.
        const PURGE: &str = "update schedules set purged_at = coalesce(purged_at, $now), updated_at = $now
          where id = $1 and workspace_id = $2 and tenant_id = $3 and archived_at is not null";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let purge = sql(PURGE).bind(id).bind(run.workspace_id()).bind(run.tenant_id());
        if tx.exec(purge).await? == 0 {
            return Err(StoreError::Conflict("only an archived schedule can be removed"));
        }
        if active(&mut tx, id.uuid()).await? {
            return Err(StoreError::Conflict("a run of this schedule is not over yet"));
        }
        tx.commit_unaudited("a schedule that a run removes; the start is audited, the run is the record").await
    }
}

/// Whether a run of the schedule is queued or under way.
async fn active(tx: &mut Tx, id: Uuid) -> Result<bool> {
    const ACTIVE: &str = "select count(*) from operation_runs where schedule_id = $1 and status in ('queued', 'running')";
    let (active,): (i64,) = tx.one(sql(ACTIVE).bind(id)).await?;
    Ok(active > 0)
}
