//! What makes reports by itself: schedules like all others, of a tenant or of the workspace. Here are those that somebody may know of.

use model::access::can;
use model::ids::ScheduleId;
use model::operations::report_generate::Arguments;
use model::schedule::{NewSchedule, Schedule};

use super::Reports;
use crate::access::{Permit, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::schedules::{ScheduleRow, columns};
use crate::sql::{Sql, sql};

/// Schedules that are listed.
const MOST: u32 = 500;

const FROM: &str = concat!(
    "select ",
    columns!(),
    " from schedules where type = 'report_generate' and purged_at is null and archived_at is null and workspace_id = $1"
);

fn theirs(scope: &WorkspaceScope) -> Sql {
    let statement = sql(FROM).bind(scope.workspace_id());
    match scope.entitled() {
        None => statement,
        Some(tenants) => statement.push_in(" and tenant_id in ", tenants),
    }
}

impl Reports<'_> {
    /// The schedules of reports that the person may know of, those that were made first first; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn schedules(&self, scope: &WorkspaceScope) -> Result<Vec<Schedule>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<ScheduleRow> = db.all(theirs(scope).push_bind(" order by id limit ", MOST)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Schedule::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn schedule(&self, scope: &WorkspaceScope, id: ScheduleId) -> Result<Schedule> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<ScheduleRow> = db.optional(theirs(scope).push_bind(" and id = ", id)).await?;
        db.end().await?;
        row.map(Schedule::from).ok_or(StoreError::NotVisible)
    }

    /// Makes a schedule of a report of all tenants, switched on. One of a tenant is made as any schedule of it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for somebody who may not read of every tenant; [`StoreError::Conflict`] when it is not acceptable, or
    /// the workspace has 200 already.
    pub async fn schedule_of_all(
        &self,
        permit: &Permit<can::WorkspaceSettingsManage>,
        scope: &WorkspaceScope,
        new: &NewSchedule,
    ) -> Result<Schedule> {
        let report = Arguments::stored(&new.arguments).ok_or(StoreError::Conflict("this version knows no such report"))?;
        self.of_all(scope, &[report.kind().capability()])?;
        self.0.schedules().create_in(permit.grant(), new).await
    }

    /// Switches a schedule of a report of all tenants on or off.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] for one that is put away, or that cannot be read.
    pub async fn switch_of_all(
        &self,
        permit: &Permit<can::WorkspaceSettingsManage>,
        scope: &WorkspaceScope,
        id: ScheduleId,
        on: bool,
    ) -> Result<Schedule> {
        self.schedule(scope, id).await?;
        self.0.schedules().switch_in(permit.grant(), id, on).await
    }

    /// Puts a schedule of a report of all tenants away.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn end_of_all(
        &self,
        permit: &Permit<can::WorkspaceSettingsManage>,
        scope: &WorkspaceScope,
        id: ScheduleId,
    ) -> Result<Schedule> {
        self.schedule(scope, id).await?;
        self.0.schedules().archive_in(permit.grant(), id, true).await
    }
}
