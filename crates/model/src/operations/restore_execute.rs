//! Restore: carries out a frozen plan, once, and reads back what it wrote.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RestoreId, TenantId};
use crate::run::{CountKey, RunRequest};

/// Figures of what reads or writes the objects of a restore.
pub(super) const COUNTS: &[CountKey] = &[
    CountKey::Total,
    CountKey::Processed,
    CountKey::Succeeded,
    CountKey::Failed,
    CountKey::Skipped,
    CountKey::Created,
    CountKey::Updated,
    CountKey::Unchanged,
    CountKey::Deleted,
    CountKey::Requests,
    CountKey::Throttled,
    CountKey::Bytes,
];

pub(super) static ENTRY: Entry = Entry {
    code: "restore_execute",
    older_codes: &["restore.execute"],
    label: "Restore",
    capability: Capability::RestoreExecute,
    identity: Identity::PerRecord,
    identity_inputs: &["restore and its execution number"],
    write_lane: true,
    needs_connection: true,
    // What was confirmed is not carried out hours later, when the tenant may be another one.
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(12 * 3600),
    max_attempts: 5,
    priority: 20,
    unit: "objects",
    counts: COUNTS,
    follow_ups: &[],
};

/// Which plan of which restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The restore.
    pub restore: RestoreId,
    /// The number of the execution, from 1.
    pub execution: i64,
    /// The hash of the plan that was confirmed.
    pub plan: String,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a tenant: at most one run, ever, for each execution.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        let identity = json!({ "tenant": tenant, "restore": self.restore, "execution": self.execution });
        let once = format!("restore:{}:{}", self.restore, self.execution);
        RunRequest::new(Operation::RestoreExecute, json!(self), identity).once(once)
    }
}
