//! Items that somebody chose, by their ids.

use std::collections::BTreeSet;

use model::ids::InventoryItemId;
use model::inventory::InventoryItem;

use super::Inventory;
use super::row::{ItemRow, SELECT};
use crate::access::TenantScope;
use crate::db::Result;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 100;

impl Inventory<'_> {
    /// Those of these items that the tenant has, by name. Their contents are not read, so that a damaged one is in nobody's way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn chosen(&self, scope: &TenantScope, ids: &BTreeSet<InventoryItemId>) -> Result<Vec<InventoryItem>> {
        let ids: Vec<InventoryItemId> = ids.iter().copied().collect();
        let mut rows: Vec<ItemRow> = Vec::with_capacity(ids.len());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for chunk in ids.chunks(CHUNK) {
            let find = sql(SELECT).push_bind(" where i.tenant_id = ", scope.tenant_id());
            let found: Vec<ItemRow> = db.all(find.push_in(" and i.id in ", chunk.iter().copied())).await?;
            rows.extend(found);
        }
        db.end().await?;
        rows.sort_by(|one, other| (&one.name_key, one.id).cmp(&(&other.name_key, other.id)));
        Ok(rows.into_iter().map(InventoryItem::from).collect())
    }
}
