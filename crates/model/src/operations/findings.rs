//! What operations have in common that keep findings.

use crate::ids::TenantId;
use crate::run::{CountKey, Outcome, Run};

/// Their figures: of what is compared, then of findings.
pub(super) const COUNTS: &[CountKey] = &[
    CountKey::Total,
    CountKey::Processed,
    CountKey::Succeeded,
    CountKey::Failed,
    CountKey::Skipped,
    CountKey::Items,
    CountKey::Created,
    CountKey::Updated,
    CountKey::Deleted,
    CountKey::Low,
    CountKey::Medium,
    CountKey::High,
    CountKey::Critical,
];

/// The tenant of a sync that read something: what was read is looked at.
pub(super) fn read_by(run: &Run) -> Option<TenantId> {
    let read = matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded);
    run.tenant_id.filter(|_| read)
}
