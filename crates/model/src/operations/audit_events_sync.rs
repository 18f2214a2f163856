//! Audit events sync: reads who changed what from a tenant's own audit logs.

use std::time::Duration;

use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "audit_events_sync",
    older_codes: &[],
    label: "Audit events sync",
    capability: Capability::DriftRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "audit logs",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Skipped,
        CountKey::Items,
        CountKey::Created,
        CountKey::Unchanged,
        CountKey::Deleted,
        CountKey::Requests,
        CountKey::Throttled,
        CountKey::Bytes,
    ],
    follow_ups: &[],
};

/// Its arguments, as they are stored with a schedule: none.
#[must_use]
pub fn arguments() -> serde_json::Value {
    json!({})
}

/// The wish to read the audit logs of a tenant from where the latest reading ended.
#[must_use]
pub fn request(tenant: TenantId) -> RunRequest {
    RunRequest::new(Operation::AuditEventsSync, arguments(), json!({ "tenant": tenant }))
}
