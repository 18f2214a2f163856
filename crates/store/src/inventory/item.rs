//! One item with its content.

use model::ids::InventoryItemId;
use model::inventory::InventoryItem;
use model::json::Json;

use super::Inventory;
use super::row::{ItemRow, SELECT};
use crate::access::TenantScope;
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// An item with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryDetail {
    /// The item.
    pub item: InventoryItem,
    /// Its content as last seen.
    pub content: Json,
}

impl Inventory<'_> {
    /// The item with its content.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such item.
    pub async fn find(&self, scope: &TenantScope, id: InventoryItemId) -> Result<InventoryDetail> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let find = sql(SELECT).push_bind(" where i.id = ", id).push_bind(" and i.tenant_id = ", scope.tenant_id());
        let row: Option<ItemRow> = db.optional(find).await?;
        let item = InventoryItem::from(row.ok_or(StoreError::NotVisible)?);
        let found = blobs::stored(&mut db, scope.workspace_id(), std::slice::from_ref(&item.content_hash)).await?;
        db.end().await?;
        let text = found.fetch(self.0, scope.grant().reach()).await?.whole(&item.content_hash)?;
        let content = Json::parse(text.as_bytes()).map_err(|_| StoreError::Corrupt("a content is no JSON"))?;
        Ok(InventoryDetail { item, content })
    }
}
