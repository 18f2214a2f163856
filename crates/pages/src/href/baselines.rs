//! Where baselines are. All are of a workspace ([`within`](super::within)).

use model::ids::{BaselineId, TenantId};

/// The baselines of the workspace (GET `cursor`); POST `name`, `description`, `tenant`, `extras`: captures one.
pub const BASELINES: &str = "/admin/baselines";

/// A baseline (GET `version`, `cursor`).
#[must_use]
pub fn baseline(baseline: BaselineId) -> String {
    format!("/admin/baselines/{baseline}")
}

/// What a tenant does not have as a baseline says: `state` narrows it, `item` asks for its object, `q` is what that is searched by.
#[must_use]
pub fn baseline_in(tenant: TenantId, baseline: BaselineId) -> String {
    format!("/admin/t/{tenant}/baselines/{baseline}")
}

/// What can be done with a baseline (POST): `draft`, `edit`, `activate` and `archive` with `revision`; `assign` with `tenant` and `version`;
/// `unassign` with `tenant`; `assign-group` and `unassign-group` with `group`; `pair` with `tenant`, `item` and `object`; `follow` with `tenant` and `revision`; `compare` with `key`; `accept` with `tenant`, `finding` and `revision`.
#[must_use]
pub fn of_baseline(baseline: BaselineId, what: &str) -> String {
    format!("/admin/baselines/{baseline}/{what}")
}
