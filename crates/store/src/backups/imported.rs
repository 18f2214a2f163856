//! What is in an imported set, and what its import had to say.

use model::backup::{ImportRemark, ImportedItem, ItemProblem, Remark};
use model::ids::{BackupSetId, ThingId};
use model::page::{Cursor, Direction, Page};
use uuid::Uuid;

use super::Backups;
use super::by_name::{Named, Wanted};
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

const OBJECTS: &str =
    "select k.* from (select o.id, o.resource_type, o.object_id, o.id_was_made, o.name, o.name_key, o.content_hash, b.plain_size,
    o.captured_at, o.withheld, o.problem
  from backup_set_objects o left join blobs b on b.workspace_id = o.workspace_id and b.hash = o.content_hash
  where o.tenant_id = $1 and o.set_id = $2) k";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    resource_type: String,
    object_id: String,
    id_was_made: bool,
    name: String,
    name_key: String,
    content_hash: String,
    plain_size: Option<i64>,
    captured_at: Option<DbTime>,
    withheld: bool,
    problem: Option<String>,
}

impl From<Row> for ImportedItem {
    fn from(row: Row) -> Self {
        Self {
            id: ThingId::from_uuid(row.id),
            resource_type: row.resource_type,
            object_id: row.object_id,
            id_was_made: row.id_was_made,
            name: row.name,
            content_hash: row.content_hash,
            bytes: row.plain_size.unwrap_or(0),
            captured_at: row.captured_at.map(|at| at.0),
            withheld: row.withheld,
            problem: row.problem.as_deref().map(ItemProblem::from_code),
        }
    }
}

impl Named for Row {
    fn place(&self) -> (Uuid, &str) {
        (self.id, &self.name_key)
    }
}

impl Backups<'_> {
    /// A page of what an imported set holds, by name; `resource_type`: only that type; `damaged`: only what the latest verification
    /// found wrong.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn imported(
        &self,
        scope: &TenantScope,
        set: BackupSetId,
        resource_type: Option<&str>,
        damaged: bool,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<ImportedItem>> {
        let wanted = Wanted { set, resource_type, damaged, cursor, rows };
        Ok(self.by_name::<Row>(scope, OBJECTS, wanted).await?.map(ImportedItem::from))
    }

    /// An object of an imported set with its content, canonical JSON.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such set, or it no such object.
    pub async fn imported_object(&self, scope: &TenantScope, set: BackupSetId, id: ThingId) -> Result<(ImportedItem, String)> {
        let find = sql(OBJECTS).bind(scope.tenant_id()).bind(set).push_bind(" where k.id = ", id);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(find).await?;
        let item = ImportedItem::from(row.ok_or(StoreError::NotVisible)?);
        let found = blobs::stored(&mut db, scope.workspace_id(), std::slice::from_ref(&item.content_hash)).await?;
        db.end().await?;
        let text = found.fetch(self.0, scope.grant().reach()).await?.whole(&item.content_hash)?;
        Ok((item, text))
    }

    /// A page of what an import had to say of files, in the order in which they were found; `remark`: only those that say that.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn remarks(
        &self,
        scope: &TenantScope,
        set: BackupSetId,
        remark: Option<Remark>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<ImportRemark>> {
        const REMARKS: &str = "select number, remark, file, words from backup_set_remarks where tenant_id = $1 and set_id = $2";
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<i64>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(REMARKS).bind(scope.tenant_id()).bind(set).push_if(" and remark = ", remark.map(Remark::code));
        if let Some((_, number)) = at {
            statement = statement.push_bind(if back { " and number < " } else { " and number > " }, number);
        }
        let order = if back { " order by number desc limit " } else { " order by number limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<(i64, String, String, String)> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let line = |(number, remark, file, words): (i64, String, String, String)| ImportRemark {
            number,
            remark: Remark::from_code(&remark),
            file,
            words,
        };
        Ok(crate::runs::page(found, rows, at.is_some(), back, |row| row.0.to_string()).map(line))
    }
}
