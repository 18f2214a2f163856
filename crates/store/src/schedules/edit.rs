//! Making and changing schedules.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::ScheduleId;
use model::operations::Identity;
use model::schedule::{CatchUp, NewSchedule, Schedule, Timetable};
use model::time::Moment;

use super::Schedules;
use super::list::MOST;
use super::row::{ScheduleRow, columns};
use crate::access::{Grant, Permit};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::{Sql, sql};

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// When it is due next, from a moment on.
pub(super) fn next(new: &NewSchedule, from: Moment) -> Option<Moment> {
    Timetable::new(&new.cadence, &new.zone).next_after(from).map(|occurrence| occurrence.at)
}

/// What is wrong with it; `None` when nothing is.
fn problem(grant: &Grant, new: &NewSchedule) -> Option<&'static str> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Some("a schedule's name has 1 to 100 characters");
    }
    if new.operation.scheduled(grant.workspace_id(), grant.tenant_id(), &new.arguments).is_none() {
        return Some("schedules do not start this, or not so");
    }
    // What is due while the earlier one is not over is left out: of several at once only the first would become a run.
    if new.catch_up == CatchUp::All && new.operation.entry().identity == Identity::PerFire {
        return Some("a backup that was missed is made up for once: choose the latest, or none");
    }
    let bound = 1..=CatchUp::MOST;
    (new.catch_up == CatchUp::All && !bound.contains(&new.bound)).then_some("from 1 to 50 missed times are made up for")
}

/// Adds that a schedule is of the tenant where the grant holds, or of its workspace itself.
pub(super) fn in_place(statement: Sql, grant: &Grant) -> Sql {
    match grant.tenant_id() {
        Some(tenant) => statement.push_bind(" and tenant_id = ", tenant),
        None => statement.push(" and tenant_id is null"),
    }
}

impl Schedules<'_> {
    /// Makes a schedule, switched on. Nothing that was due before is fired.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not acceptable, or the tenant has 200 already.
    pub async fn create(&self, permit: &Permit<can::BackupSchedulesManage>, new: &NewSchedule) -> Result<Schedule> {
        self.create_in(permit.grant(), new).await
    }

    /// The same where the grant holds: in a tenant, or in a workspace.
    pub(crate) async fn create_in(&self, grant: &Grant, new: &NewSchedule) -> Result<Schedule> {
        const COUNT: &str = "select count(*) from schedules where workspace_id = $1 and purged_at is null";
        const CREATE: &str = concat!(
            "insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up, catch_up_bound,
              enabled, holds_from, next_fire_at, revision, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $now, $12, 1, $now, $now) returning ",
            columns!()
        );
        if let Some(problem) = problem(grant, new) {
            return Err(StoreError::Conflict(problem));
        }
        let now = self.0.now().await?;
        let id = ScheduleId::generate();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (count,): (i64,) = tx.one(in_place(sql(COUNT).bind(grant.workspace_id()), grant)).await?;
        if count >= i64::from(MOST) {
            return Err(StoreError::Conflict("a tenant, and a workspace of its own, has at most 200 schedules"));
        }
        let create = sql(CREATE)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(grant.tenant_id())
            .bind(new.operation.code())
            .bind(new.arguments.clone())
            .bind(new.name.trim())
            .bind(stored(new)?)
            .bind(new.zone.name())
            .bind(new.catch_up.code())
            .bind(new.bound.max(1))
            .bind(true)
            .bind(next(new, now));
        let row: ScheduleRow = tx.one(create).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::ScheduleCreate).on("schedule", id.uuid())).await?;
        Ok(row.into())
    }

    /// Changes a schedule. What was due before is not fired anew; whether it is switched on stays.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when it is not acceptable, is archived, or was changed since `revision`.
    pub async fn edit(
        &self,
        permit: &Permit<can::BackupSchedulesManage>,
        id: ScheduleId,
        revision: i64,
        new: &NewSchedule,
    ) -> Result<Schedule> {
        const EDIT: &str = concat!(
            "update schedules set type = $4, arguments = $5, name = $6, cadence = $7, time_zone = $8, catch_up = $9,
              catch_up_bound = $10, holds_from = $now, next_fire_at = case when enabled then $11 end, problem = null,
              revision = revision + 1, updated_at = $now
            where id = $1 and workspace_id = $2 and tenant_id = $3 and archived_at is null and revision = $12 returning ",
            columns!()
        );
        let grant = permit.grant();
        if let Some(problem) = problem(grant, new) {
            return Err(StoreError::Conflict(problem));
        }
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let last = super::switch::last(&mut tx, grant, id).await?;
        let edit = sql(EDIT)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(grant.tenant_id())
            .bind(new.operation.code())
            .bind(new.arguments.clone())
            .bind(new.name.trim())
            .bind(stored(new)?)
            .bind(new.zone.name())
            .bind(new.catch_up.code())
            .bind(new.bound.max(1))
            .bind(next(new, last.map_or(now, |last| last.max(now))))
            .bind(revision);
        let row: Option<ScheduleRow> = tx.optional(edit).await?;
        let row = row.ok_or(StoreError::Conflict("the schedule was changed meanwhile, or is archived; look at it again"))?;
        tx.commit(grant.actor(), AuditEntry::done(Action::ScheduleEdit).on("schedule", id.uuid())).await?;
        Ok(row.into())
    }
}

fn stored(new: &NewSchedule) -> Result<serde_json::Value> {
    serde_json::to_value(&new.cadence).map_err(|_| StoreError::Corrupt("a cadence"))
}
