//! Search for policies by name, over the tenants of a workspace.

use model::inventory::InventoryItem;

use super::Inventory;
use super::row::{ItemRow, SELECT};
use crate::access::WorkspaceScope;
use crate::db::Result;
use crate::row::contains;
use crate::sql::sql;

/// Shorter texts are matched at the beginning of a name only.
const ANYWHERE_FROM: usize = 3;

impl Inventory<'_> {
    /// Items of the tenants to which the person is entitled whose name has the text in it (begins with it, when it is short), by
    /// name, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search(&self, scope: &WorkspaceScope, text: &str, limit: u32) -> Result<Vec<InventoryItem>> {
        let anywhere = contains(text);
        let like = if text.chars().count() < ANYWHERE_FROM { anywhere[1..].to_owned() } else { anywhere };
        let mut statement = sql(SELECT)
            .push_bind(" where i.workspace_id = ", scope.workspace_id())
            .push_bind(" and i.name_key like ", like)
            .push(" escape '\\'");
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and i.tenant_id in ", entitled);
        }
        let statement = statement.push_bind(" order by i.name_key, i.id limit ", limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<ItemRow> = db.all(statement).await?;
        db.end().await?;
        Ok(found.into_iter().map(InventoryItem::from).collect())
    }
}
