//! Inventory sync: reads the configuration of a tenant, type by type, into the inventory.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation, baseline_compare, baseline_follow, drift_generate_findings};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::resource_types;
use crate::run::{CountKey, Run, RunRequest};

/// The figures of everything that reads the configuration of a tenant.
pub(super) const COUNTS: &[CountKey] = &[
    CountKey::Total,
    CountKey::Processed,
    CountKey::Succeeded,
    CountKey::Failed,
    CountKey::Skipped,
    CountKey::Items,
    CountKey::Created,
    CountKey::Updated,
    CountKey::Unchanged,
    CountKey::Missing,
    CountKey::Requests,
    CountKey::Throttled,
    CountKey::Bytes,
];

pub(super) static ENTRY: Entry = Entry {
    code: "inventory_sync",
    older_codes: &["inventory.sync"],
    label: "Inventory sync",
    capability: Capability::InventorySync,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "resource types (sorted)", "whether everything is read again"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: 0,
    unit: "resource types",
    counts: COUNTS,
    follow_ups: &[drift_generate_findings::AFTER_SYNC, baseline_follow::AFTER_SYNC, baseline_compare::AFTER_SYNC],
};

/// What to sync. `total`, `processed`, `succeeded` and `failed` count resource types; `items` and the rest count objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// Keys of the resource types, sorted, at least one.
    types: BTreeSet<String>,
    /// Whether the details of every object are read, also where the list tells that nothing changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    read_everything: bool,
}

/// The choice of resource types is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArguments {
    /// Nothing was chosen.
    #[error("choose at least one resource type")]
    Empty,
    /// A type that the catalogue does not have, or that no sync reads.
    #[error("unknown resource type")]
    UnknownType,
}

impl Arguments {
    /// Every type that is kept in the inventory.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            types: resource_types::all().iter().filter(|t| t.in_inventory()).map(|t| t.key.clone()).collect(),
            read_everything: false,
        }
    }

    /// The same, reading the details of every object if so.
    #[must_use]
    pub fn reading_everything(self, read_everything: bool) -> Self {
        Self { read_everything, ..self }
    }

    /// Whether the details of every object are read, also where the list tells that nothing changed.
    #[must_use]
    pub const fn reads_everything(&self) -> bool {
        self.read_everything
    }

    /// Only these types.
    ///
    /// # Errors
    /// [`InvalidArguments`] for an empty choice or a type that no sync reads. A type that is read on demand only may be named.
    pub fn only(types: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, InvalidArguments> {
        let types: BTreeSet<String> = types.into_iter().map(|t| t.as_ref().to_owned()).collect();
        if types.is_empty() {
            return Err(InvalidArguments::Empty);
        }
        let known = |key: &String| resource_types::find(key).is_some_and(resource_types::ResourceType::can_be_synced);
        if types.iter().all(known) { Ok(Self { types, read_everything: false }) } else { Err(InvalidArguments::UnknownType) }
    }

    /// Arguments as they are stored with a run or a schedule; `None` when they cannot be read, or name a type that is not known any
    /// more.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        let stored: Self = serde_json::from_value(value.clone()).ok()?;
        Some(Self::only(stored.types()).ok()?.reading_everything(stored.read_everything))
    }

    /// As they are stored.
    #[must_use]
    pub fn to_stored(&self) -> serde_json::Value {
        json!(self)
    }

    /// The types that a backup selects, which may be fewer than it was asked for when the catalogue has changed.
    ///
    /// # Errors
    /// [`InvalidArguments::Empty`] when none is left.
    pub fn of_selection(types: BTreeSet<String>) -> Result<Self, InvalidArguments> {
        Self::only(
            types.into_iter().filter(|key| resource_types::find(key).is_some_and(resource_types::ResourceType::can_be_synced)),
        )
    }

    /// The keys, sorted.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str)
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        let mut identity = json!({ "tenant": tenant, "types": self.types });
        if self.read_everything {
            // Whoever wants everything read again is not served by a run that reads what changed.
            identity["read_everything"] = json!(true);
        }
        RunRequest::new(Operation::InventorySync, json!(self), identity)
    }
}

/// As [`Operation::again`]: the items of a sync are its resource types.
pub(super) fn again(run: &Run, only: Option<&BTreeSet<String>>) -> Option<RunRequest> {
    let before: Arguments = serde_json::from_value(run.context.clone()).ok()?;
    let types = before.types().filter(|key| only.is_none_or(|only| only.contains(*key)));
    Some(Arguments::only(types).ok()?.reading_everything(before.read_everything).request(run.tenant_id?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_of_types_do_not_make_another_run() {
        let tenant = TenantId::generate();
        let a = Arguments::only(["scope_tag", "assignment_filter"]).unwrap().request(tenant);
        let b = Arguments::only(["assignment_filter", "scope_tag", "scope_tag"]).unwrap().request(tenant);
        assert_eq!(a, b);
        let whole = Arguments::only(["assignment_filter", "scope_tag"]).unwrap().reading_everything(true);
        assert_ne!(whole.request(tenant), b, "what reads everything is another run");
        assert_eq!(Arguments::stored(&whole.to_stored()), Some(whole));
        assert_eq!(Arguments::only(Vec::<String>::new()), Err(InvalidArguments::Empty));
        assert_eq!(Arguments::only(["no_such_type"]), Err(InvalidArguments::UnknownType));
    }
}
