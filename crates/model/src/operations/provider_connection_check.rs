//! Connection check: signs in by a tenant's connection, looks at what was granted, and reads a little of each type.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{ConnectionId, TenantId};
use crate::run::{CountKey, Run, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "provider_connection_check",
    older_codes: &["provider.connection.check"],
    label: "Connection check",
    capability: Capability::ProvidersRun,
    identity: Identity::WhileActive,
    identity_inputs: &["connection", "its revision"],
    write_lane: false,
    needs_connection: true,
    // Somebody waits for it in front of the screen.
    start_deadline: Some(Duration::from_secs(5 * 60)),
    execution_deadline: Duration::from_secs(15 * 60),
    max_attempts: 2,
    priority: 10,
    unit: "checks",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Skipped,
        CountKey::Requests,
        CountKey::Throttled,
    ],
    follow_ups: &[],
};

/// What is to be checked: a connection in the state of one revision. Both are absent where the tenant has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The connection.
    pub connection: Option<ConnectionId>,
    /// Its revision when the check was asked for.
    pub revision: Option<i64>,
}

impl Arguments {
    /// The request for a tenant.
    #[must_use]
    pub fn request(self, tenant: TenantId) -> RunRequest {
        let context = json!({ "connection": self.connection, "revision": self.revision });
        let identity = json!({ "tenant": tenant, "connection": self.connection, "revision": self.revision });
        RunRequest::new(Operation::ProviderConnectionCheck, context, identity)
    }
}

/// As [`Operation::again`]. Whoever starts it puts the revision of now in place of that of then.
pub(super) fn again(run: &Run) -> Option<RunRequest> {
    let before: Arguments = serde_json::from_value(run.context.clone()).ok()?;
    Some(before.request(run.tenant_id?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_revision_is_another_run() {
        let (tenant, connection) = (TenantId::generate(), ConnectionId::generate());
        let of = |revision| Arguments { connection: Some(connection), revision: Some(revision) }.request(tenant);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1).identity(), of(2).identity());
    }
}
