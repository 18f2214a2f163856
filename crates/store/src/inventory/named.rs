//! What names one item at Microsoft.

use model::ids::InventoryItemId;

use super::Inventory;
use crate::access::RunScope;
use crate::db::Result;
use crate::sql::sql;

/// What names an item at Microsoft, and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedItem {
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of the object.
    pub object_id: String,
    /// Its concrete `@odata.type`, when it said it.
    pub odata_type: Option<String>,
    /// Its name; may be empty.
    pub name: String,
}

impl Inventory<'_> {
    /// What names an item of the run's tenant; `None` when the tenant has no such item.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn named(&self, run: &RunScope, item: InventoryItemId) -> Result<Option<NamedItem>> {
        const NAMED: &str =
            "select resource_type, object_id, odata_type, name from inventory_items where tenant_id = $1 and id = $2";
        type Row = (String, String, Option<String>, String);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(NAMED).bind(run.tenant_id()).bind(item)).await?;
        db.end().await?;
        Ok(row.map(|(resource_type, object_id, odata_type, name)| NamedItem { resource_type, object_id, odata_type, name }))
    }
}
