//! Where restores are.

use model::ids::{BackupSetId, InventoryItemId, RestoreId, TenantId};
use model::time::Moment;

use super::Query;
use super::query::encode;

/// The restores of a tenant (GET), and making one (POST, with the fields of [`new_restore`] and `key`).
#[must_use]
pub fn restores(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/restores")
}

/// The drills of a tenant (GET `drill`, `cursor`), and starting one (POST).
#[must_use]
pub fn drills(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/restores/drill")
}

/// The form for a restore (GET): from a set (`set`), from a version (`item`, `version`), or from the
/// tenant as it was (`at`); `of` names another tenant that the source is of.
#[must_use]
pub fn new_restore(tenant: TenantId) -> Query {
    Query::new(format!("/admin/t/{tenant}/restores/new"))
}

/// The form for a restore from a backup set.
#[must_use]
pub fn restore_from_backup(tenant: TenantId, set: BackupSetId) -> String {
    new_restore(tenant).with("set", set).into()
}

/// The form for a restore of one version of an item of `of` into `into`.
#[must_use]
pub fn restore_from_version(into: TenantId, of: TenantId, item: InventoryItemId, number: i64) -> String {
    let other = Some(of).filter(|of| *of != into);
    new_restore(into).with("item", item).with("version", number).with_some("of", other).into()
}

/// The form for a restore of `into` to what `of` was at a moment.
#[must_use]
pub fn restore_from_instant(into: TenantId, of: TenantId, at: Moment) -> String {
    let other = Some(of).filter(|of| *of != into);
    new_restore(into).with("at", at.to_fixed_text()).with_some("of", other).into()
}

/// A restore: what it does, and what came of it.
#[must_use]
pub fn restore(tenant: TenantId, restore: RestoreId) -> String {
    format!("/admin/t/{tenant}/restores/{restore}")
}

/// What belongs to a restore: its steps `choose`, `map`, `check`, `preview` and `execute` (GET and POST), `plan` (GET, a file), `undo`,
/// `retry`, `cancel`, `approval` and `decision` (POST).
#[must_use]
pub fn of_restore(tenant: TenantId, restore: RestoreId, what: &str) -> String {
    format!("/admin/t/{tenant}/restores/{restore}/{what}")
}

/// An item of a restore (GET), and how much of it is put back (POST `part`, `property`…, `revision`).
#[must_use]
pub fn restore_item(tenant: TenantId, restore: RestoreId, number: u32) -> String {
    format!("/admin/t/{tenant}/restores/{restore}/items/{number}")
}

/// A reference of a restore (GET `to`), and what becomes of it (POST `to`, `drop`, `reason`, `revision`).
#[must_use]
pub fn restore_reference(tenant: TenantId, restore: RestoreId, resource_type: &str, id: &str) -> String {
    let mut path = format!("/admin/t/{tenant}/restores/{restore}/map/");
    encode(resource_type, &mut path);
    path.push('/');
    encode(id, &mut path);
    path
}
