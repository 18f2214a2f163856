//! Restore preview: reads the live state of what a restore would touch and freezes the plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::restore_execute::COUNTS;
use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RestoreId, TenantId};
use crate::run::RunRequest;

pub(super) static ENTRY: Entry = Entry {
    code: "restore_preview",
    older_codes: &[],
    label: "Restore preview",
    capability: Capability::RestoreExecute,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "restore and its revision"],
    write_lane: false,
    needs_connection: true,
    start_deadline: Some(Duration::from_secs(15 * 60)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: 10,
    unit: "objects",
    counts: COUNTS,
    follow_ups: &[],
};

/// Which restore, as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// It.
    pub restore: RestoreId,
    /// Its revision: what was changed since is not what is previewed.
    pub revision: i64,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(self, tenant: TenantId) -> RunRequest {
        let identity = json!({ "tenant": tenant, "restore": self.restore, "revision": self.revision });
        RunRequest::new(Operation::RestorePreview, json!(self), identity)
    }
}
