//! What uses an object: also one that is not kept here, or no longer there.

use std::collections::BTreeMap;

use model::ids::{InventoryItemId, TenantId};
use model::links::{LinkEnd, LinkKind, LinkUser, link_id, names_of};
use model::page::{Cursor, Direction, Page};
use model::restore::Reference;
use uuid::Uuid;

use super::Links;
use super::ends::ends;
use crate::access::TenantScope;
use crate::db::{Reader, Result};
use crate::sql::{Sql, sql};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    name_key: String,
    resource_type: String,
    number: i64,
    kind: String,
    pointer: String,
    assignment: Option<i64>,
}

/// Item (36 characters), the number of the link, and the name's key.
fn key(row: &Row) -> String {
    format!("{}{}\n{}", row.id, row.number, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(InventoryItemId, i64, &str)> {
    let (id, rest) = cursor.key.split_at_checked(36)?;
    let (number, name) = rest.split_once('\n')?;
    Some((id.parse().ok()?, number.parse().ok()?, name))
}

/// The filter of an assignment, by item and index.
type Filters = BTreeMap<(Uuid, i64), (LinkKind, Reference)>;

impl Links<'_> {
    /// The items that refer to an object, by name, with the filter of the assignment where it is one. An item that refers to it in several
    /// places is there once for each.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn used_by(
        &self,
        scope: &TenantScope,
        object: &Reference,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<LinkUser>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut list = list(scope.tenant_id(), object);
        if let Some((_, (id, number, name))) = at {
            let than = if back { " and (i.name_key, i.id, l.number) < (" } else { " and (i.name_key, i.id, l.number) > (" };
            list = list.push_bind(than, name).push_bind(", ", id).push_bind(", ", number).push(")");
        }
        let order =
            if back { " order by i.name_key desc, i.id desc, l.number desc" } else { " order by i.name_key, i.id, l.number" };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(list.push(order).push_bind(" limit ", rows + 1)).await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, key);
        let filters = filters(&mut db, scope.tenant_id(), &page.rows).await?;
        let ends = ends(&mut db, scope.tenant_id(), filters.values().map(|(_, to)| to.clone())).await?;
        db.end().await?;
        Ok(page.map(|row| {
            let filter = row.assignment.and_then(|at| filters.get(&(row.id, at)));
            let filter: Option<(LinkKind, LinkEnd)> = filter.and_then(|(kind, to)| Some((*kind, ends.get(to)?.clone())));
            let kind = LinkKind::from_code(&row.kind);
            LinkUser {
                item: InventoryItemId::from_uuid(row.id),
                name: row.name,
                resource_type: row.resource_type,
                kind,
                pointer: row.pointer,
                // A filter that is itself what is used by the assignment needs no telling.
                filter: filter.filter(|_| !kind.is_filter()),
            }
        }))
    }
}

/// The links that lead to an object.
pub(super) fn list(tenant: TenantId, object: &Reference) -> Sql {
    let mut names = names_of(&object.resource_type);
    if !names.contains(&object.resource_type) {
        // What is not kept here is referred to all the same.
        names.push(object.resource_type.clone());
    }
    sql("select i.id, i.name, i.name_key, i.resource_type, l.number, l.kind, l.pointer, l.assignment
      from object_links l join inventory_items i on i.id = l.item_id")
    .push_bind(" where l.tenant_id = ", tenant)
    .push_in(" and l.to_type in ", names)
    .push_bind(" and l.to_id = ", link_id(&object.id))
}

/// The filters that the assignments of these rows have.
async fn filters(db: &mut Reader, tenant: TenantId, rows: &[Row]) -> Result<Filters> {
    let items: Vec<Uuid> = rows.iter().filter(|row| row.assignment.is_some()).map(|row| row.id).collect();
    let mut found = Filters::new();
    for chunk in items.chunks(40) {
        let find = sql("select item_id, assignment, kind, to_type, to_id from object_links where tenant_id = $1
          and to_type = 'assignment_filter' and assignment is not null")
        .bind(tenant)
        .push_in(" and item_id in ", chunk.iter().copied());
        let rows: Vec<(Uuid, i64, String, String, String)> = db.all(find).await?;
        let filter = |(item, at, kind, to, id): (Uuid, i64, String, String, String)| {
            ((item, at), (LinkKind::from_code(&kind), Reference::new(to, id)))
        };
        found.extend(rows.into_iter().map(filter));
    }
    Ok(found)
}
