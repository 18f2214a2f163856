//! What is in a set, and what is not.

use model::backup::{BackupItem, ItemProblem, MissingItem, TypeCertificate};
use model::coverage::TypeState;
use model::ids::{BackupSetId, InventoryItemId, PolicyVersionId};
use model::page::{Cursor, Direction, Page};
use uuid::Uuid;

use super::Backups;
use super::by_name::{Named, Wanted};
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

const ITEMS: &str =
    "select k.* from (select s.item_id as id, s.version_id, v.number, i.resource_type, i.object_id, v.name, i.name_key,
    v.content_hash, b.plain_size, v.captured_at, s.problem
  from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
  left join blobs b on b.workspace_id = v.workspace_id and b.hash = v.content_hash
  where s.tenant_id = $1 and s.set_id = $2) k";

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: Uuid,
    version_id: Uuid,
    number: i64,
    resource_type: String,
    object_id: String,
    name: String,
    name_key: String,
    content_hash: String,
    plain_size: Option<i64>,
    captured_at: DbTime,
    problem: Option<String>,
}

impl From<ItemRow> for BackupItem {
    fn from(row: ItemRow) -> Self {
        Self {
            item_id: InventoryItemId::from_uuid(row.id),
            version_id: PolicyVersionId::from_uuid(row.version_id),
            version: row.number,
            resource_type: row.resource_type,
            object_id: row.object_id,
            name: row.name,
            content_hash: row.content_hash,
            bytes: row.plain_size.unwrap_or(0),
            captured_at: row.captured_at.0,
            problem: row.problem.as_deref().map(ItemProblem::from_code),
        }
    }
}

#[derive(sqlx::FromRow)]
struct TypeRow {
    resource_type: String,
    state: String,
    failure_code: Option<String>,
    pages: i64,
    objects: i64,
    details: i64,
    every_detail: bool,
    wanted_whole: bool,
    items: i64,
    bytes: i64,
    left_out: i64,
    ended_at: DbTime,
}

impl Named for ItemRow {
    fn place(&self) -> (Uuid, &str) {
        (self.id, &self.name_key)
    }
}

impl Backups<'_> {
    /// A page of what a set holds, by name; `resource_type`: only that type; `damaged`: only what the latest verification found
    /// wrong.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn items(
        &self,
        scope: &TenantScope,
        set: BackupSetId,
        resource_type: Option<&str>,
        damaged: bool,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<BackupItem>> {
        let wanted = Wanted { set, resource_type, damaged, cursor, rows };
        Ok(self.by_name::<ItemRow>(scope, ITEMS, wanted).await?.map(BackupItem::from))
    }

    /// The certificate of a set: each type that its run read, or did not, by key. Empty until the set is sealed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn certificate(&self, scope: &TenantScope, set: BackupSetId) -> Result<Vec<TypeCertificate>> {
        const TYPES: &str =
            "select resource_type, state, failure_code, pages, objects, details, every_detail, wanted_whole, items, bytes,
            left_out, ended_at
          from backup_set_types where tenant_id = $1 and set_id = $2 order by resource_type";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<TypeRow> = db.all(sql(TYPES).bind(scope.tenant_id()).bind(set)).await?;
        db.end().await?;
        let certificate = |row: TypeRow| TypeCertificate {
            resource_type: row.resource_type,
            state: TypeState::from_code(&row.state),
            failure_code: row.failure_code,
            pages: row.pages,
            objects: row.objects,
            details: row.details,
            every_detail: row.every_detail,
            wanted_whole: row.wanted_whole,
            items: row.items,
            bytes: row.bytes,
            left_out: row.left_out,
            ended_at: row.ended_at.0,
        };
        Ok(rows.into_iter().map(certificate).collect())
    }

    /// A page of the objects that a set was to hold and does not, by type and Microsoft's id.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn missing(
        &self,
        scope: &TenantScope,
        set: BackupSetId,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<MissingItem>> {
        const MISSING: &str =
            "select resource_type, object_id, name, code from backup_set_missing where tenant_id = $1 and set_id = $2";
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.split_once(' ')?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(MISSING).bind(scope.tenant_id()).bind(set);
        if let Some((_, (kind, object))) = at {
            statement = statement
                .push_bind(if back { " and (resource_type, object_id) < (" } else { " and (resource_type, object_id) > (" }, kind)
                .push_bind(", ", object)
                .push(")");
        }
        let order = if back {
            " order by resource_type desc, object_id desc limit "
        } else {
            " order by resource_type, object_id limit "
        };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<(String, String, String, String)> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let item = |(resource_type, object_id, name, code)| MissingItem { resource_type, object_id, name, code };
        let found = found.into_iter().map(item).collect();
        let key = |item: &MissingItem| format!("{} {}", item.resource_type, item.object_id);
        Ok(crate::runs::page(found, rows, at.is_some(), back, key))
    }
}
