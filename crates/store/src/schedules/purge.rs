//! Removing a schedule for good.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::ScheduleId;

use super::{Schedules, switch};
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl Schedules<'_> {
    /// Removes an archived schedule with its ledger. Its runs stay; their reference shows that it is gone.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when it is not archived, or a run of it is not over.
    pub async fn purge(&self, permit: &Permit<can::BackupSchedulesManage>, id: ScheduleId) -> Result<()> {
        const ACTIVE: &str = "select count(*) from operation_runs where schedule_id = $1 and status in ('queued', 'running')";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        switch::last(&mut tx, grant, id).await?;
        let (active,): (i64,) = tx.one(sql(ACTIVE).bind(id)).await?;
        if active > 0 {
            return Err(StoreError::Conflict("a run of this schedule is not over yet"));
        }
        if tx.exec(sql("delete from schedules where id = $1 and archived_at is not null").bind(id)).await? == 0 {
            return Err(StoreError::Conflict("only an archived schedule can be removed"));
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::SchedulePurge).on("schedule", id.uuid())).await
    }
}
