//! Baseline follow: makes a new version of each baseline that follows a tenant (its golden tenant), where the tenant has changed.

use std::time::Duration;

use serde_json::json;

use super::{Entry, FollowUp, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RunId, TenantId};
use crate::run::{CountKey, Outcome, Run, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "baseline_follow",
    older_codes: &[],
    label: "Baseline update from its golden tenant",
    capability: Capability::DriftRun,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant", "the sync that it follows"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(1800),
    max_attempts: 3,
    priority: -5,
    unit: "baselines",
    counts: &[
        CountKey::Total,
        CountKey::Processed,
        CountKey::Succeeded,
        CountKey::Failed,
        CountKey::Skipped,
        CountKey::Created,
        CountKey::Unchanged,
    ],
    follow_ups: &[],
};

/// What follows a sync of a tenant that a baseline follows.
pub(super) const AFTER_SYNC: FollowUp = FollowUp { with_followers: true, ..FollowUp::always(after) };

/// The request for a tenant; `after`: the sync that it follows, `None` when somebody asked.
#[must_use]
pub fn request(tenant: TenantId, after: Option<RunId>) -> RunRequest {
    // As of drift checks: one that is under way may have looked before the sync ended.
    RunRequest::new(Operation::BaselineFollow, json!({}), json!({ "tenant": tenant, "after": after }))
}

/// What follows a sync that read something.
fn after(run: &Run) -> Option<RunRequest> {
    let read = matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded);
    Some(request(run.tenant_id.filter(|_| read)?, Some(run.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sync_has_one_of_its_own_and_clicks_share_one() {
        let tenant = TenantId::generate();
        let sync = Some(RunId::generate());
        assert_eq!(request(tenant, None).identity(), request(tenant, None).identity());
        assert_ne!(request(tenant, sync).identity(), request(tenant, None).identity());
        assert_ne!(request(tenant, sync).identity(), request(tenant, Some(RunId::generate())).identity());
    }
}
