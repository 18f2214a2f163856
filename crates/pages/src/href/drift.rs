//! Where findings are.

use model::ids::{FindingId, TenantId};

/// The findings of a tenant (GET `state`, `severity`, `kind`, `type`, `q`, `baseline`, `overdue`, `cursor`).
#[must_use]
pub fn drift(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/drift")
}

/// POST `key`: starts a drift check.
#[must_use]
pub fn drift_check(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/drift/check")
}

/// POST `act`, `words`, and `finding`… or `all` with the fields of [`drift`]: moves many findings.
#[must_use]
pub fn drift_bulk(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/drift/bulk")
}

/// POST `finding`… or `all` with the fields of [`drift`]: what else is done with many findings, `accept` (`until`, `words`), `note`
/// (`words`) and `assign` (`who`).
#[must_use]
pub fn drift_bulk_of(tenant: TenantId, what: &str) -> String {
    format!("/admin/t/{tenant}/drift/bulk/{what}")
}

/// POST `finding`, `whose`: says whether what a finding shows is the service's doing.
#[must_use]
pub fn drift_classify(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/drift/classify")
}

/// A finding.
#[must_use]
pub fn finding(tenant: TenantId, finding: FindingId) -> String {
    format!("/admin/t/{tenant}/drift/{finding}")
}

/// What can be done with a finding: `move`, `accept`, `note` and `assign` (POST).
#[must_use]
pub fn of_finding(tenant: TenantId, finding: FindingId, what: &str) -> String {
    format!("/admin/t/{tenant}/drift/{finding}/{what}")
}
