//! What an item uses.

use model::ids::InventoryItemId;
use model::links::{LinkKind, LinkUse};
use model::page::{Cursor, Direction, Page};
use model::restore::Reference;

use super::Links;
use super::ends::ends;
use crate::access::TenantScope;
use crate::db::Result;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) number: i64,
    pub(super) kind: String,
    pub(super) to_type: String,
    pub(super) to_id: String,
    pub(super) pointer: String,
}

impl Links<'_> {
    /// What an item refers to, in the order of its content. Nothing where the item is gone, or not the tenant's.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn uses(
        &self,
        scope: &TenantScope,
        item: InventoryItemId,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<LinkUse>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<i64>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut list = sql("select number, kind, to_type, to_id, pointer from object_links")
            .push_bind(" where item_id = ", item)
            .push_bind(" and tenant_id = ", scope.tenant_id());
        if let Some((_, number)) = at {
            list = list.push_bind(if back { " and number < " } else { " and number > " }, number);
        }
        let list = list.push(if back { " order by number desc" } else { " order by number" });
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(list.push_bind(" limit ", rows + 1)).await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row| row.number.to_string());
        let to = page.rows.iter().map(|row| Reference::new(row.to_type.as_str(), row.to_id.as_str()));
        let ends = ends(&mut db, scope.tenant_id(), to).await?;
        db.end().await?;
        let Page { rows, next, previous } = page;
        let shown = rows.into_iter().filter_map(|row| {
            let end = ends.get(&Reference::new(row.to_type, row.to_id))?.clone();
            Some(LinkUse { kind: LinkKind::from_code(&row.kind), end, pointer: row.pointer })
        });
        Ok(Page { rows: shown.collect(), next, previous })
    }
}
