//! Reading baselines.

use model::baseline::{Baseline, BaselineItem, BaselineVersion, ItemKey};
use model::ids::BaselineId;
use model::page::{Cursor, Direction, Page};

use super::Baselines;
use super::row::{BaselineRow, ITEM, ItemRow, VersionRow, select};
use crate::access::WorkspaceScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// Between the fields of a cursor: no type and no id of Microsoft's has it.
const BETWEEN: char = '\u{1f}';

/// Type, id, then the name's key, which may have anything.
fn item_key(row: &ItemRow) -> String {
    format!("{}{BETWEEN}{}{BETWEEN}{}", row.resource_type, row.object_id, row.name_key)
}

fn read_item_key(cursor: &Cursor) -> Option<(&str, &str, &str)> {
    let mut parts = cursor.key.splitn(3, BETWEEN);
    let (kind, id, name) = (parts.next()?, parts.next()?, parts.next()?);
    Some((name, kind, id))
}

/// Id (36 characters), then the name's key.
fn key(row: &BaselineRow) -> String {
    format!("{}{}", row.id, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(BaselineId, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl Baselines<'_> {
    /// A page of the workspace's baselines by name: those in use, or those that are archived.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(
        &self,
        scope: &WorkspaceScope,
        archived: bool,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Baseline>> {
        let from = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(from, Some((Direction::Backward, _)));
        let mut find = select(scope.entitled().as_deref())
            .push_bind(" where b.workspace_id = ", scope.workspace_id())
            .push(if archived { " and b.archived_at is not null" } else { " and b.archived_at is null" });
        if let Some((_, (id, name))) = from {
            find = find
                .push_bind(if back { " and (b.name_key, b.id) < (" } else { " and (b.name_key, b.id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by b.name_key desc, b.id desc limit " } else { " order by b.name_key, b.id limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<BaselineRow> = db.all(find.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, from.is_some(), back, key).map(|row| row.seen_by(scope.entitled().as_deref())))
    }

    /// A baseline.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such baseline.
    pub async fn find(&self, scope: &WorkspaceScope, id: BaselineId) -> Result<Baseline> {
        let find = select(scope.entitled().as_deref())
            .push_bind(" where b.workspace_id = ", scope.workspace_id())
            .push_bind(" and b.id = ", id);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<BaselineRow> = db.optional(find).await?;
        db.end().await?;
        row.map(|row| row.seen_by(scope.entitled().as_deref())).ok_or(StoreError::NotVisible)
    }

    /// The versions of a baseline, newest first; the latest 100.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn versions(&self, scope: &WorkspaceScope, id: BaselineId) -> Result<Vec<BaselineVersion>> {
        const VERSIONS: &str = "select v.number, v.state, v.extras, v.source,
            (select count(*) from baseline_items i where i.baseline_id = v.baseline_id and i.number = v.number) as items,
            v.created_by_name, v.created_at, v.activated_at
          from baseline_versions v where v.workspace_id = $1 and v.baseline_id = $2 order by v.number desc limit 100";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<VersionRow> = db.all(sql(VERSIONS).bind(scope.workspace_id()).bind(id)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(BaselineVersion::from).collect())
    }

    /// A page of the objects of a version by name.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn items(
        &self,
        scope: &WorkspaceScope,
        id: BaselineId,
        number: i64,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<BaselineItem>> {
        let from = cursor.and_then(|cursor| Some((cursor.direction, read_item_key(cursor)?)));
        let back = matches!(from, Some((Direction::Backward, _)));
        let mut find = sql(ITEM)
            .push_bind(" where i.workspace_id = ", scope.workspace_id())
            .push_bind(" and i.baseline_id = ", id)
            .push_bind(" and i.number = ", number);
        if let Some((_, (name, kind, object))) = from {
            let than = if back {
                " and (i.name_key, i.resource_type, i.object_id) < ("
            } else {
                " and (i.name_key, i.resource_type, i.object_id) > ("
            };
            find = find.push_bind(than, name).push_bind(", ", kind).push_bind(", ", object).push(")");
        }
        let order = if back {
            " order by i.name_key desc, i.resource_type desc, i.object_id desc limit "
        } else {
            " order by i.name_key, i.resource_type, i.object_id limit "
        };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<ItemRow> = db.all(find.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, from.is_some(), back, item_key).map(BaselineItem::from))
    }

    /// An object of a version.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the version does not have it.
    pub async fn item(&self, scope: &WorkspaceScope, id: BaselineId, number: i64, key: &ItemKey) -> Result<BaselineItem> {
        let find = sql(ITEM)
            .push_bind(" where i.workspace_id = ", scope.workspace_id())
            .push_bind(" and i.baseline_id = ", id)
            .push_bind(" and i.number = ", number)
            .push_bind(" and i.resource_type = ", key.resource_type.as_str())
            .push_bind(" and i.object_id = ", key.object_id.as_str());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<ItemRow> = db.optional(find).await?;
        db.end().await?;
        row.map(BaselineItem::from).ok_or(StoreError::NotVisible)
    }
}
