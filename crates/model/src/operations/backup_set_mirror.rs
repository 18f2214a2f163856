//! Backup mirror: commits a captured set to the Git folder of its tenant. Follows each backup where the tenant's settings name a folder.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, FollowUp, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RunId, TenantId};
use crate::run::{CountKey, Outcome, Run, RunRequest};
use crate::settings::Key;

pub(super) static ENTRY: Entry = Entry {
    code: "backup_set_mirror",
    older_codes: &[],
    label: "Backup mirror",
    capability: Capability::BackupsRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "the run that captured the set"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -20,
    unit: "objects",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Created,
        CountKey::Updated,
        CountKey::Deleted,
    ],
    follow_ups: &[],
};

/// What follows a backup where its tenant has a mirror.
pub(super) const AFTER_BACKUP: FollowUp = FollowUp { only_with: Some(Key::MirrorFolder), ..FollowUp::always(after) };

/// Which set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The run that captured it: a run captures one set.
    pub captured_by: RunId,
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
        let identity = json!({ "tenant": tenant, "captured_by": self.captured_by });
        RunRequest::new(Operation::BackupSetMirror, json!(self), identity)
    }
}

/// What follows a backup that captured something.
fn after(run: &Run) -> Option<RunRequest> {
    let captured = matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded);
    let tenant = run.tenant_id.filter(|_| captured)?;
    Some(Arguments { captured_by: run.id }.request(tenant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_is_mirrored_by_a_run_of_its_own() {
        let (tenant, first, second) = (TenantId::generate(), RunId::generate(), RunId::generate());
        let of = |captured_by| Arguments { captured_by }.request(tenant);
        assert_eq!(of(first).identity(), of(first).identity());
        assert_ne!(of(first).identity(), of(second).identity());
        assert_eq!(Arguments::stored(of(first).context()), Some(Arguments { captured_by: first }));
        assert_eq!(Arguments::stored(&json!({})), None);
    }
}
