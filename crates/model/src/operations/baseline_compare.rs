//! Baseline compare: holds the newest complete inventory of a tenant against its baselines, type by type, and keeps what deviates as
//! findings.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, FollowUp, Identity, Operation, findings};
use crate::access::Capability;
use crate::ids::{BaselineId, RunId, TenantId};
use crate::run::{Run, RunRequest};
use crate::settings::Key;

pub(super) static ENTRY: Entry = Entry {
    code: "baseline_compare",
    older_codes: &["baseline.compare"],
    label: "Baseline compare",
    capability: Capability::DriftRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "baseline and its version, where one was named", "the sync that it follows"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "types of baselines",
    counts: findings::COUNTS,
    follow_ups: &[],
};

/// What follows a sync of a tenant that is held against a baseline, unless checks after syncs were switched off.
pub(super) const AFTER_SYNC: FollowUp =
    FollowUp { unless: Some(Key::DriftAfterSync), with_baseline: true, ..FollowUp::always(after) };

/// What is compared. `total` and what belongs to it count types of baselines, `items` objects of which contents were read, the rest
/// findings, as of drift checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arguments {
    /// The sync that it follows; `None`: somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RunId>,
    /// The one baseline, and the version that it had for the tenant when it was asked; `None`: all to which the tenant is assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<(BaselineId, i64)>,
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
        // As of drift checks: one that is under way may have looked before the sync ended.
        let identity = json!({ "tenant": tenant, "baseline": self.baseline, "after": self.after });
        RunRequest::new(Operation::BaselineCompare, json!(self), identity)
    }
}

/// What follows a sync that read something.
fn after(run: &Run) -> Option<RunRequest> {
    Some(Arguments { after: Some(run.id), baseline: None }.request(findings::read_by(run)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_is_what_compares_the_same_version_with_the_same_tenant() {
        let (tenant, baseline) = (TenantId::generate(), BaselineId::generate());
        let of = |version| Arguments { after: None, baseline: Some((baseline, version)) }.request(tenant);
        assert_eq!(of(1).identity(), of(1).identity());
        assert_ne!(of(1).identity(), of(2).identity());
        assert_ne!(of(1).identity(), Arguments::default().request(tenant).identity());
        let after = Arguments { after: Some(RunId::generate()), baseline: None };
        assert_ne!(after.request(tenant).identity(), Arguments::default().request(tenant).identity());
        assert_eq!(Arguments::stored(after.request(tenant).context()), Some(after));
        assert_eq!(Arguments::stored(&json!({})), Some(Arguments::default()));
    }
}
