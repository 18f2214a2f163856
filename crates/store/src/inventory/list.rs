//! The inventory list: keyset pages by name.

use model::ids::InventoryItemId;
use model::inventory::{InventoryFilter, InventoryItem};
use model::page::{Cursor, Direction, Page};

use super::Inventory;
use super::row::{ItemRow, SELECT};
use crate::access::TenantScope;
use crate::db::Result;
use crate::row::contains;
use crate::sql::{Sql, sql};

fn conditions(scope: &TenantScope, filter: &InventoryFilter) -> Sql {
    let mut statement = sql(SELECT).push_bind(" where i.tenant_id = ", scope.tenant_id());
    if !filter.types.is_empty() {
        statement = statement.push_in(" and i.resource_type in ", filter.types.iter().map(String::as_str));
    }
    statement = statement.push_if(" and i.platform = ", filter.platform.map(model::resource_types::Platform::code));
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        statement = statement.push_bind(" and i.name_key like ", contains(text)).push(" escape '\\'");
    }
    match filter.missing {
        Some(true) => statement.push(" and i.last_seen_at < c.complete_from"),
        Some(false) => statement.push(" and coalesce(i.last_seen_at >= c.complete_from, true)"),
        None => statement,
    }
}

/// Id (36 characters), then the name's key.
fn key(row: &ItemRow) -> String {
    format!("{}{}", row.id, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(InventoryItemId, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl Inventory<'_> {
    /// A page of items by name.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(
        &self,
        scope: &TenantScope,
        filter: &InventoryFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<InventoryItem>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = conditions(scope, filter);
        if let Some((_, (id, name))) = at {
            statement = statement
                .push_bind(if back { " and (i.name_key, i.id) < (" } else { " and (i.name_key, i.id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by i.name_key desc, i.id desc" } else { " order by i.name_key, i.id" };
        let statement = statement.push(order).push_bind(" limit ", rows + 1);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<ItemRow> = db.all(statement).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(InventoryItem::from))
    }
}
