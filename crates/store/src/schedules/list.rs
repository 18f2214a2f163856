//! Reading schedules.

use model::ids::ScheduleId;
use model::schedule::Schedule;

use super::Schedules;
use super::row::{ScheduleRow, columns};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::sql;

/// Schedules of a tenant, at most.
pub(super) const MOST: u32 = 200;

impl Store {
    /// Schedules.
    #[must_use]
    pub const fn schedules(&self) -> Schedules<'_> {
        Schedules(self)
    }
}

impl Schedules<'_> {
    /// The schedules of a tenant, those put away last, else by name; at most 200.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, scope: &TenantScope) -> Result<Vec<Schedule>> {
        const LIST: &str = concat!(
            "select ",
            columns!(),
            " from schedules where workspace_id = $1 and tenant_id = $2 and purged_at is null order by id limit "
        );
        let list = sql(LIST).bind(scope.workspace_id()).bind(scope.tenant_id()).push_bind("", MOST);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<ScheduleRow> = db.all(list).await?;
        db.end().await?;
        let mut schedules: Vec<Schedule> = rows.into_iter().map(Schedule::from).collect();
        schedules.sort_by_cached_key(|s| (s.archived_at.is_some(), crate::row::name_key(&s.name), s.id));
        Ok(schedules)
    }

    /// A schedule of a tenant.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn find(&self, scope: &TenantScope, id: ScheduleId) -> Result<Schedule> {
        const FIND: &str = concat!(
            "select ",
            columns!(),
            " from schedules where id = $1 and workspace_id = $2 and tenant_id = $3 and purged_at is null"
        );
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<ScheduleRow> = db.optional(sql(FIND).bind(id).bind(scope.workspace_id()).bind(scope.tenant_id())).await?;
        db.end().await?;
        row.map(Schedule::from).ok_or(StoreError::NotVisible)
    }
}
