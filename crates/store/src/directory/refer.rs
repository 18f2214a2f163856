//! Which groups the inventory refers to: read from the content of items that changed since it was last read.

use std::collections::BTreeSet;

use model::directory::{Reference, object_id, references};
use model::ids::InventoryItemId;
use model::json::Json;
use uuid::Uuid;

use super::{BY_RUN, Directory};
use crate::access::{RunScope, TenantScope};
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// An item of the inventory that refers to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedBy {
    /// The item.
    pub item: InventoryItemId,
    /// Its name; empty when it has none.
    pub name: String,
    /// Key of its resource type.
    pub resource_type: String,
    /// Whether it leaves the group out.
    pub exclude: bool,
}

impl Directory<'_> {
    /// Looks into up to `limit` items whose content changed since they were last looked into; how many there were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn scan_references(&self, run: &RunScope, limit: u32) -> Result<u32> {
        const CHANGED: &str = "select i.id, i.content_hash from inventory_items i left join directory_scans s on s.item_id = i.id
          where i.tenant_id = $1 and (s.item_id is null or s.content_hash <> i.content_hash) order by i.id limit $2";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let changed: Vec<(Uuid, String)> = db.all(sql(CHANGED).bind(tenant).bind(limit)).await?;
        let mut found: Vec<(Uuid, String, BTreeSet<Reference>)> = Vec::with_capacity(changed.len());
        for (item, hash) in changed {
            let text = blobs::get(&mut db, run.workspace_id(), &hash).await?;
            // What is no JSON refers to nothing; who looks at it is told.
            let content = Json::parse(text.as_bytes()).unwrap_or(Json::Null);
            found.push((item, hash, references(&content)));
        }
        db.end().await?;
        if found.is_empty() {
            return Ok(0);
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let items: Vec<Uuid> = found.iter().map(|(item, ..)| *item).collect();
        for chunk in items.chunks(CHUNK) {
            tx.exec(sql("delete from directory_references where item_id in ").push_in("", chunk.iter().copied())).await?;
        }
        for chunk in found.chunks(CHUNK) {
            let mut statement = sql("insert into directory_scans (item_id, tenant_id, workspace_id, content_hash) values ");
            for (i, (item, hash, _)) in chunk.iter().enumerate() {
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, *item)
                    .push_bind(", ", tenant)
                    .push_bind(", ", run.workspace_id())
                    .push_bind(", ", hash.as_str())
                    .push(")");
            }
            tx.exec(statement.push(" on conflict (item_id) do update set content_hash = excluded.content_hash")).await?;
        }
        let all: Vec<(Uuid, &Reference)> =
            found.iter().flat_map(|(item, _, references)| references.iter().map(|one| (*item, one))).collect();
        for chunk in all.chunks(CHUNK) {
            let mut statement =
                sql("insert into directory_references (item_id, object_id, excluded, tenant_id, workspace_id) values ");
            for (i, (item, reference)) in chunk.iter().enumerate() {
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, *item)
                    .push_bind(", ", reference.object_id.as_str())
                    .push_bind(", ", reference.exclude)
                    .push_bind(", ", tenant)
                    .push_bind(", ", run.workspace_id())
                    .push(")");
            }
            tx.exec(statement.push(" on conflict do nothing")).await?;
        }
        tx.commit_unaudited(BY_RUN).await?;
        Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
    }

    /// The items that refer to a group, by name, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn used_by(&self, scope: &TenantScope, id: &str, limit: u32) -> Result<Vec<UsedBy>> {
        const USED: &str = "select i.id, i.name, i.resource_type, r.excluded from directory_references r
          join inventory_items i on i.id = r.item_id where r.tenant_id = $1 and r.object_id = $2
          order by i.name_key, i.id, r.excluded limit $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(Uuid, String, String, bool)> =
            db.all(sql(USED).bind(scope.tenant_id()).bind(object_id(id)).bind(limit)).await?;
        db.end().await?;
        let used = |(id, name, resource_type, exclude): (Uuid, String, String, bool)| UsedBy {
            item: InventoryItemId::from_uuid(id),
            name,
            resource_type,
            exclude,
        };
        Ok(rows.into_iter().map(used).collect())
    }
}
