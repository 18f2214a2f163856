//! Where backup sets are.

use model::ids::{BackupFileId, BackupSetId, TenantId};

/// The backup sets of a tenant (GET), and capturing one (POST `what`, `types`…, `items`…, `trust_list`, `name`, `key`).
#[must_use]
pub fn backups(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/backups")
}

/// The form for a backup (GET; `item`… for chosen objects).
#[must_use]
pub fn new_backup(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/backups/new")
}

/// Importing a backup from a file (GET, and POST `name`, `passphrase`, `identity`, `key`, `file` in parts).
#[must_use]
pub fn import_backup(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/backups/import")
}

/// A file with a backup set (GET); below it `remove` (POST).
#[must_use]
pub fn backup_file(tenant: TenantId, set: BackupSetId, file: BackupFileId) -> String {
    format!("/admin/t/{tenant}/backups/{set}/files/{file}")
}

/// A backup set.
#[must_use]
pub fn backup(tenant: TenantId, set: BackupSetId) -> String {
    format!("/admin/t/{tenant}/backups/{set}")
}

/// What can be done with a backup set: `contents`, `missing` and `report` (GET), `files` (GET, and POST `protection`, `passphrase`,
/// `recipients`, `key`), `verify` and `pin` (POST), `delete` (GET and POST).
#[must_use]
pub fn of_backup(tenant: TenantId, set: BackupSetId, what: &str) -> String {
    format!("/admin/t/{tenant}/backups/{set}/{what}")
}
