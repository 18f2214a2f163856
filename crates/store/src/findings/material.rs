//! What a check has to look at of objects that changed: the contents of the versions that differ, and their findings.

use std::collections::{BTreeMap, BTreeSet};

use model::drift::Standing;
use model::finding::{FindingKind, FindingState, Resolution};
use model::ids::{FindingId, InventoryItemId};
use model::json::Json;
use uuid::Uuid;

use super::{CHUNK, ChangedObject, Findings};
use crate::access::RunScope;
use crate::blobs;
use crate::db::Result;
use crate::open::Store;
use crate::sql::sql;

/// What there is to look at of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// The object.
    pub object: ChangedObject,
    /// The latest version that had a content when it was compared last.
    pub last: Option<i64>,
    /// Contents by version: of what was compared last, of the newer one, and of what its findings are held against. What cannot be
    /// read is not there.
    pub contents: BTreeMap<i64, Json>,
    /// Versions that have a content which cannot be read.
    pub unreadable: BTreeSet<i64>,
    /// The volatile fields of the same versions.
    pub volatile: BTreeMap<i64, Json>,
    /// Its findings.
    pub standing: Vec<Standing>,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    item_id: Uuid,
    id: Uuid,
    kind: String,
    property: String,
    state: String,
    resolution: Option<String>,
    base_version: Option<i64>,
}

type VersionRow = (Uuid, i64, Option<String>, Option<String>);

impl Findings<'_> {
    /// The material of objects that changed; of each at most what differs is read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn material(&self, run: &RunScope, objects: Vec<ChangedObject>) -> Result<Vec<Material>> {
        let mut found = Vec::with_capacity(objects.len());
        for chunk in objects.chunks(CHUNK) {
            found.extend(some(self.0, run, chunk).await?);
        }
        Ok(found)
    }
}

async fn some(store: &Store, run: &RunScope, objects: &[ChangedObject]) -> Result<Vec<Material>> {
    const STANDING: &str = "select item_id, id, kind, property, state, resolution, base_version from findings
      where tenant_id = $1 and against = 'previous'";
    const LAST: &str = "select v.item_id, max(v.number) from policy_versions v
      join drift_positions p on p.item_id = v.item_id and v.number <= p.number
      where v.tenant_id = $1 and v.content_hash is not null";
    const VERSIONS: &str = "select item_id, number, content_hash, volatile_fields from policy_versions where tenant_id = $1";
    let mut db = store.db().read(run.grant().reach()).await?;
    let items = || objects.iter().map(|object| object.item);
    let standing: Vec<StandingRow> = db.all(sql(STANDING).bind(run.tenant_id()).push_in(" and item_id in ", items())).await?;
    let last = sql(LAST).bind(run.tenant_id()).push_in(" and v.item_id in ", items()).push(" group by v.item_id");
    let last: BTreeMap<Uuid, i64> = db.all::<(Uuid, i64)>(last).await?.into_iter().collect();
    let mut by_item: BTreeMap<Uuid, Vec<Standing>> = BTreeMap::new();
    for row in standing {
        by_item.entry(row.item_id).or_default().push(Standing::from(row));
    }
    let mut wanted: BTreeMap<Uuid, BTreeSet<i64>> = BTreeMap::new();
    for object in objects {
        let item = object.item.uuid();
        let bases = by_item.get(&item).into_iter().flatten().filter(|one| one.looks_at_base()).filter_map(|one| one.base);
        wanted.entry(item).or_default().extend(bases.chain(last.get(&item).copied()).chain([object.number]));
    }
    let numbers: BTreeSet<i64> = wanted.values().flatten().copied().collect();
    // More pairs come than were asked for; what they hold is not read.
    let versions = sql(VERSIONS)
        .bind(run.tenant_id())
        .push_in(" and item_id in ", items())
        .push_in(" and number in ", numbers.iter().copied());
    let mut versions: Vec<VersionRow> = db.all(versions).await?;
    versions.retain(|(item, number, ..)| wanted.get(item).is_some_and(|numbers| numbers.contains(number)));
    let hashes: BTreeSet<String> = versions.iter().filter_map(|(_, _, hash, _)| hash.clone()).collect();
    let hashes: Vec<String> = hashes.into_iter().collect();
    let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
    db.end().await?;
    let stored = contents.fetch(store, run.grant().reach()).await?;
    let mut material: BTreeMap<Uuid, Material> = objects
        .iter()
        .map(|object| {
            let item = object.item.uuid();
            let material = Material {
                object: object.clone(),
                last: last.get(&item).copied(),
                contents: BTreeMap::new(),
                unreadable: BTreeSet::new(),
                volatile: BTreeMap::new(),
                standing: by_item.remove(&item).unwrap_or_default(),
            };
            (item, material)
        })
        .collect();
    for (item, number, hash, volatile) in versions {
        let (Some(material), Some(hash)) = (material.get_mut(&item), hash) else { continue };
        match stored.json(&hash) {
            Some(content) => _ = material.contents.insert(number, content),
            None => _ = material.unreadable.insert(number),
        }
        if let Some(volatile) = volatile.and_then(|text| Json::parse(text.as_bytes()).ok()) {
            material.volatile.insert(number, volatile);
        }
    }
    Ok(material.into_values().collect())
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        Self {
            id: FindingId::from_uuid(row.id),
            kind: FindingKind::from_code(&row.kind),
            property: row.property,
            state: FindingState::from_code(&row.state),
            resolution: row.resolution.as_deref().map(Resolution::from_code),
            base: row.base_version,
        }
    }
}

impl Material {
    /// The item.
    #[must_use]
    pub const fn item(&self) -> InventoryItemId {
        self.object.item
    }
}
