//! Where baselines are. All are of a workspace ([`within`](super::within)).

use model::ids::BaselineId;

/// The baselines of the workspace (GET `cursor`); POST `name`, `description`, `tenant`, `extras`: captures one.
pub const BASELINES: &str = "/admin/baselines";

/// A baseline (GET `version`, `cursor`).
#[must_use]
pub fn baseline(baseline: BaselineId) -> String {
    format!("/admin/baselines/{baseline}")
}

/// What can be done with a baseline (POST): `draft`, `edit`, `activate` and `archive` with `revision`; `assign` with `tenant` and `version`;
/// `unassign` with `tenant`; `follow` with `tenant` and `revision`; `compare` with `key`; `accept` with `tenant`, `finding` and `revision`.
#[must_use]
pub fn of_baseline(baseline: BaselineId, what: &str) -> String {
    format!("/admin/baselines/{baseline}/{what}")
}
