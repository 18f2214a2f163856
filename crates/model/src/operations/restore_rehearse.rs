//! Restore rehearsal: carries a frozen plan out on a simulated copy of the tenant, made of what is stored of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RestoreId, TenantId};
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "restore_rehearse",
    older_codes: &[],
    label: "Restore rehearsal",
    capability: Capability::RestoreExecute,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "restore and plan hash"],
    // Nothing is asked of Microsoft: it needs neither the tenant's write lane nor a connection.
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(3600),
    max_attempts: 3,
    priority: 10,
    unit: "objects",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Skipped,
        CountKey::Created,
        CountKey::Updated,
        CountKey::Deleted,
    ],
    follow_ups: &[],
};

/// Which plan of which restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The restore.
    pub restore: RestoreId,
    /// The hash of the plan.
    pub plan: String,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        let identity = json!({ "tenant": tenant, "restore": self.restore, "plan": self.plan });
        RunRequest::new(Operation::RestoreRehearse, json!(self), identity)
    }
}
