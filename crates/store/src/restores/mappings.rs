//! What references of wanted objects become in the tenant that is written: found in the contents, suggested from the cache, decided by a
//! person.

mod look_up;
mod open;

use std::collections::BTreeMap;

use model::access::can;
use model::ids::RestoreId;
use model::page::{Cursor, Direction, Page};
use model::restore::{MappingOrigin, Reference, Target};
use serde_json::json;

use super::Restores;
use super::choose::end_edit;
use super::row::{ITEMS, ItemRow, RestoreItem};
use crate::access::{Grant, Permit, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::sql::sql;
use look_up::by_types;
pub(super) use look_up::of_part;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// A suggestion: an object of the tenant, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// A reference that wanted objects have, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedReference {
    /// Objects that have it.
    pub uses: i64,
    /// Whether its loss would make something reach further.
    pub narrowing: bool,
    /// Whether an assignment may be left out for it.
    pub droppable: bool,
}

/// A reference and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedReference {
    /// It.
    pub reference: Reference,
    /// What it is called where it is from; empty when that is not known.
    pub name: String,
    /// How it is used.
    pub used: WantedReference,
    /// What it becomes; `None`: unresolved.
    pub target: Option<Target>,
    /// Who says so.
    pub origin: Option<MappingOrigin>,
    /// What the target is called, where it is an object of the cache.
    pub target_name: Option<String>,
    /// Objects of the tenant that it may be, best first.
    pub suggested: Vec<Suggestion>,
}

impl Restores<'_> {
    /// Finds the references of everything that is chosen, and what each becomes as far as that is certain: the same object of the same
    /// tenant, or an object of the plan. What a person decided stays. The answer is the new revision.
    ///
    /// # Errors
    /// As [`Restores::choose`].
    pub async fn map_references(
        &self,
        permit: &Permit<can::RestoreExecute>,
        from: &TenantScope,
        id: RestoreId,
        revision: i64,
    ) -> Result<i64> {
        let grant = permit.grant();
        self.source_of(grant, from, id).await?;
        let items = self.all_items(grant, id).await?;
        let found = self.found(grant, &items).await?;
        let rows = self.resolve(grant, from, &items, found).await?;
        let (mut tx, mut held) = self.begin_edit(grant, id, revision).await?;
        write(&mut tx, grant, id, &rows).await?;
        held.back_to_scoped(&mut tx).await?;
        end_edit(tx, grant, held).await
    }

    /// All items, in their order.
    pub(super) async fn all_items(&self, grant: &Grant, id: RestoreId) -> Result<Vec<RestoreItem>> {
        let items = sql(ITEMS).push_bind(" where i.restore_id = ", id).push_bind(" and i.tenant_id = ", grant.tenant_id());
        let mut db = self.0.db().read(grant.reach()).await?;
        let rows: Vec<ItemRow> = db.all(items.push(" order by i.number")).await?;
        db.end().await?;
        rows.into_iter().map(RestoreItem::try_from).collect()
    }

    /// Says what a reference becomes; `None`: it is unresolved again.
    ///
    /// # Errors
    /// As [`Restores::choose`]; [`StoreError::NotVisible`] when nothing that is chosen has this reference; [`StoreError::Conflict`] when
    /// the cache does not know the object, there is no such item, or leaving the reference out would make something reach further.
    pub async fn decide(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        reference: &Reference,
        target: Option<&Target>,
    ) -> Result<i64> {
        const DECIDE: &str = "update restore_mappings set target = $4, origin = $5, decided_by = $6, decided_at = $now
          where restore_id = $1 and resource_type = $2 and source_id = $3";
        const UNDECIDE: &str = "update restore_mappings set target = null, origin = null, decided_by = $4, decided_at = $now
          where restore_id = $1 and resource_type = $2 and source_id = $3";
        const DROPPABLE: &str =
            "select droppable from restore_mappings where restore_id = $1 and resource_type = $2 and source_id = $3";
        const ITEM: &str = "select count(*) from restore_items where restore_id = $1 and number = $2 and wanted_hash is not null";
        let grant = permit.grant();
        if let Some(Target::Object { id: object }) = target
            && !object.eq_ignore_ascii_case(&reference.id)
        {
            let types = reference.types();
            let known = self.cached(grant, &types, std::slice::from_ref(object), &[], &[]).await?;
            if known.is_empty() {
                return Err(StoreError::Conflict("the cache knows no such object; sync first, or choose another one"));
            }
        }
        let (mut tx, mut held) = self.begin_edit(grant, id, revision).await?;
        let of = |text| sql(text).bind(id).bind(reference.resource_type.as_str()).bind(reference.id.as_str());
        let row: Option<(bool,)> = tx.optional(of(DROPPABLE)).await?;
        let (droppable,) = row.ok_or(StoreError::NotVisible)?;
        match target {
            Some(Target::Dropped { .. }) if !droppable => {
                return Err(StoreError::Conflict("without it something would reach further; it cannot be left out"));
            }
            Some(Target::Dropped { reason }) if reason.trim().is_empty() => {
                return Err(StoreError::Conflict("say why it is left out"));
            }
            Some(Target::Planned { item }) => {
                let (there,): (i64,) = tx.one(sql(ITEM).bind(id).bind(*item)).await?;
                if there == 0 {
                    return Err(StoreError::Conflict("there is no such item"));
                }
            }
            _ => {}
        }
        let by = grant.user().map(|user| user.id);
        let change = match target {
            Some(target) => of(DECIDE).bind(json!(target)).bind(MappingOrigin::Person.code()).bind(by),
            None => of(UNDECIDE).bind(by),
        };
        tx.exec(change).await?;
        held.back_to_scoped(&mut tx).await?;
        end_edit(tx, grant, held).await
    }

    /// Takes the suggestion of every unresolved reference that has exactly one. The answer is the new revision.
    ///
    /// # Errors
    /// As [`Restores::choose`].
    pub async fn take_suggested(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId, revision: i64) -> Result<i64> {
        const UNRESOLVED: &str =
            "select resource_type, source_id, suggested from restore_mappings where restore_id = $1 and target is null";
        const TAKE: &str = "update restore_mappings set target = $4, origin = $5, decided_by = $6, decided_at = $now
          where restore_id = $1 and resource_type = $2 and source_id = $3";
        let by = permit.grant().user().map(|user| user.id);
        let (mut tx, mut held) = self.begin_edit(permit.grant(), id, revision).await?;
        let rows: Vec<(String, String, DbJson)> = tx.all(sql(UNRESOLVED).bind(id)).await?;
        for (resource_type, source, suggested) in rows {
            let suggested: Vec<(String, String)> = serde_json::from_value(suggested.0).unwrap_or_default();
            let [(object, _)] = suggested.as_slice() else { continue };
            let take = sql(TAKE).bind(id).bind(resource_type).bind(source);
            let target = Target::Object { id: object.clone() };
            tx.exec(take.bind(json!(target)).bind(MappingOrigin::Person.code()).bind(by)).await?;
        }
        held.back_to_scoped(&mut tx).await?;
        end_edit(tx, permit.grant(), held).await
    }

    /// A page of the references, unresolved ones among them, by type and id; `unresolved`: only those.
    ///
    /// # Errors
    /// As [`Restores::find`]. A cursor that is not one of this list starts at the beginning.
    pub async fn mappings(
        &self,
        scope: &TenantScope,
        id: RestoreId,
        unresolved: bool,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<MappedReference>> {
        const MAPPINGS: &str = "select resource_type, source_id, name, uses, narrowing, droppable, target, origin, suggested
          from restore_mappings where restore_id = $1";
        type Row = (String, String, String, i64, bool, bool, Option<DbJson>, Option<String>, DbJson);
        self.find(scope, id).await?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.split_once(' ')?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(MAPPINGS).bind(id);
        if unresolved {
            statement = statement.push(" and target is null");
        }
        if let Some((_, (kind, source))) = at {
            statement = statement
                .push_bind(if back { " and (resource_type, source_id) < (" } else { " and (resource_type, source_id) > (" }, kind)
                .push_bind(", ", source)
                .push(")");
        }
        let order = if back {
            " order by resource_type desc, source_id desc limit "
        } else {
            " order by resource_type, source_id limit "
        };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row| format!("{} {}", row.0, row.1));
        let read = |(resource_type, id, name, uses, narrowing, droppable, target, origin, suggested): Row| {
            let suggested: Vec<(String, String)> = serde_json::from_value(suggested.0).unwrap_or_default();
            MappedReference {
                reference: Reference { resource_type, id },
                name,
                used: WantedReference { uses, narrowing, droppable },
                target: target.and_then(|target| serde_json::from_value(target.0).ok()),
                origin: origin.as_deref().map(MappingOrigin::from_code),
                target_name: None,
                suggested: suggested.into_iter().map(|(id, name)| Suggestion { id, name }).collect(),
            }
        };
        let mut page = page.map(read);
        self.name_targets(scope, &mut page.rows).await?;
        Ok(page)
    }

    pub(super) async fn name_targets(&self, scope: &TenantScope, rows: &mut [MappedReference]) -> Result<()> {
        let targets: BTreeMap<Reference, ()> = rows
            .iter()
            .filter_map(|row| match &row.target {
                Some(Target::Object { id }) => Some((Reference { id: id.clone(), ..row.reference.clone() }, ())),
                _ => None,
            })
            .collect();
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (types, references) in by_types(targets.keys()) {
            let ids: Vec<String> = references.iter().map(|reference| reference.id.clone()).collect();
            let known = self.cached(scope.grant(), &types, &ids, &[], &[]).await?;
            names.extend(known.into_iter().map(|known| (known.id.to_lowercase(), known.name)));
        }
        for row in rows {
            if let Some(Target::Object { id }) = &row.target {
                row.target_name = names.get(&id.to_lowercase()).cloned();
            }
        }
        Ok(())
    }
}

/// What was found in place of what was there; what a person decided stays for as long as something has the reference.
async fn write(tx: &mut Tx, grant: &Grant, id: RestoreId, rows: &[MappedReference]) -> Result<()> {
    const DECIDED: &str =
        "select resource_type, source_id, target from restore_mappings where restore_id = $1 and origin = 'person'";
    let decided: Vec<(String, String, DbJson)> = tx.all(sql(DECIDED).bind(id)).await?;
    let decided: BTreeMap<Reference, serde_json::Value> =
        decided.into_iter().map(|(resource_type, id, target)| (Reference { resource_type, id }, target.0)).collect();
    tx.exec(sql("delete from restore_mappings where restore_id = $1").bind(id)).await?;
    for chunk in rows.chunks(CHUNK) {
        let mut insert =
            sql("insert into restore_mappings (restore_id, resource_type, source_id, workspace_id, tenant_id, name, uses,
          narrowing, droppable, origin, suggested, target) values ");
        for (i, row) in chunk.iter().enumerate() {
            let kept = decided.get(&row.reference);
            let origin = if kept.is_some() { Some(MappingOrigin::Person) } else { row.origin };
            let target = kept.cloned().or_else(|| row.target.as_ref().map(|target| json!(target)));
            let suggested: Vec<(&str, &str)> = row.suggested.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", row.reference.resource_type.as_str())
                .push_bind(", ", row.reference.id.as_str())
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", row.name.as_str())
                .push_bind(", ", row.used.uses)
                .push_bind(", ", row.used.narrowing)
                .push_bind(", ", row.used.droppable)
                .push_bind(", ", origin.map(MappingOrigin::code))
                .push_bind(", ", json!(suggested));
            insert = match target {
                Some(target) => insert.push_bind(", ", target).push(")"),
                None => insert.push(", null)"),
            };
        }
        tx.exec(insert).await?;
    }
    Ok(())
}
