//! Backup verification: reads each content of a set and makes sure that it is what was stored.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{BackupSetId, TenantId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_set_verify",
    older_codes: &[],
    label: "Backup verification",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "backup set"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: -10,
    unit: "objects",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed],
    follow_ups: &[],
};

/// Which set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// It.
    pub set: BackupSetId,
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
        RunRequest::new(Operation::BackupSetVerify, json!(self), json!({ "tenant": tenant, "set": self.set }))
    }
}
