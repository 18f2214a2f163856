//! Writing what a sync saw, a page at a time, under the run's lease.

use std::collections::BTreeMap;

use model::canonical::Canonical;
use model::ids::InventoryItemId;
use model::resource_types::Platform;
use model::time::Moment;
use uuid::Uuid;

use super::Inventory;
use crate::access::RunScope;
use crate::bind::storable;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::name_key;
use crate::runs::fenced;
use crate::sql::sql;

/// An object as a sync saw it.
#[derive(Debug, Clone)]
pub struct ObservedItem {
    /// Key of its resource type.
    pub resource_type: &'static str,
    /// Microsoft's id.
    pub object_id: String,
    /// Its name; empty when it has none.
    pub name: String,
    /// Its platform.
    pub platform: Platform,
    /// Its `@odata.type`, when it said it.
    pub odata_type: Option<String>,
    /// When Microsoft says that it was changed.
    pub modified_at: Option<Moment>,
    /// How many assignments it has.
    pub assignments: Option<i64>,
    /// Its content.
    pub content: Canonical,
}

/// What writing a page did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageEffect {
    /// Seen for the first time.
    pub created: i64,
    /// Content changed.
    pub updated: i64,
    /// As before.
    pub unchanged: i64,
}

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

type Key = (&'static str, String);

impl Inventory<'_> {
    /// Writes what was seen: new and changed objects with their content, unchanged ones with the time only. An object that
    /// occurs twice in `items` counts once, the later one wins.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe(&self, run: &RunScope, items: Vec<ObservedItem>) -> Result<PageEffect> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let items: BTreeMap<Key, ObservedItem> =
            items.into_iter().map(|item| ((item.resource_type, storable(item.object_id.clone())), item)).collect();
        let known = self.known(run, &items).await?;
        let mut effect = PageEffect::default();
        let (mut written, mut same, mut packed) = (Vec::new(), Vec::new(), Vec::new());
        for (key, item) in items {
            match known.get(&key) {
                // A new order of an unordered list alone is no change, and nothing is written for it.
                Some((id, semantic)) if *semantic == item.content.semantic => {
                    effect.unchanged += 1;
                    same.push((*id, item));
                }
                found => {
                    effect.created += i64::from(found.is_none());
                    effect.updated += i64::from(found.is_some());
                    packed.push(blobs::pack(&item.content)?);
                    written.push(item);
                }
            }
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        for chunk in written.chunks(CHUNK) {
            upsert(&mut tx, run, tenant.uuid(), chunk).await?;
        }
        for chunk in same.chunks(CHUNK) {
            let seen = sql("update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1")
                .bind(run.run_id())
                .push_in(" where id in ", chunk.iter().map(|(id, _)| *id));
            tx.exec(seen).await?;
        }
        tx.commit_unaudited("observations of a run; the run is the record").await?;
        Ok(effect)
    }

    /// Notes that objects are still there although their content could not be read this time.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn still_there(&self, run: &RunScope, resource_type: &'static str, object_ids: &[String]) -> Result<()> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for chunk in object_ids.chunks(CHUNK) {
            let seen = sql("update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1
              where tenant_id = $2 and resource_type = $3")
            .bind(run.run_id())
            .bind(tenant)
            .bind(resource_type)
            .push_in(" and object_id in ", chunk.iter().map(String::as_str));
            tx.exec(seen).await?;
        }
        tx.commit_unaudited("observations of a run; the run is the record").await
    }

    async fn known(&self, run: &RunScope, items: &BTreeMap<Key, ObservedItem>) -> Result<BTreeMap<Key, (Uuid, String)>> {
        let mut ids: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for (resource_type, object_id) in items.keys() {
            ids.entry(resource_type).or_default().push(object_id);
        }
        let mut known = BTreeMap::new();
        let mut db = self.0.db().read(run.grant().reach()).await?;
        for (resource_type, ids) in ids {
            for chunk in ids.chunks(100) {
                let find =
                    sql("select id, object_id, semantic_hash from inventory_items where tenant_id = $1 and resource_type = $2")
                        .bind(run.tenant_id())
                        .bind(resource_type)
                        .push_in(" and object_id in ", chunk.iter().copied());
                let rows: Vec<(Uuid, String, String)> = db.all(find).await?;
                known.extend(rows.into_iter().map(|(id, object, hash)| ((resource_type, object), (id, hash))));
            }
        }
        db.end().await?;
        Ok(known)
    }
}

async fn upsert(tx: &mut Tx, run: &RunScope, tenant: Uuid, items: &[ObservedItem]) -> Result<()> {
    let mut insert = sql("insert into inventory_items (id, workspace_id, tenant_id, resource_type, object_id, name, name_key,
      platform, odata_type, modified_at, assignment_count, content_hash, semantic_hash, last_seen_operation_run_id, first_seen_at,
      last_seen_at, changed_at) values ");
    for (i, item) in items.iter().enumerate() {
        insert = insert
            .push_bind(if i == 0 { "(" } else { ", (" }, InventoryItemId::generate())
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", tenant)
            .push_bind(", ", item.resource_type)
            .push_bind(", ", item.object_id.as_str())
            .push_bind(", ", item.name.replace('\0', ""))
            .push_bind(", ", name_key(&item.name))
            .push_bind(", ", item.platform.code())
            .push_bind(", ", item.odata_type.clone())
            .push_bind(", ", item.modified_at)
            .push_bind(", ", item.assignments)
            .push_bind(", ", item.content.hash.as_str())
            .push_bind(", ", item.content.semantic.as_str())
            .push_bind(", ", run.run_id())
            .push(", $now, $now, $now)");
    }
    tx.exec(insert.push(
        " on conflict (tenant_id, resource_type, object_id) do update set name = excluded.name, name_key = excluded.name_key,
        platform = excluded.platform, odata_type = excluded.odata_type, modified_at = excluded.modified_at,
        assignment_count = excluded.assignment_count, content_hash = excluded.content_hash, semantic_hash = excluded.semantic_hash,
        last_seen_operation_run_id = excluded.last_seen_operation_run_id, last_seen_at = excluded.last_seen_at,
        changed_at = excluded.changed_at",
    ))
    .await?;
    Ok(())
}
