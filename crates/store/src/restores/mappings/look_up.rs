//! Finding references in contents, and what each may be, from the caches of both tenants.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::object_id;
use model::json::Json;
use model::resource_types::{self, ResourceType};
use model::restore::{FoundReference, Known, Part, Reference, Suggestion as Likely, Target, references, suggest};

use super::{MappedReference, Suggestion, WantedReference};
use crate::access::{Grant, TenantScope};
use crate::db::Result;
use crate::restores::Restores;
use crate::restores::row::RestoreItem;
use crate::sql::{Sql, sql};

/// Contents that are held at once.
const AT_ONCE: usize = 200;

/// Whether a part of an object has a reference at that place.
fn part_has(part: &Part, found: &FoundReference) -> bool {
    match part {
        Part::Whole => true,
        Part::Content => found.assignment.is_none(),
        Part::Assignments => found.assignment.is_some(),
        Part::Properties { names } => {
            let first = found.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            names.iter().any(|name| name == first)
        }
    }
}

/// References of a wanted object, as far as its part has them.
pub(in crate::restores) fn of_part(kind: &ResourceType, content: &Json, part: &Part) -> Vec<FoundReference> {
    references(kind, content).into_iter().filter(|found| part_has(part, found)).collect()
}

impl Restores<'_> {
    /// References of all contents, each once.
    pub(super) async fn found(&self, grant: &Grant, items: &[RestoreItem]) -> Result<BTreeMap<Reference, WantedReference>> {
        let mut all: BTreeMap<Reference, WantedReference> = BTreeMap::new();
        for portion in items.chunks(AT_ONCE) {
            let hashes: Vec<String> = portion.iter().filter_map(|item| item.wanted.clone()).collect();
            let contents = self.contents_of(grant.reach(), grant.workspace_id(), &hashes).await?;
            for item in portion {
                let content = item.wanted.as_ref().and_then(|hash| contents.get(hash));
                let (Some(kind), Some(content)) = (resource_types::find(&item.resource_type), content) else { continue };
                let mut seen = BTreeSet::new();
                for found in of_part(kind, content, &item.part) {
                    let used = all.entry(found.reference.clone()).or_insert(WantedReference {
                        uses: 0,
                        narrowing: false,
                        droppable: true,
                    });
                    used.narrowing |= found.narrowing;
                    used.droppable &= found.droppable;
                    used.uses += i64::from(seen.insert(found.reference));
                }
            }
        }
        Ok(all)
    }

    pub(super) async fn resolve(
        &self,
        grant: &Grant,
        from: &TenantScope,
        items: &[RestoreItem],
        found: BTreeMap<Reference, WantedReference>,
    ) -> Result<Vec<MappedReference>> {
        let same = grant.tenant_id() == Some(from.tenant_id());
        let planned: BTreeMap<(&str, String), u32> = items
            .iter()
            .filter(|item| item.wanted.is_some())
            .map(|item| ((item.resource_type.as_str(), item.source_id.to_lowercase()), item.number))
            .collect();
        let mut rows = Vec::with_capacity(found.len());
        for (types, references) in by_types(found.keys()) {
            let ids: Vec<String> = references.iter().map(|reference| reference.id.clone()).collect();
            let there = self.cached(from.grant(), &types, &ids, &[], &[]).await?;
            let source = by_id(there);
            let texts = |of: fn(&Known) -> Option<&String>| -> Vec<String> {
                source.values().filter_map(of).filter(|text| !text.is_empty()).cloned().collect()
            };
            let (names, rules) = (texts(|known| Some(&known.name)), texts(|known| known.rule.as_ref()));
            let here = self.cached(grant, &types, &ids, &names, &rules).await?;
            for reference in references {
                let lower = reference.id.to_lowercase();
                let item = types.iter().find_map(|key| planned.get(&(*key, lower.clone())).copied());
                let (target, origin, suggested) = match suggest(reference, source.get(&lower), same, &here, item) {
                    Likely::Certain(target, origin) => (Some(target), Some(origin), Vec::new()),
                    Likely::Suggested(targets) => (None, None, targets),
                    Likely::Nothing => (None, None, Vec::new()),
                };
                let named = |target: Target| match target {
                    Target::Object { id } => {
                        let name = here.iter().find(|known| known.id.eq_ignore_ascii_case(&id)).map(|known| known.name.clone());
                        Some(Suggestion { name: name.unwrap_or_default(), id })
                    }
                    _ => None,
                };
                rows.push(MappedReference {
                    name: source.get(&lower).map(|known| known.name.clone()).unwrap_or_default(),
                    used: found.get(reference).cloned().unwrap_or_default(),
                    reference: reference.clone(),
                    target,
                    origin,
                    target_name: None,
                    suggested: suggested.into_iter().filter_map(named).collect(),
                });
            }
        }
        Ok(rows)
    }

    /// What the cache of the grant's tenant knows of these types, by id, name or rule.
    pub(super) async fn cached(
        &self,
        grant: &Grant,
        types: &[&str],
        ids: &[String],
        names: &[String],
        rules: &[String],
    ) -> Result<Vec<Known>> {
        const GROUPS: &str =
            "select object_id, name, membership_rule from directory_groups where deleted_at is null and tenant_id = ";
        const ROLES: &str = "select object_id, name, cast(null as text) as rule from directory_role_definitions
          where deleted_at is null and tenant_id = ";
        const ITEMS: &str =
            "select object_id, name, cast(null as text) as rule from inventory_items where not absent and tenant_id = ";
        type Row = (String, String, Option<String>);
        let mut db = self.0.db().read(grant.reach()).await?;
        let mut rows: Vec<Row> = Vec::new();
        let mut ask: Vec<(Sql, &[String], bool)> = Vec::new();
        let of = |text: &'static str| sql("").push_bind(text, grant.tenant_id());
        let lower: Vec<String> = ids.iter().map(|id| object_id(id)).collect();
        if types.contains(&"group") {
            ask.push((of(GROUPS).push(" and object_id in "), &lower, true));
            ask.push((of(GROUPS).push(" and name in "), names, true));
            ask.push((of(GROUPS).push(" and membership_rule in "), rules, true));
        }
        if types.contains(&"directory_role_definition") || types.contains(&"directory_role") {
            ask.push((of(ROLES).push(" and object_id in "), &lower, true));
            ask.push((of(ROLES).push(" and name in "), names, true));
        }
        let of_types = || of(ITEMS).push_in(" and resource_type in ", types.iter().copied());
        ask.push((of_types().push(" and object_id in "), ids, true));
        ask.push((of_types().push(" and name in "), names, true));
        for (statement, values, _) in ask {
            for chunk in values.chunks(100) {
                rows.extend(db.all::<Row>(statement.clone().push_in("", chunk.iter().map(String::as_str))).await?);
            }
        }
        db.end().await?;
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        for (id, name, rule) in rows {
            known.insert(id.to_lowercase(), Known { id, name, rule });
        }
        Ok(known.into_values().collect())
    }
}

/// References by the types among which they may be.
pub(super) fn by_types<'a>(all: impl Iterator<Item = &'a Reference>) -> Vec<(Vec<&'a str>, Vec<&'a Reference>)> {
    let mut by: BTreeMap<Vec<&str>, Vec<&Reference>> = BTreeMap::new();
    for reference in all {
        by.entry(reference.types()).or_default().push(reference);
    }
    by.into_iter().collect()
}

fn by_id(all: Vec<Known>) -> BTreeMap<String, Known> {
    all.into_iter().map(|known| (known.id.to_lowercase(), known)).collect()
}
