//! Restore to many tenants: the parent of restores that are carried out ring by ring.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RolloutId, WorkspaceId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "restore_rollout",
    older_codes: &[],
    label: "Restore to many tenants",
    capability: Capability::RestoreExecute,
    identity: Identity::PerRecord,
    identity_inputs: &["rollout and its execution number"],
    // Its children write, each in the lane of its tenant.
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(3600)),
    execution_deadline: Duration::from_secs(600),
    max_attempts: 20,
    priority: 20,
    unit: "tenants",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// Which plans of which rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The rollout.
    pub rollout: RolloutId,
    /// The number of the execution, from 1.
    pub execution: i64,
    /// What was confirmed.
    pub plan: String,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a workspace: at most one run, ever, for each execution.
    #[must_use]
    pub fn request(&self, workspace: WorkspaceId) -> RunRequest {
        let identity = json!({ "workspace": workspace, "rollout": self.rollout, "execution": self.execution });
        let once = format!("rollout:{}:{}", self.rollout, self.execution);
        RunRequest::new(Operation::RestoreRollout, json!(self), identity).once(once)
    }
}
