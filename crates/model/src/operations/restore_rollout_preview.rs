//! Preview for many tenants: checks the restores of a rollout and starts their previews.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RolloutId, WorkspaceId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "restore_rollout_preview",
    older_codes: &[],
    label: "Preview for many tenants",
    capability: Capability::RestoreExecute,
    identity: Identity::WhileActive,
    identity_inputs: &["rollout"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(1800),
    max_attempts: 3,
    priority: 10,
    unit: "tenants",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// Which rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// It.
    pub rollout: RolloutId,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a workspace.
    #[must_use]
    pub fn request(self, workspace: WorkspaceId) -> RunRequest {
        let identity = json!({ "workspace": workspace, "rollout": self.rollout });
        RunRequest::new(Operation::RestoreRolloutPreview, json!(self), identity)
    }
}
