//! What the pages of the wizard ask besides: how much of a source is chosen, one reference, secrets that could be entered, whom a plan
//! reaches.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::object_id;
use model::ids::{RestoreId, ThingId};
use model::json::Json;
use model::resource_types;
use model::restore::{
    Mapping, MappingOrigin, MissingSecret, Part, Purpose, Reference, Untold, apply, missing_secrets, placeholder, reach, wanted,
};
use model::time::Moment;
use uuid::Uuid;

use super::candidates::held_by;
use super::plan::{Through, mapping};
use super::row::{ITEMS, ItemRow, RestoreItem};
use super::{MappedReference, Restores, Suggestion, WantedReference};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::DbJson;
use crate::sql::sql;

/// Objects whose reach is counted, at most; the others are counted as not looked at.
const MOST_REACHING: i64 = 300;
/// Objects that are looked through for secrets, at most.
const MOST_LOOKED_AT: i64 = 300;

/// A place where a secret could be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedSecret {
    /// Number of the item.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What it is called.
    pub name: String,
    /// The place, and whether nothing is written without it.
    pub secret: MissingSecret,
    /// When somebody entered it.
    pub entered_at: Option<Moment>,
}

/// A group that a plan reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedGroup {
    /// Microsoft's id of it.
    pub id: String,
    /// What it is called; `None` when the cache does not know it.
    pub name: Option<String>,
    /// How many members the cache counts.
    pub members: Option<i64>,
    /// How many of the written objects are assigned to it.
    pub objects: i64,
}

/// Whom the objects reach that a plan writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanReach {
    /// How many are assigned to all devices.
    pub all_devices: i64,
    /// How many are assigned to all users.
    pub all_users: i64,
    /// The groups that they are assigned to, those of most objects first.
    pub groups: Vec<ReachedGroup>,
    /// How many are assigned to nobody.
    pub nobody: i64,
    /// How many were not looked at, because there are too many.
    pub uncounted: i64,
}

impl Restores<'_> {
    /// How many objects of each type (key) are chosen.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn chosen_types(&self, scope: &TenantScope, id: RestoreId) -> Result<Vec<(String, i64)>> {
        const COUNT: &str = "select resource_type, count(*) from restore_items where restore_id = $1 and wanted_hash is not null
          group by resource_type order by resource_type";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, i64)> = db.all(sql(COUNT).bind(id)).await?;
        db.end().await?;
        Ok(rows)
    }

    /// Numbers of the chosen objects, of one type (key) or of all.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn chosen_numbers(&self, scope: &TenantScope, id: RestoreId, resource_type: Option<&str>) -> Result<BTreeSet<u32>> {
        self.find(scope, id).await?;
        let numbers = sql("select number from restore_items where wanted_hash is not null")
            .push_bind(" and restore_id = ", id)
            .push_if(" and resource_type = ", resource_type);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(i64,)> = db.all(numbers).await?;
        db.end().await?;
        Ok(rows.into_iter().filter_map(|(number,)| u32::try_from(number).ok()).collect())
    }

    /// Which of these objects of the source are chosen: their numbers, and how much of each is put back. `from` is the tenant of the
    /// source.
    ///
    /// # Errors
    /// As [`Restores::find`], and as [`Restores::candidates`].
    pub async fn chosen_among(
        &self,
        scope: &TenantScope,
        from: &TenantScope,
        id: RestoreId,
        keys: &[ThingId],
    ) -> Result<BTreeMap<ThingId, (u32, Part)>> {
        let source = self.find(scope, id).await?.source;
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut db = self.0.db().read(from.grant().reach()).await?;
        let mut objects: BTreeMap<(String, String), ThingId> = BTreeMap::new();
        for chunk in keys.chunks(100) {
            let these = held_by("select k.key, k.resource_type, k.object_id", from, &source)?;
            let rows: Vec<(Uuid, String, String)> = db.all(these.push_in(" and k.key in ", chunk.iter().copied())).await?;
            objects.extend(rows.into_iter().map(|(key, kind, object)| ((kind, object), ThingId::from_uuid(key))));
        }
        db.end().await?;
        let mut chosen = BTreeMap::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let ids: Vec<&str> = objects.keys().map(|(_, object)| object.as_str()).collect();
        for chunk in ids.chunks(100) {
            let items = sql("select resource_type, source_id, number, part from restore_items where wanted_hash is not null")
                .push_bind(" and restore_id = ", id)
                .push_in(" and source_id in ", chunk.iter().copied());
            let rows: Vec<(String, String, i64, DbJson)> = db.all(items).await?;
            for (kind, object, number, part) in rows {
                let Some(key) = objects.get(&(kind, object)) else { continue };
                let part: Part = serde_json::from_value(part.0).map_err(|_| StoreError::Corrupt("an item of a restore"))?;
                let number = u32::try_from(number).map_err(|_| StoreError::Corrupt("an item of a restore"))?;
                chosen.insert(*key, (number, part));
            }
        }
        db.end().await?;
        Ok(chosen)
    }

    /// One reference, and what it becomes.
    ///
    /// # Errors
    /// As [`Restores::find`]; [`StoreError::NotVisible`] when nothing that is chosen has it.
    pub async fn mapped_reference(&self, scope: &TenantScope, id: RestoreId, reference: &Reference) -> Result<MappedReference> {
        const FIND: &str = "select name, uses, narrowing, droppable, target, origin, suggested from restore_mappings
          where restore_id = $1 and resource_type = $2 and source_id = $3";
        type Row = (String, i64, bool, bool, Option<DbJson>, Option<String>, DbJson);
        self.find(scope, id).await?;
        let find = sql(FIND).bind(id).bind(reference.resource_type.as_str()).bind(reference.id.as_str());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(find).await?;
        db.end().await?;
        let (name, uses, narrowing, droppable, target, origin, suggested) = row.ok_or(StoreError::NotVisible)?;
        let suggested: Vec<(String, String)> = serde_json::from_value(suggested.0).unwrap_or_default();
        let mut found = [MappedReference {
            reference: reference.clone(),
            name,
            used: WantedReference { uses, narrowing, droppable },
            target: target.and_then(|target| serde_json::from_value(target.0).ok()),
            origin: origin.as_deref().map(MappingOrigin::from_code),
            target_name: None,
            suggested: suggested.into_iter().map(|(id, name)| Suggestion { id, name }).collect(),
        }];
        self.name_targets(scope, &mut found).await?;
        let [found] = found;
        Ok(found)
    }

    /// How many references are not decided, and how many of these have exactly one suggestion.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn open_mappings(&self, scope: &TenantScope, id: RestoreId) -> Result<(i64, i64)> {
        const OPEN: &str = "select suggested from restore_mappings where restore_id = $1 and target is null";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(DbJson,)> = db.all(sql(OPEN).bind(id)).await?;
        db.end().await?;
        let one = rows.iter().filter(|(suggested,)| suggested.0.as_array().is_some_and(|all| all.len() == 1)).count();
        Ok((i64::try_from(rows.len()).unwrap_or(i64::MAX), i64::try_from(one).unwrap_or(i64::MAX)))
    }

    /// What references become, as far as it was decided.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn mapping(&self, scope: &TenantScope, id: RestoreId) -> Result<Mapping> {
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mapping = mapping(&mut Through::Reader(&mut db), id).await?;
        db.end().await?;
        Ok(mapping)
    }

    /// Places where secrets could be entered: those that Microsoft does not give out, of the first chosen objects whose type has any.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn wanted_secrets(&self, scope: &TenantScope, id: RestoreId, most: usize) -> Result<Vec<WantedSecret>> {
        let entered: BTreeMap<(u32, String), Moment> = self
            .entered_secrets(scope, id)
            .await?
            .into_iter()
            .map(|entered| ((entered.number, entered.place), entered.entered_at))
            .collect();
        // Types that have never had a secret are not read.
        let types = resource_types::all().iter().filter(|kind| !kind.secrets.is_empty()).map(|kind| kind.key.as_str());
        let items = sql(ITEMS)
            .push_bind(" where i.restore_id = ", id)
            .push_in(" and i.resource_type in ", types)
            .push_bind(" and i.wanted_hash is not null order by i.number limit ", MOST_LOOKED_AT);
        let items = self.read_items(scope, items).await?;
        let contents = self.wanted_contents(scope, &items).await?;
        let mut found = Vec::new();
        for item in items {
            let Some(kind) = resource_types::find(&item.resource_type) else { continue };
            let Some(content) = item.wanted.as_ref().and_then(|hash| contents.get(hash)) else { continue };
            for secret in missing_secrets(kind, content, None) {
                found.push(WantedSecret {
                    number: item.number,
                    resource_type: item.resource_type.clone(),
                    name: item.name.clone(),
                    entered_at: entered.get(&(item.number, secret.pointer.clone())).copied(),
                    secret,
                });
                if found.len() >= most {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    /// Whom the objects reach that the plan writes, with the names and counts of the directory cache.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn reach(&self, scope: &TenantScope, id: RestoreId) -> Result<PlanReach> {
        let purpose = self.find(scope, id).await?.purpose;
        let mapping = self.mapping(scope, id).await?;
        let written =
            || sql(ITEMS).push_bind(" where i.restore_id = ", id).push_in(" and i.action in ", ["create", "recreate", "update"]);
        let items = self.read_items(scope, written().push_bind(" order by i.number limit ", MOST_REACHING)).await?;
        let contents = self.wanted_contents(scope, &items).await?;
        let (mut found, mut groups) = (PlanReach::default(), BTreeMap::<String, i64>::new());
        let untold = if purpose == Purpose::Undo { Untold::Clear } else { Untold::Keep };
        for item in &items {
            let Some(kind) = resource_types::find(&item.resource_type) else { continue };
            let of = |hash: &Option<String>| hash.as_ref().and_then(|hash| contents.get(hash));
            let Some(source) = of(&item.wanted) else { continue };
            let Some(mut object) = wanted(kind, source, of(&item.before), &item.part, untold) else { continue };
            // What cannot be mapped is not written.
            _ = apply(kind, &mut object, &mapping, &|item| Some(placeholder(item)));
            let reaches = reach(kind, &object);
            found.all_devices += i64::from(reaches.all_devices);
            found.all_users += i64::from(reaches.all_users);
            let anybody = reaches.all_devices || reaches.all_users || !reaches.groups.is_empty() || reaches.others > 0;
            found.nobody += i64::from(!anybody);
            for group in reaches.groups {
                *groups.entry(group).or_default() += 1;
            }
        }
        found.uncounted = self.count_written(scope, id).await?.saturating_sub(MOST_REACHING).max(0);
        found.groups = self.named_groups(scope, groups).await?;
        Ok(found)
    }

    async fn count_written(&self, scope: &TenantScope, id: RestoreId) -> Result<i64> {
        const COUNT: &str =
            "select count(*) from restore_items where restore_id = $1 and action in ('create', 'recreate', 'update')";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (count,): (i64,) = db.one(sql(COUNT).bind(id)).await?;
        db.end().await?;
        Ok(count)
    }

    async fn read_items(&self, scope: &TenantScope, items: crate::sql::Sql) -> Result<Vec<RestoreItem>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<ItemRow> = db.all(items).await?;
        db.end().await?;
        rows.into_iter().map(RestoreItem::try_from).collect()
    }

    /// What is wanted of these items and what was there before, by hash.
    async fn wanted_contents(&self, scope: &TenantScope, items: &[RestoreItem]) -> Result<BTreeMap<String, Json>> {
        let hashes: BTreeSet<String> = items.iter().flat_map(|item| [&item.wanted, &item.before]).flatten().cloned().collect();
        let hashes: Vec<String> = hashes.into_iter().collect();
        self.contents_of(scope.grant().reach(), scope.workspace_id(), &hashes).await
    }

    /// Groups with what the cache knows of them, those of most objects first.
    async fn named_groups(&self, scope: &TenantScope, groups: BTreeMap<String, i64>) -> Result<Vec<ReachedGroup>> {
        const KNOWN: &str =
            "select object_id, name, member_count from directory_groups where deleted_at is null and tenant_id = ";
        let ids: Vec<String> = groups.keys().map(|id| object_id(id)).collect();
        let mut known: BTreeMap<String, (String, Option<i64>)> = BTreeMap::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for chunk in ids.chunks(100) {
            let of = sql("").push_bind(KNOWN, scope.tenant_id()).push_in(" and object_id in ", chunk.iter().map(String::as_str));
            let rows: Vec<(String, String, Option<i64>)> = db.all(of).await?;
            known.extend(rows.into_iter().map(|(id, name, members)| (id, (name, members))));
        }
        db.end().await?;
        let group = |(id, objects): (String, i64)| {
            let (name, members) =
                known.get(&object_id(&id)).cloned().map_or((None, None), |(name, members)| (Some(name), members));
            ReachedGroup { id, name, members, objects }
        };
        let mut all: Vec<ReachedGroup> = groups.into_iter().map(group).collect();
        all.sort_by(|a, b| b.objects.cmp(&a.objects).then_with(|| a.id.cmp(&b.id)));
        Ok(all)
    }
}
