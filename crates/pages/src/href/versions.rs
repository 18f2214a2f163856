//! Addresses of versions, and of the tenant as it was.

use model::ids::{InventoryItemId, TenantId};

use super::version;

/// POST `note`, `pinned`: what is written on a version.
#[must_use]
pub fn version_mark(tenant: TenantId, item: InventoryItemId, number: i64) -> String {
    format!("{}/mark", version(tenant, item, number))
}

/// POST: reads one object fresh.
#[must_use]
pub fn capture(tenant: TenantId, item: InventoryItemId) -> String {
    format!("/admin/t/{tenant}/inventory/{item}/capture")
}

/// The changes of a tenant.
#[must_use]
pub fn versions(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/versions")
}

/// The tenant as it was at an instant (GET `at`).
#[must_use]
pub fn versions_at(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/versions/at")
}

/// POST: reads the tenant's audit logs.
#[must_use]
pub fn versions_events(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/versions/events")
}
