//! Where things are compared.

use model::ids::{InventoryItemId, TenantId};

use super::Query;

/// What differs between two versions of an item (GET `from`, `to`), or between it and another item (GET `with`, `in`, its tenant).
#[must_use]
pub fn compare_item(tenant: TenantId, item: InventoryItemId) -> Query {
    Query::new(format!("/admin/t/{tenant}/inventory/{item}/compare"))
}

/// The same as a JSON Patch, as a file.
#[must_use]
pub fn compare_patch(tenant: TenantId, item: InventoryItemId) -> Query {
    Query::new(format!("/admin/t/{tenant}/inventory/{item}/compare/patch"))
}

/// The choice of another item to compare an item with (GET `in`, a tenant, and `q`, `all`).
#[must_use]
pub fn compare_with(tenant: TenantId, item: InventoryItemId) -> Query {
    Query::new(format!("/admin/t/{tenant}/inventory/{item}/compare/with"))
}

/// What differs between two tenants (GET `with`), or between two moments of one (GET `from`, `to`).
#[must_use]
pub fn compare(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/compare")
}
