//! What the pages of the wizard ask besides: how much of a source is chosen, and one reference.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{RestoreId, ThingId};
use model::restore::{Mapping, MappingOrigin, Part, Reference, Source};
use uuid::Uuid;

use super::candidates::held_by;
use super::plan::{Through, mapping};
use super::{MappedReference, Restores, Suggestion, WantedReference};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::DbJson;
use crate::sql::{Sql, sql};

/// Our ids of objects of a source, by type (key) and Microsoft's id.
pub(super) type Objects = BTreeMap<(String, String), ThingId>;
pub(super) type ChosenRow = (String, String, i64, DbJson);

/// What reads which of these objects are chosen.
pub(super) fn chosen_rows(id: RestoreId, objects: &Objects) -> Vec<Sql> {
    let ids: Vec<&str> = objects.keys().map(|(_, object)| object.as_str()).collect();
    let rows = |chunk: &[&str]| {
        sql("select resource_type, source_id, number, part from restore_items where wanted_hash is not null")
            .push_bind(" and restore_id = ", id)
            .push_in(" and source_id in ", chunk.iter().copied())
    };
    ids.chunks(100).map(rows).collect()
}

/// Which object that is, its number, and how much of it is put back; `None` when it is none of them.
pub(super) fn chosen_of(row: ChosenRow, objects: &Objects) -> Result<Option<(ThingId, u32, Part)>> {
    const CORRUPT: StoreError = StoreError::Corrupt("an item of a restore");
    let (kind, object, number, part) = row;
    let Some(key) = objects.get(&(kind, object)) else { return Ok(None) };
    let part: Part = serde_json::from_value(part.0).map_err(|_| CORRUPT)?;
    Ok(Some((*key, u32::try_from(number).map_err(|_| CORRUPT)?, part)))
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
        let objects = self.objects_among(from, &source, keys).await?;
        if objects.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut chosen = BTreeMap::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for statement in chosen_rows(id, &objects) {
            let rows: Vec<ChosenRow> = db.all(statement).await?;
            for row in rows {
                if let Some((key, number, part)) = chosen_of(row, &objects)? {
                    chosen.insert(key, (number, part));
                }
            }
        }
        db.end().await?;
        Ok(chosen)
    }

    /// Type (key) and Microsoft's id of these objects of a source.
    pub(super) async fn objects_among(&self, from: &TenantScope, source: &Source, keys: &[ThingId]) -> Result<Objects> {
        let mut objects = Objects::new();
        if keys.is_empty() {
            return Ok(objects);
        }
        let mut db = self.0.db().read(from.grant().reach()).await?;
        for chunk in keys.chunks(100) {
            let these = held_by("select k.key, k.resource_type, k.object_id", from, source)?;
            let rows: Vec<(Uuid, String, String)> = db.all(these.push_in(" and k.key in ", chunk.iter().copied())).await?;
            objects.extend(rows.into_iter().map(|(key, kind, object)| ((kind, object), ThingId::from_uuid(key))));
        }
        db.end().await?;
        Ok(objects)
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
}
