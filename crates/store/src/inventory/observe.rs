//! Writing what a sync saw, a page at a time, under the run's lease.

use std::collections::BTreeMap;

use model::canonical::Canonical;
use model::ids::{InventoryItemId, TenantId};
use model::resource_types::Platform;
use model::time::Moment;
use model::version::{Change, Changed};
use uuid::Uuid;

use super::Inventory;
use super::known::{Known, known};
use crate::access::RunScope;
use crate::bind::storable;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::policy_versions::{self, NewVersion};
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
    /// What the list told of it ([`model::canonical::list_fingerprint`]).
    pub fingerprint: Option<String>,
}

/// What writing a page did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageEffect {
    /// Seen for the first time.
    pub created: i64,
    /// Content changed.
    pub updated: i64,
    /// As before.
    pub unchanged: i64,
    /// Type and name of each whose content changed although the list told the same as before.
    pub unannounced: Vec<(&'static str, String)>,
}

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

pub(super) type Key = (&'static str, String);

impl Inventory<'_> {
    /// Writes what was read: new and changed objects with their content and a version, unchanged ones with the time only. An object
    /// that occurs twice in `items` counts once, the later one wins.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe(&self, run: &RunScope, items: Vec<ObservedItem>) -> Result<PageEffect> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let items: BTreeMap<Key, ObservedItem> =
            items.into_iter().map(|item| ((item.resource_type, storable(item.object_id.clone())), item)).collect();
        let known = known(self.0.db(), run, items.keys()).await?;
        let mut effect = PageEffect::default();
        let (mut written, mut same, mut told, mut packed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (key, item) in items {
            match known.get(&key) {
                // A new order of an unordered list alone is no change, and nothing is written for it.
                Some(known) if known.is_current(&item.content.semantic) => {
                    effect.unchanged += 1;
                    if known.fingerprint == item.fingerprint && known.modified_at == item.modified_at {
                        same.push(known.id);
                    } else {
                        told.push((known.id, item));
                    }
                }
                found => {
                    effect.created += i64::from(found.is_none());
                    effect.updated += i64::from(found.is_some());
                    if found.is_some_and(|known| known.told_the_same(item.fingerprint.as_deref())) {
                        effect.unannounced.push((item.resource_type, item.name.clone()));
                    }
                    packed.push(blobs::pack(&item.content)?);
                    written.push((key, item));
                }
            }
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        for chunk in written.chunks(CHUNK) {
            upsert(&mut tx, run, tenant, chunk, &known).await?;
        }
        for chunk in same.chunks(CHUNK) {
            let seen = sql("update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1")
                .bind(run.run_id())
                .push_in(" where id in ", chunk.iter().copied());
            tx.exec(seen).await?;
        }
        for (id, item) in told {
            const TOLD: &str = "update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $2,
              list_fingerprint = $3, modified_at = $4 where id = $1";
            tx.exec(sql(TOLD).bind(id).bind(run.run_id()).bind(item.fingerprint).bind(item.modified_at)).await?;
        }
        tx.commit_unaudited("observations of a run; the run is the record").await?;
        Ok(effect)
    }
}

async fn upsert(
    tx: &mut Tx,
    run: &RunScope,
    tenant: TenantId,
    items: &[(Key, ObservedItem)],
    known: &BTreeMap<Key, Known>,
) -> Result<()> {
    let mut insert = sql("insert into inventory_items (id, workspace_id, tenant_id, resource_type, object_id, name, name_key,
      platform, odata_type, modified_at, assignment_count, content_hash, semantic_hash, last_seen_operation_run_id, list_fingerprint,
      latest_version, absent, first_seen_at, last_seen_at, changed_at) values ");
    for (i, (_, item)) in items.iter().enumerate() {
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
            .push_bind(", ", item.fingerprint.clone())
            .push_bind(", 1, ", false)
            .push(", $now, $now, $now)");
    }
    // Two runs may see the same change at the same time: the second one finds nothing to write.
    let rows: Vec<(Uuid, String, String, i64)> = tx
        .all(insert.push(
            " on conflict (tenant_id, resource_type, object_id) do update set name = excluded.name, name_key = excluded.name_key,
        platform = excluded.platform, odata_type = excluded.odata_type, modified_at = excluded.modified_at,
        assignment_count = excluded.assignment_count, content_hash = excluded.content_hash, semantic_hash = excluded.semantic_hash,
        last_seen_operation_run_id = excluded.last_seen_operation_run_id, list_fingerprint = excluded.list_fingerprint,
        last_seen_at = excluded.last_seen_at, changed_at = excluded.changed_at,
        latest_version = inventory_items.latest_version + 1, absent = excluded.absent
        where inventory_items.semantic_hash <> excluded.semantic_hash or inventory_items.absent or inventory_items.latest_version = 0
        returning id, resource_type, object_id, latest_version",
        ))
        .await?;
    let mut numbers: BTreeMap<(&str, &str), (Uuid, i64)> =
        rows.iter().map(|(id, kind, object, number)| ((kind.as_str(), object.as_str()), (*id, *number))).collect();
    let mut versions = Vec::with_capacity(items.len());
    for (key, item) in items {
        let Some((id, number)) = numbers.remove(&(key.0, key.1.as_str())) else {
            seen(tx, run, tenant, key.0, std::slice::from_ref(&key.1)).await?;
            continue;
        };
        let before = known.get(key);
        versions.push(NewVersion {
            item: id,
            number,
            change: match before {
                Some(before) if before.absent => Change::Reappeared,
                Some(_) if number > 1 => Change::Changed,
                _ => Change::FirstSeen,
            },
            changed: before.map_or(Changed::default(), |before| before.changed(&item.content.parts)),
            name: item.name.clone(),
            content: Some(&item.content),
        });
    }
    policy_versions::insert(tx, run, tenant, &versions).await
}

/// Notes that objects are still there.
pub(super) async fn seen(
    tx: &mut Tx,
    run: &RunScope,
    tenant: TenantId,
    resource_type: &str,
    object_ids: &[String],
) -> Result<()> {
    for chunk in object_ids.chunks(CHUNK) {
        let seen = sql("update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1
          where tenant_id = $2 and resource_type = $3")
        .bind(run.run_id())
        .bind(tenant)
        .bind(resource_type)
        .push_in(" and object_id in ", chunk.iter().map(String::as_str));
        tx.exec(seen).await?;
    }
    Ok(())
}

/// Forgets what the list told of objects.
pub(super) async fn untold(tx: &mut Tx, tenant: TenantId, resource_type: &str, object_ids: &[String]) -> Result<()> {
    for chunk in object_ids.chunks(CHUNK) {
        let forget = sql("update inventory_items set list_fingerprint = null where tenant_id = $1 and resource_type = $2")
            .bind(tenant)
            .bind(resource_type)
            .push_in(" and object_id in ", chunk.iter().map(String::as_str));
        tx.exec(forget).await?;
    }
    Ok(())
}
