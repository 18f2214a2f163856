//! Run history retention: removes the ended runs of a workspace that are older than it keeps them.

use std::time::Duration;

use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::WorkspaceId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "operation_runs_retention",
    older_codes: &[],
    label: "Run history retention",
    capability: Capability::WorkspaceSettingsManage,
    identity: Identity::WhileActive,
    identity_inputs: &["workspace"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(3600),
    max_attempts: 5,
    // Whatever a person waits for comes first.
    priority: -30,
    unit: "runs",
    counts: &[CountKey::Deleted],
    follow_ups: &[],
};

/// The wish to prune the run history of a workspace.
#[must_use]
pub fn request(workspace: WorkspaceId) -> RunRequest {
    RunRequest::new(Operation::OperationRunsRetention, json!({}), json!({ "workspace": workspace }))
}
