//! Every write that took effect, whatever its answer was: what "nothing is written twice, nothing beside the plan" is proved by.

use std::collections::BTreeMap;

use model::ids::EntraTenantId;
use serde::Serialize;

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrote {
    /// A new object.
    Created,
    /// Properties of an object.
    Updated,
    /// The object is gone.
    Deleted,
    /// An action on the object, such as `assign`.
    Acted,
    /// Something below the object.
    Child,
}

/// How often something was done to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectCount {
    /// The tenant.
    pub tenant: EntraTenantId,
    /// What was done.
    pub wrote: Wrote,
    /// The path without version and query, with `{id}` in place of keys.
    pub path: String,
    /// The object's id.
    pub id: String,
    /// How often.
    pub count: u64,
}

/// Counts of writes.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    counts: BTreeMap<(EntraTenantId, String, String, Wrote), u64>,
    created: BTreeMap<(EntraTenantId, String, String), u64>,
}

impl Effects {
    /// Counts a write. `name` is that of an object that was created.
    pub(crate) fn record(&mut self, tenant: EntraTenantId, wrote: Wrote, path: &str, id: &str, name: Option<&str>) {
        *self.counts.entry((tenant, path.to_owned(), id.to_owned(), wrote)).or_default() += 1;
        if let (Wrote::Created, Some(name)) = (wrote, name) {
            *self.created.entry((tenant, path.to_owned(), name.to_owned())).or_default() += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn all(&self, tenant: Option<EntraTenantId>) -> Vec<EffectCount> {
        let wanted = self.counts.iter().filter(|((of, ..), _)| tenant.is_none_or(|tenant| tenant == *of));
        wanted
            .map(|((tenant, path, id, wrote), count)| EffectCount {
                tenant: *tenant,
                wrote: *wrote,
                path: path.clone(),
                id: id.clone(),
                count: *count,
            })
            .collect()
    }

    /// Names under which more than one object was created at one path.
    pub(crate) fn created_twice(&self, tenant: EntraTenantId) -> Vec<(String, String)> {
        let twice = self.created.iter().filter(|((of, ..), count)| *of == tenant && **count > 1);
        twice.map(|((_, path, name), _)| (path.clone(), name.clone())).collect()
    }
}
