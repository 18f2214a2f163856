//! Tenant deletion: removes an archived tenant for good, with all that is recorded of it. A run of its workspace, because it outlives
//! the tenant.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "tenant_delete",
    older_codes: &[],
    label: "Tenant deletion",
    capability: Capability::TenantDangerZone,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(12 * 3600),
    max_attempts: 5,
    // Whatever a person waits for comes first.
    priority: -30,
    unit: "rows",
    counts: &[CountKey::Deleted],
    follow_ups: &[],
};

/// Which tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// It.
    pub tenant: TenantId,
    /// What it was called: afterwards nothing else says so.
    pub name: String,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> RunRequest {
        RunRequest::new(Operation::TenantDelete, json!(self), json!({ "tenant": self.tenant }))
    }
}
