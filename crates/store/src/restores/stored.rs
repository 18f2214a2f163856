//! A tenant as it is stored: what a simulated copy of it is made of.

use std::collections::BTreeMap;

use model::directory::object_id;
use model::json::Json;
use model::time::Moment;

use super::Restores;
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::blobs;
use crate::db::Result;
use crate::sql::sql;

/// An object as it was last stored.
#[derive(Debug, Clone, PartialEq)]
pub struct CopiedObject {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// Its `@odata.type`, when it said it.
    pub odata_type: Option<String>,
    /// What says whether it changed.
    pub semantic_hash: String,
    /// When it was last observed.
    pub seen_at: Moment,
    /// The size of its content, in bytes.
    pub size: u64,
    /// Its content; `None` where that is damaged or gone.
    pub content: Option<Json>,
}

impl Restores<'_> {
    /// The objects of these types that the inventory of the run's tenant has and that have not disappeared, by type and id, at most that
    /// many from behind `after` on. Bound the number: all are held.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stored_objects(
        &self,
        run: &RunScope,
        types: &[String],
        after: Option<(&str, &str)>,
        rows: u32,
    ) -> Result<Vec<CopiedObject>> {
        type Row = (String, String, Option<String>, String, String, DbTime);
        if types.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement =
            sql("select i.resource_type, i.object_id, i.odata_type, i.semantic_hash, i.content_hash, i.last_seen_at
          from inventory_items i where i.tenant_id = ")
            .push_bind("", run.tenant_id())
            .push_bind(" and i.absent = ", false)
            .push_in(" and i.resource_type in ", types.iter().map(String::as_str));
        if let Some((resource_type, id)) = after {
            statement = statement
                .push_bind(" and (i.resource_type, i.object_id) > (", resource_type.to_owned())
                .push_bind(", ", id.to_owned())
                .push(")");
        }
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(" order by i.resource_type, i.object_id limit ", rows)).await?;
        let hashes: Vec<String> = found.iter().map(|(.., hash, _)| hash.clone()).collect();
        let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, run.grant().reach()).await?;
        let object = |(resource_type, object_id, odata_type, semantic_hash, hash, seen_at): Row| CopiedObject {
            size: stored.size(&hash).and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            content: stored.json(&hash),
            resource_type,
            object_id,
            odata_type,
            semantic_hash,
            seen_at: seen_at.0,
        };
        Ok(found.into_iter().map(object).collect())
    }

    /// Those of these groups that the directory cache of the run's tenant has and that are not gone, by id in lower case, with their
    /// names; and whether the cache was ever filled.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stored_groups(&self, run: &RunScope, ids: &[String]) -> Result<(BTreeMap<String, String>, bool)> {
        const FILLED: &str =
            "select count(*) from directory_state where tenant_id = $1 and kind = 'groups' and complete_at is not null";
        const NAMED: &str = "select object_id, name from directory_groups where deleted_at is null and tenant_id = ";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let (filled,): (i64,) = db.one(sql(FILLED).bind(run.tenant_id())).await?;
        let mut groups = BTreeMap::new();
        for chunk in ids.chunks(100) {
            let ids: Vec<String> = chunk.iter().map(|id| object_id(id)).collect();
            let named = sql(NAMED).push_bind("", run.tenant_id()).push_in(" and object_id in ", ids.iter().map(String::as_str));
            groups.extend(db.all::<(String, String)>(named).await?);
        }
        db.end().await?;
        Ok((groups, filled > 0))
    }
}
