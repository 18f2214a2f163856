//! Audit events sync: reads who changed what from a tenant's own audit logs.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::{Entry, FollowUp, Identity, Operation, inventory_sync};
use crate::access::Capability;
use crate::ids::TenantId;
use crate::run::{CountKey, Run, RunRequest};
use crate::settings::Key;

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
    follow_ups: &[CHANGES],
};

/// What follows where the tenant is watched: a sync of the types that new events name, and of nothing else.
const CHANGES: FollowUp = FollowUp { only_with: Some(Key::DriftWatch), of_types: Some(changed), ..FollowUp::always(nothing) };

const fn nothing(_: &Run) -> Option<RunRequest> {
    None
}

fn changed(run: &Run, types: &BTreeSet<String>) -> Option<RunRequest> {
    Some(inventory_sync::Arguments::only(types).ok()?.request(run.tenant_id?))
}

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
