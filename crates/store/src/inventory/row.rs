//! An item's row, with its presence derived from the coverage of its type.

use model::ids::{InventoryItemId, RunId, TenantId};
use model::inventory::{InventoryItem, Presence};
use model::resource_types::Platform;
use uuid::Uuid;

use crate::bind::DbTime;

/// `select … from`, with the coverage joined: an item that the latest complete list of its type did not see is missing.
pub(super) const SELECT: &str =
    "select i.id, i.tenant_id, i.resource_type, i.object_id, i.name, i.name_key, i.platform, i.odata_type,
    i.modified_at, i.assignment_count, i.content_hash, i.first_seen_at, i.last_seen_at, i.changed_at,
    i.last_seen_operation_run_id, coalesce(i.last_seen_at < c.complete_from, false) as missing,
    coalesce(c.complete_clean, false) as clean
  from inventory_items i
  left join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type";

#[derive(sqlx::FromRow)]
pub(super) struct ItemRow {
    pub(super) id: Uuid,
    tenant_id: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    pub(super) name_key: String,
    platform: String,
    odata_type: Option<String>,
    modified_at: Option<DbTime>,
    assignment_count: Option<i64>,
    content_hash: String,
    first_seen_at: DbTime,
    last_seen_at: DbTime,
    changed_at: DbTime,
    last_seen_operation_run_id: Option<Uuid>,
    missing: bool,
    clean: bool,
}

impl From<ItemRow> for InventoryItem {
    fn from(row: ItemRow) -> Self {
        Self {
            id: InventoryItemId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            resource_type: row.resource_type,
            object_id: row.object_id,
            name: row.name,
            platform: Platform::from_code(&row.platform),
            odata_type: row.odata_type,
            modified_at: row.modified_at.map(|t| t.0),
            assignments: row.assignment_count,
            content_hash: row.content_hash,
            first_seen_at: row.first_seen_at.0,
            last_seen_at: row.last_seen_at.0,
            changed_at: row.changed_at.0,
            last_seen_run_id: row.last_seen_operation_run_id.map(RunId::from_uuid),
            presence: match (row.missing, row.clean) {
                (false, _) => Presence::Present,
                (true, true) => Presence::Missing,
                (true, false) => Presence::MissingUnsure,
            },
        }
    }
}
