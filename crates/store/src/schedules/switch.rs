//! Switching schedules on and off, putting them away and taking them out again.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::ScheduleId;
use model::schedule::{Schedule, Timetable};
use model::time::Moment;

use super::Schedules;
use super::edit::in_place;
use super::row::{ScheduleRow, columns};
use crate::access::{Grant, Permit};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// The latest occurrence that was decided upon; the row is locked until the transaction ends.
///
/// # Errors
/// [`StoreError::NotVisible`] for a schedule of another place.
pub(super) async fn last(tx: &mut Tx, grant: &Grant, id: ScheduleId) -> Result<Option<Moment>> {
    // A write that changes nothing waits for a dispatcher that is at it, on both databases.
    const LOCK: &str = "update schedules set updated_at = updated_at where id = $1 and workspace_id = $2 and purged_at is null";
    let lock = in_place(sql(LOCK).bind(id).bind(grant.workspace_id()), grant);
    let row: Option<(Option<DbTime>,)> = tx.optional(lock.push(" returning last_fired_at")).await?;
    Ok(row.ok_or(StoreError::NotVisible)?.0.map(|at| at.0))
}

impl Schedules<'_> {
    /// Switches a schedule on or off. What was due while it was off is not fired.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] for an archived one, or one that cannot be read.
    pub async fn switch(&self, permit: &Permit<can::BackupSchedulesManage>, id: ScheduleId, on: bool) -> Result<Schedule> {
        self.switch_in(permit.grant(), id, on).await
    }

    /// The same where the grant holds: in a tenant, or in a workspace.
    pub(crate) async fn switch_in(&self, grant: &Grant, id: ScheduleId, on: bool) -> Result<Schedule> {
        const READ: &str = concat!("select ", columns!(), " from schedules where id = $1");
        const SWITCH: &str = concat!(
            "update schedules set enabled = $2, problem = null, next_fire_at = $3, updated_at = $now,
              holds_from = case when $2 and not enabled then $now else holds_from end
            where id = $1 and archived_at is null returning ",
            columns!()
        );
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let last = last(&mut tx, grant, id).await?;
        let row: ScheduleRow = tx.one(sql(READ).bind(id)).await?;
        let next = if on { Some(due_next(&row.into(), last, now)?) } else { None };
        let row: Option<ScheduleRow> = tx.optional(sql(SWITCH).bind(id).bind(on).bind(next.flatten())).await?;
        let row = row.ok_or(StoreError::Conflict("the schedule is archived"))?;
        let entry = AuditEntry::done(Action::ScheduleSwitch).on("schedule", id.uuid()).with("on", i64::from(on));
        tx.commit(grant.actor(), entry).await?;
        Ok(row.into())
    }

    /// Puts a schedule away, or takes it out again, switched off. What it queued and nobody began is blocked at its start.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn archive(&self, permit: &Permit<can::BackupSchedulesManage>, id: ScheduleId, away: bool) -> Result<Schedule> {
        self.archive_in(permit.grant(), id, away).await
    }

    /// The same where the grant holds: in a tenant, or in a workspace.
    pub(crate) async fn archive_in(&self, grant: &Grant, id: ScheduleId, away: bool) -> Result<Schedule> {
        const ARCHIVE: &str = concat!(
            "update schedules set enabled = $2, next_fire_at = null, updated_at = $now,
              archived_at = case when $3 then coalesce(archived_at, $now) end where id = $1 returning ",
            columns!()
        );
        let mut tx = self.0.db().write(grant.reach()).await?;
        last(&mut tx, grant, id).await?;
        let row: ScheduleRow = tx.one(sql(ARCHIVE).bind(id).bind(false).bind(away)).await?;
        let entry = AuditEntry::done(Action::ScheduleArchive).on("schedule", id.uuid()).with("away", i64::from(away));
        tx.commit(grant.actor(), entry).await?;
        Ok(row.into())
    }
}

fn due_next(schedule: &Schedule, last: Option<Moment>, now: Moment) -> Result<Option<Moment>> {
    let (Some(cadence), Some(zone)) = (&schedule.cadence, &schedule.zone) else {
        return Err(StoreError::Conflict("this version cannot read when the schedule is due; edit it first"));
    };
    let from = last.map_or(now, |last| last.max(now));
    Ok(Timetable::new(cadence, zone).next_after(from).map(|occurrence| occurrence.at))
}
