//! Restore drill: everything of the latest complete backup, put back into a simulated copy of the tenant that lost it.

use std::time::Duration;

use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "restore_drill",
    older_codes: &[],
    label: "Restore drill",
    capability: Capability::RestoreExecute,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant"],
    // Nothing is asked of Microsoft: it needs neither the tenant's write lane nor a connection.
    write_lane: false,
    needs_connection: false,
    start_deadline: None,
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "objects",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// Its arguments, as they are stored with a schedule: none.
#[must_use]
pub fn arguments() -> serde_json::Value {
    json!({})
}

/// The wish to drill the restore of a tenant.
#[must_use]
pub fn request(tenant: TenantId) -> RunRequest {
    RunRequest::new(Operation::RestoreDrill, arguments(), json!({ "tenant": tenant }))
}
