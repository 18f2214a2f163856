//! The backup that a drill puts back.

use model::backup::Selection;
use model::ids::BackupSetId;
use model::json::Json;
use model::time::Moment;
use uuid::Uuid;

use super::Restores;
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::blobs;
use crate::db::Result;
use crate::sql::sql;

/// A backup that can be put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillSource {
    /// The set.
    pub set: BackupSetId,
    /// What it is called.
    pub name: String,
    /// When it was sealed.
    pub taken_at: Moment,
    /// Objects in it.
    pub items: i64,
}

/// An object of a backup.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillObject {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// Its `@odata.type`, when it said it.
    pub odata_type: Option<String>,
    /// What says whether it changed.
    pub semantic_hash: String,
    /// Hash of its content.
    pub content_hash: String,
    /// The size of its content, in bytes.
    pub size: u64,
    /// Its content; `None` where that is damaged or gone.
    pub content: Option<Json>,
}

impl Restores<'_> {
    /// The latest complete backup of the run's tenant that was captured here and holds something: of everything, where there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drill_source(&self, run: &RunScope) -> Result<Option<DrillSource>> {
        const LATEST: &str = "select id, name, completed_at, items from backup_sets
          where tenant_id = $1 and status = 'complete' and items > 0 and origin is null and completed_at is not null
          order by case when holds = $2 then 0 else 1 end, completed_at desc, id desc limit 1";
        type Row = (Uuid, String, DbTime, i64);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(LATEST).bind(run.tenant_id()).bind(Selection::All.words())).await?;
        db.end().await?;
        Ok(row.map(|(id, name, at, items)| DrillSource { set: BackupSetId::from_uuid(id), name, taken_at: at.0, items }))
    }

    /// The objects of a captured set of the run's tenant, by type and id, at most that many from behind `after` on. Bound the number:
    /// all are held.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drill_objects(
        &self,
        run: &RunScope,
        set: BackupSetId,
        after: Option<(&str, &str)>,
        rows: u32,
    ) -> Result<Vec<DrillObject>> {
        const OBJECTS: &str = "select i.resource_type, i.object_id, v.name, i.odata_type, v.semantic_hash, v.content_hash
          from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id";
        type Row = (String, String, String, Option<String>, Option<String>, Option<String>);
        let mut statement = sql(OBJECTS).push_bind(" where s.tenant_id = ", run.tenant_id()).push_bind(" and s.set_id = ", set);
        if let Some((resource_type, id)) = after {
            statement = statement
                .push_bind(" and (i.resource_type, i.object_id) > (", resource_type.to_owned())
                .push_bind(", ", id.to_owned())
                .push(")");
        }
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(" order by i.resource_type, i.object_id limit ", rows)).await?;
        let hashes: Vec<String> = found.iter().filter_map(|(.., hash)| hash.clone()).collect();
        let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, run.grant().reach()).await?;
        let object = |(resource_type, object_id, name, odata_type, semantic, hash): Row| {
            let content_hash = hash.unwrap_or_default();
            DrillObject {
                size: stored.size(&content_hash).and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                content: stored.json(&content_hash),
                resource_type,
                object_id,
                name,
                odata_type,
                semantic_hash: semantic.unwrap_or_default(),
                content_hash,
            }
        };
        Ok(found.into_iter().map(object).collect())
    }
}
