//! Policy snapshot: reads one object fresh with all its details, and writes a version when it differs.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{InventoryItemId, TenantId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "policy_capture_snapshot",
    older_codes: &["policy.capture_snapshot"],
    label: "Policy snapshot",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "the object"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(15 * 60),
    max_attempts: 3,
    // Somebody waits for it.
    priority: 5,
    unit: "objects",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Skipped,
        CountKey::Items,
        CountKey::Updated,
        CountKey::Unchanged,
        CountKey::Requests,
        CountKey::Throttled,
        CountKey::Bytes,
    ],
    follow_ups: &[],
};

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The item of the inventory.
    pub item: InventoryItemId,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(self, tenant: TenantId) -> RunRequest {
        let identity = json!({ "tenant": tenant, "item": self.item });
        RunRequest::new(Operation::PolicyCaptureSnapshot, json!(self), identity)
    }
}
