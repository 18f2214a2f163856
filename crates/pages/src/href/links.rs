//! Addresses of links between objects.

use model::ids::{InventoryItemId, TenantId};

use super::{Query, item};

/// What an item uses.
#[must_use]
pub fn uses(tenant: TenantId, of: InventoryItemId) -> String {
    format!("{}/uses", item(tenant, of))
}

/// An item and its neighbours, drawn (GET `depth`: 1 or 2).
#[must_use]
pub fn graph(tenant: TenantId, of: InventoryItemId) -> String {
    format!("{}/graph", item(tenant, of))
}

/// What uses an object, by the key of its type and Microsoft's id (GET `type`, `id`).
#[must_use]
pub fn usage(tenant: TenantId, resource_type: &str, object_id: &str) -> Query {
    Query::new(format!("/admin/t/{tenant}/usage")).with("type", resource_type).with("id", object_id)
}

/// References that lead nowhere, and objects that nobody uses (GET `show`).
#[must_use]
pub fn references(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/references")
}
