//! Directory groups sync: reads what changed of a tenant's groups, or all of them, into the directory cache.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::RunRequest;

pub(super) static ENTRY: Entry = Entry {
    code: "entra_group_sync",
    older_codes: &["directory_groups.sync"],
    label: "Directory groups sync",
    capability: Capability::DirectorySync,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "whether all groups are read"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "steps",
    counts: super::DIRECTORY_COUNTS,
    follow_ups: &[],
};

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arguments {
    /// All groups, and not only what changed since the latest sync.
    #[serde(default)]
    pub full: bool,
}

impl Arguments {
    /// Arguments as they are stored with a run or a schedule; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// As they are stored.
    #[must_use]
    pub fn to_stored(self) -> serde_json::Value {
        json!({ "full": self.full })
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(self, tenant: TenantId) -> RunRequest {
        let mut identity = json!({ "tenant": tenant });
        if self.full {
            // Whoever wants all groups read is not served by a run that reads what changed.
            identity["full"] = json!(true);
        }
        RunRequest::new(Operation::EntraGroupSync, self.to_stored(), identity)
    }
}
