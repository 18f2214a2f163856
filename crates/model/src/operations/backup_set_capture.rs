//! Backup: reads what it is to hold from the tenant and keeps the versions together in a set.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::inventory_sync::COUNTS;
use super::{Entry, Identity, Operation, backup_set_mirror};
use crate::access::Capability;
use crate::backup::Selection;
use crate::ids::TenantId;
use crate::run::{Run, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_set_capture",
    older_codes: &["backup_set.add_policies"],
    label: "Backup",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &[
        "tenant",
        "what it is to hold (sorted)",
        "whether unchanged lists are trusted",
        "whether secret values are fetched",
    ],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(4 * 3600),
    max_attempts: 3,
    priority: 0,
    unit: "resource types",
    counts: COUNTS,
    follow_ups: &[backup_set_mirror::AFTER_BACKUP],
};

/// The longest name of a set, in characters.
pub const MAX_NAME: usize = 100;

/// What to capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// What the set is to hold.
    pub selection: Selection,
    /// Whether details are left out where the list tells the same as before, as a sync does. Otherwise everything is read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trust_list: bool,
    /// Whether the values that Microsoft masks are fetched as well, and kept sealed. Whoever starts it needs
    /// [`Capability::SecretsFetch`], and the settings have to let it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secrets: bool,
    /// What the set is called; empty: as what made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Arguments {
    /// Everything of it, read in full.
    #[must_use]
    pub const fn of(selection: Selection) -> Self {
        Self { selection, trust_list: false, secrets: false, name: String::new() }
    }

    /// The same under a name; what is longer than [`MAX_NAME`] characters is cut.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.trim().chars().take(MAX_NAME).collect(), ..self }
    }

    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        let stored: Self = serde_json::from_value(value.clone()).ok()?;
        Some(Self { selection: stored.selection.checked().ok()?, ..stored })
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        let mut identity = json!({ "tenant": tenant, "selection": self.selection });
        if self.trust_list {
            // Whoever wants everything read is not served by a run that trusts the lists.
            identity["trust_list"] = json!(true);
        }
        if self.secrets {
            identity["secrets"] = json!(true);
        }
        RunRequest::new(Operation::BackupSetCapture, json!(self), identity)
    }
}

/// As [`Operation::again`]: the items of a capture are resource types. Those that failed make a set of their own. Secret values are
/// fetched only for whoever asks for them: who repeats a run may not be allowed to.
pub(super) fn again(run: &Run, only: Option<&BTreeSet<String>>) -> Option<RunRequest> {
    let before = Arguments::stored(&run.context)?;
    let selection = match (only, before.selection) {
        (Some(only), Selection::All | Selection::Types { .. }) => Selection::of_types(only).ok()?,
        (_, whole) => whole,
    };
    Some(Arguments { selection, secrets: false, ..before }.request(run.tenant_id?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_set_makes_no_other_backup_but_what_it_holds_does() {
        let tenant = TenantId::generate();
        let of = |types: &[&str]| Arguments::of(Selection::of_types(types).unwrap());
        let one = of(&["scope_tag", "assignment_filter"]);
        assert_eq!(one.request(tenant).identity(), one.clone().named("x").request(tenant).identity());
        assert_eq!(one.request(tenant).identity(), of(&["assignment_filter", "scope_tag"]).request(tenant).identity());
        assert_ne!(one.request(tenant).identity(), of(&["scope_tag"]).request(tenant).identity());
        let trusting = Arguments { trust_list: true, ..one.clone() };
        assert_ne!(one.request(tenant).identity(), trusting.request(tenant).identity());
        let asking = Arguments { secrets: true, ..one.clone() };
        assert_ne!(one.request(tenant).identity(), asking.request(tenant).identity());
        assert_eq!(Arguments::stored(asking.request(tenant).context()), Some(asking));
        assert_eq!(Arguments::stored(trusting.request(tenant).context()), Some(trusting));
        assert_eq!(Arguments::stored(&json!({ "selection": { "what": "types", "types": [] } })), None);
    }
}
