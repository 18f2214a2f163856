//! Backup export: writes a set to a file that can be fetched for some days.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{BackupFileId, BackupSetId, TenantId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_set_export",
    older_codes: &[],
    label: "Backup export",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "backup set", "file"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: 0,
    unit: "objects",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Bytes],
    follow_ups: &[],
};

/// Which set, and into which file. How the file is encrypted stands with the file, sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The set.
    pub set: BackupSetId,
    /// The file.
    pub file: BackupFileId,
    /// Whether secret values that were fetched go along: whoever asked may have them, and the file is encrypted.
    #[serde(default)]
    pub secrets: bool,
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
        let identity = json!({ "tenant": tenant, "set": self.set, "file": self.file });
        RunRequest::new(Operation::BackupSetExport, json!(self), identity)
    }
}
