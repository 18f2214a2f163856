//! Drift check: compares the newest complete inventory of a tenant with the one before, type by type, and keeps what deviates as findings.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, FollowUp, Identity, Operation, findings};
use crate::access::Capability;
use crate::ids::{RunId, TenantId};
use crate::run::{Run, RunRequest};
use crate::settings::Key;

pub(super) static ENTRY: Entry = Entry {
    code: "drift_generate_findings",
    older_codes: &["drift.generate"],
    label: "Drift check",
    capability: Capability::DriftRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "the sync that it follows"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "resource types",
    counts: findings::COUNTS,
    follow_ups: &[],
};

/// What follows a sync, unless it was switched off, or there is no earlier inventory to compare with.
pub(super) const AFTER_SYNC: FollowUp =
    FollowUp { unless: Some(Key::DriftAfterSync), with_earlier_inventory: true, ..FollowUp::always(after) };

/// Which sync it follows. `total` and what belongs to it count resource types, `items` objects that differ, the rest findings: `created`
/// were found or found again, `updated` deviate further, `deleted` were resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arguments {
    /// The sync; `None`: somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RunId>,
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
        // A check that is under way may have looked before the sync ended: each sync has one of its own.
        RunRequest::new(Operation::DriftGenerateFindings, json!(self), json!({ "tenant": tenant, "after": self.after }))
    }
}

/// What follows a sync that read something.
fn after(run: &Run) -> Option<RunRequest> {
    Some(Arguments { after: Some(run.id) }.request(findings::read_by(run)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sync_has_a_check_of_its_own_and_clicks_share_one() {
        let tenant = TenantId::generate();
        let of = |after| Arguments { after }.request(tenant);
        let (first, second) = (Some(RunId::generate()), Some(RunId::generate()));
        assert_eq!(of(first).identity(), of(first).identity());
        assert_ne!(of(first).identity(), of(second).identity());
        assert_ne!(of(first).identity(), of(None).identity());
        assert_eq!(Arguments::stored(of(first).context()), Some(Arguments { after: first }));
        assert_eq!(Arguments::stored(&json!({})), Some(Arguments::default()));
    }
}
