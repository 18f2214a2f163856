//! Backup import: reads a file that was sent into a backup set.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{BackupFileId, TenantId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_set_import",
    older_codes: &[],
    label: "Backup import",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "file"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: 0,
    unit: "objects",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// Which file, and what the set is called. What opens the file stands with it, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The file.
    pub file: BackupFileId,
    /// The set's name; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        let identity = json!({ "tenant": tenant, "file": self.file });
        RunRequest::new(Operation::BackupSetImport, json!(self), identity)
    }
}
