//! Baseline compare of many: one run for each tenant that is held against a baseline, all children of this one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{BaselineId, WorkspaceId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "baseline_compare_many",
    older_codes: &[],
    label: "Baseline compare of all tenants",
    // What it starts in each tenant asks for the right to check there.
    capability: Capability::WorkspaceBaselinesManage,
    identity: Identity::WhileActive,
    identity_inputs: &["baseline"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(3600)),
    execution_deadline: Duration::from_secs(1800),
    max_attempts: 5,
    priority: 5,
    unit: "tenants",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// Which baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// Its id.
    pub baseline: BaselineId,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request.
    #[must_use]
    pub fn request(self, workspace: WorkspaceId) -> RunRequest {
        RunRequest::new(Operation::BaselineCompareMany, json!(self), json!({ "workspace": workspace, "baseline": self.baseline }))
    }
}
