//! Writing what a sync saw, a page at a time, under the run's lease.

use std::collections::BTreeMap;

use model::canonical::Canonical;
use model::ids::{InventoryItemId, TenantId};
use model::links::form;
use model::resource_types::Platform;
use model::time::Moment;
use model::version::{Change, Changed};
use uuid::Uuid;

use super::Inventory;
use super::known::{Known, known};
use crate::access::RunScope;
use crate::backups::damage;
use crate::bind::{DbTime, storable};
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::links;
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
    /// A moment of the database's clock before it was asked for; `None`: it is told as it is now.
    pub asked_at: Option<Moment>,
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
    /// Writes what was read: new and changed objects with their content and a version, unchanged ones with the time only, and with
    /// their content where what is stored of it was found damaged. An object that occurs twice in `items` counts once, the later one
    /// wins. Several runs may read a tenant side by side: what was asked for before the stored state was observed changes nothing of
    /// it, and counts as unchanged.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe(&self, run: &RunScope, items: Vec<ObservedItem>) -> Result<PageEffect> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let items: BTreeMap<Key, ObservedItem> =
            items.into_iter().map(|item| ((item.resource_type, storable(item.object_id.clone())), item)).collect();
        let now = self.0.now().await?;
        let known = known(self.0.db(), run, items.keys()).await?;
        let mut effect = PageEffect::default();
        let (mut written, mut told, mut packed, mut mended) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut same: BTreeMap<Moment, Vec<Uuid>> = BTreeMap::new();
        for (key, item) in items {
            let asked = item.asked_at.unwrap_or(now);
            match known.get(&key) {
                // A new order of an unordered list alone is no change, and nothing is written for it.
                Some(known) if known.is_current(&item.content.semantic) => {
                    effect.unchanged += 1;
                    // What is stored of it was found damaged, and here it is as it was.
                    if known.mends(&item.content.hash) {
                        packed.push(blobs::pack(&item.content)?);
                        mended.push(item.content.hash.clone());
                    }
                    if known.fingerprint == item.fingerprint && known.modified_at == item.modified_at {
                        same.entry(asked).or_default().push(known.id);
                    } else {
                        told.push((known.id, asked, item));
                    }
                }
                _ => {
                    packed.push(blobs::pack(&item.content)?);
                    let made = links::made(item.resource_type, &item.content.text);
                    written.push(Read { key, asked, item, links: made });
                }
            }
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        damage::mended(&mut tx, tenant, &mended).await?;
        for chunk in written.chunks(CHUNK) {
            upsert(&mut tx, run, tenant, chunk, &known, &mut effect).await?;
        }
        for (asked, ids) in same {
            for chunk in ids.chunks(CHUNK) {
                let seen = sql("update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1,
                  observed_at = case when observed_at > $2 then observed_at else $2 end")
                .bind(run.run_id())
                .bind(asked)
                .push_in(" where id in ", chunk.iter().copied());
                tx.exec(seen).await?;
            }
        }
        for chunk in told.chunks(CHUNK) {
            tell(&mut tx, run, chunk).await?;
        }
        tx.commit_unaudited("observations of a run; the run is the record").await?;
        Ok(effect)
    }
}

/// What the list tells now of objects that are as they were.
async fn tell(tx: &mut Tx, run: &RunScope, items: &[(Uuid, Moment, ObservedItem)]) -> Result<()> {
    const SET: &str = ") update inventory_items set last_seen_at = $now,
        list_fingerprint = case when inventory_items.observed_at > d.asked_at then list_fingerprint else d.fingerprint end,
        modified_at = case when inventory_items.observed_at > d.asked_at then inventory_items.modified_at else d.modified_at end,
        observed_at = case when inventory_items.observed_at > d.asked_at then inventory_items.observed_at else d.asked_at end,
        last_seen_operation_run_id = ";
    let mut statement = sql("with d(id, asked_at, fingerprint, modified_at) as (values ");
    for (i, (id, asked, item)) in items.iter().enumerate() {
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, *id)
            .push_bind(", ", *asked)
            .push_bind(", ", item.fingerprint.clone())
            .push_bind(", ", item.modified_at)
            .push(")");
    }
    tx.exec(statement.push_bind(SET, run.run_id()).push(" from d where inventory_items.id = d.id")).await?;
    Ok(())
}

/// An object that is to be written.
struct Read {
    key: Key,
    /// When it was asked for at the earliest.
    asked: Moment,
    item: ObservedItem,
    links: links::Made,
}

async fn upsert(
    tx: &mut Tx,
    run: &RunScope,
    tenant: TenantId,
    items: &[Read],
    known: &BTreeMap<Key, Known>,
    effect: &mut PageEffect,
) -> Result<()> {
    let mut insert = sql("insert into inventory_items (id, workspace_id, tenant_id, resource_type, object_id, name, name_key,
      platform, odata_type, modified_at, assignment_count, content_hash, semantic_hash, last_seen_operation_run_id, list_fingerprint,
      observed_at, links_form, latest_version, absent, first_seen_at, last_seen_at, changed_at) values ");
    for (i, Read { asked, item, .. }) in items.iter().enumerate() {
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
            .push_bind(", ", *asked)
            .push_bind(", ", form())
            .push_bind(", 1, ", false)
            .push(", $now, $now, $now)");
    }
    // Two runs may see the same change at the same time: the second one finds nothing to write. And one that asked earlier than the
    // other may come later: it must not bring back what was, nor what a complete list that began since did not have.
    let rows: Vec<(Uuid, String, String, i64)> = tx
        .all(insert.push(
            " on conflict (tenant_id, resource_type, object_id) do update set name = excluded.name, name_key = excluded.name_key,
        platform = excluded.platform, odata_type = excluded.odata_type, modified_at = excluded.modified_at,
        assignment_count = excluded.assignment_count, content_hash = excluded.content_hash, semantic_hash = excluded.semantic_hash,
        last_seen_operation_run_id = excluded.last_seen_operation_run_id, list_fingerprint = excluded.list_fingerprint,
        last_seen_at = excluded.last_seen_at, observed_at = excluded.observed_at, changed_at = excluded.changed_at,
        links_form = excluded.links_form, latest_version = inventory_items.latest_version + 1, absent = excluded.absent
        where (inventory_items.semantic_hash <> excluded.semantic_hash or inventory_items.absent or inventory_items.latest_version = 0)
          and (inventory_items.observed_at is null or inventory_items.observed_at <= excluded.observed_at)
          and (not inventory_items.absent or not exists (select 1 from inventory_coverage c
            where c.tenant_id = inventory_items.tenant_id and c.resource_type = inventory_items.resource_type
              and c.complete_from > excluded.observed_at))
        returning id, resource_type, object_id, latest_version",
        ))
        .await?;
    let mut numbers: BTreeMap<(&str, &str), (Uuid, i64)> =
        rows.iter().map(|(id, kind, object, number)| ((kind.as_str(), object.as_str()), (*id, *number))).collect();
    let lists = latest_lists(tx, tenant).await?;
    let mut versions = Vec::with_capacity(items.len());
    let (mut linked, mut had) = (Vec::with_capacity(items.len()), Vec::new());
    for Read { key, item, links, .. } in items {
        let Some((id, number)) = numbers.remove(&(key.0, key.1.as_str())) else {
            effect.unchanged += 1;
            still(tx, run, tenant, key).await?;
            continue;
        };
        let before = known.get(key);
        if before.is_none() && number == 1 {
            effect.created += 1;
        } else {
            effect.updated += 1;
            had.push(id);
        }
        linked.push((id, links));
        if before.is_some_and(|before| before.told_the_same(item.fingerprint.as_deref())) {
            effect.unannounced.push((item.resource_type, item.name.clone()));
        }
        versions.push(NewVersion {
            item: id,
            number,
            change: match before {
                Some(before) if before.absent => Change::Reappeared,
                Some(_) if number > 1 => Change::Changed,
                _ => Change::FirstSeen,
            },
            changed: before.map_or(Changed::default(), |before| before.changed(&item.content.parts)),
            observed_before: match before {
                Some(before) if !before.absent => before.observed_at,
                // It was not there when its type was last listed completely.
                _ => lists.get(key.0).copied(),
            },
            name: item.name.clone(),
            content: Some(&item.content),
        });
    }
    policy_versions::insert(tx, run, tenant, &versions).await?;
    links::replace(tx, (run.workspace_id(), tenant), &linked, had.into_iter()).await
}

/// Notes that an object was seen of which nothing is written. One that has disappeared since stays so.
async fn still(tx: &mut Tx, run: &RunScope, tenant: TenantId, key: &Key) -> Result<()> {
    const STILL: &str = "update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1
      where tenant_id = $2 and resource_type = $3 and object_id = $4 and not absent";
    tx.exec(sql(STILL).bind(run.run_id()).bind(tenant).bind(key.0).bind(key.1.as_str())).await?;
    Ok(())
}

/// When the latest complete list of each type began.
async fn latest_lists(tx: &mut Tx, tenant: TenantId) -> Result<BTreeMap<String, Moment>> {
    const LISTS: &str =
        "select resource_type, complete_from from inventory_coverage where tenant_id = $1 and complete_from is not null";
    let rows: Vec<(String, DbTime)> = tx.all(sql(LISTS).bind(tenant)).await?;
    Ok(rows.into_iter().map(|(key, from)| (key, from.0)).collect())
}

/// Notes that objects are still there. What they hold was not observed.
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
