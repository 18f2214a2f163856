//! Where rollouts are.

use model::ids::{RolloutId, TenantId};

use super::Query;

/// The rollouts of the workspace (GET), and making one (POST, with the fields of [`new_rollout`] and `ring`, `type`, `name`).
pub const ROLLOUTS: &str = "/admin/rollouts";

/// The form for a rollout (GET) of a tenant's source: `of`, and `set`, or `item` and `version`, or `at`.
#[must_use]
pub fn new_rollout(of: TenantId) -> Query {
    Query::new(format!("{ROLLOUTS}/new")).with("of", of)
}

/// A rollout.
#[must_use]
pub fn rollout(rollout: RolloutId) -> String {
    format!("{ROLLOUTS}/{rollout}")
}

/// What belongs to a rollout: `confirm` (GET and POST), `preview`, `approval`, `decision` and `end` (POST).
#[must_use]
pub fn of_rollout(rollout: RolloutId, what: &str) -> String {
    format!("{ROLLOUTS}/{rollout}/{what}")
}
