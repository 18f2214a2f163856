//! Role definitions sync: reads the role definitions of a tenant's directory into the directory cache.

use std::time::Duration;

use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::RunRequest;

pub(super) static ENTRY: Entry = Entry {
    code: "directory_role_definitions_sync",
    older_codes: &["directory_role_definitions.sync"],
    label: "Role definitions sync",
    capability: Capability::DirectorySync,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(1800),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "steps",
    counts: super::DIRECTORY_COUNTS,
    follow_ups: &[],
};

/// Its arguments, as they are stored with a schedule: none.
#[must_use]
pub fn arguments() -> serde_json::Value {
    json!({})
}

/// The wish to read the role definitions of a tenant.
#[must_use]
pub fn request(tenant: TenantId) -> RunRequest {
    RunRequest::new(Operation::DirectoryRoleDefinitionsSync, arguments(), json!({ "tenant": tenant }))
}
