//! Reading sets.

use model::backup::BackupSet;
use model::ids::{BackupSetId, ScheduleId};
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Backups;
use super::row::{SELECT, SetRow};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// When the set was begun, as microseconds, then its id.
fn key(row: &SetRow) -> String {
    format!("{} {}", row.started_at.0.micros(), row.id)
}

fn read_key(cursor: &Cursor) -> Option<(Moment, Uuid)> {
    let (at, id) = cursor.key.split_once(' ')?;
    // Nothing was captured before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
    Some((Moment::from_micros(at.parse::<i64>().ok()?.max(0)), id.parse().ok()?))
}

impl Backups<'_> {
    /// A page of a tenant's sets, newest first; of one schedule, where one is given.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(
        &self,
        scope: &TenantScope,
        schedule: Option<ScheduleId>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<BackupSet>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT)
            .push_bind(" where s.workspace_id = ", scope.workspace_id())
            .push_bind(" and s.tenant_id = ", scope.tenant_id())
            .push_if(" and s.schedule_id = ", schedule);
        if let Some((_, (at, id))) = at {
            statement = statement
                .push_bind(if back { " and (s.started_at, s.id) > (" } else { " and (s.started_at, s.id) < (" }, at)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by s.started_at, s.id limit " } else { " order by s.started_at desc, s.id desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<SetRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(BackupSet::from))
    }

    /// A set of a tenant.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such set.
    pub async fn find(&self, scope: &TenantScope, id: BackupSetId) -> Result<BackupSet> {
        let find = sql(SELECT)
            .push_bind(" where s.workspace_id = ", scope.workspace_id())
            .push_bind(" and s.tenant_id = ", scope.tenant_id())
            .push_bind(" and s.id = ", id);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<SetRow> = db.optional(find).await?;
        db.end().await?;
        row.map(BackupSet::from).ok_or(StoreError::NotVisible)
    }

    /// The newest sets that hold a version of an item, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_item(&self, scope: &TenantScope, item: model::ids::InventoryItemId, limit: u32) -> Result<Vec<BackupSet>> {
        let find = sql(SELECT)
            .push_bind(" join backup_set_items i on i.set_id = s.id where s.tenant_id = ", scope.tenant_id())
            .push_bind(" and i.item_id = ", item)
            .push_bind(" order by s.started_at desc, s.id desc limit ", limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<SetRow> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(BackupSet::from).collect())
    }
}
