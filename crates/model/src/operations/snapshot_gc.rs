//! Content clean-up: removes stored contents to which no version and no item refers.

use std::time::Duration;

use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::WorkspaceId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "snapshot_gc",
    older_codes: &[],
    label: "Content clean-up",
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
    unit: "contents",
    counts: &[CountKey::Deleted, CountKey::Bytes],
    follow_ups: &[],
};

/// The wish to clean up the contents of a workspace.
#[must_use]
pub fn request(workspace: WorkspaceId) -> RunRequest {
    RunRequest::new(Operation::SnapshotGc, json!({}), json!({ "workspace": workspace }))
}
