//! An object and its neighbours, as far as they are drawn.

use std::collections::BTreeMap;

use model::ids::{InventoryItemId, TenantId};
use model::links::{Depth, LinkEnd, LinkGraph, LinkKind, Side, link_id, names_of};
use model::restore::Reference;
use uuid::Uuid;

use super::Links;
use super::ends::{ends, itself};
use crate::access::TenantScope;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::sql::sql;

/// Links that are read in each direction at each distance: several of them may lead to the same object.
const MOST: u32 = 300;

/// A link between two ends.
struct Found {
    from: LinkEnd,
    to: LinkEnd,
    kind: LinkKind,
}

impl Links<'_> {
    /// An item with what it uses and what uses it, at most [`LinkGraph::NEAR`] on each side, and at [`Depth::Two`] their neighbours, at
    /// most [`LinkGraph::FAR`] on each side. However many there are, it takes a dozen statements at most for each distance.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such item.
    pub async fn around(&self, scope: &TenantScope, item: InventoryItemId, depth: Depth) -> Result<LinkGraph> {
        let tenant = scope.tenant_id();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let middle = itself(&mut db, tenant, item).await?.ok_or(StoreError::NotVisible)?;
        let mut graph = LinkGraph::of(middle);
        grow(&mut db, tenant, &mut graph, 1).await?;
        if depth == Depth::Two {
            grow(&mut db, tenant, &mut graph, 2).await?;
        }
        db.end().await?;
        Ok(graph)
    }
}

/// Adds the neighbours of the objects that were added last.
async fn grow(db: &mut Reader, tenant: TenantId, graph: &mut LinkGraph, distance: u8) -> Result<()> {
    let last = graph.nodes.iter().filter(|node| node.distance + 1 == distance).map(|node| node.end.clone()).collect::<Vec<_>>();
    let (used, cut) = used(db, tenant, &last).await?;
    let (users, more) = users(db, tenant, &last).await?;
    graph.more |= cut || more;
    for Found { from, to, kind } in used {
        let Some(at) = graph.index_of(&from) else { continue };
        let side = beside(graph, at, Side::Used);
        if let Some(end) = graph.place(to, side, distance) {
            graph.link(at, end, kind);
        }
    }
    for Found { from, to, kind } in users {
        let Some(at) = graph.index_of(&to) else { continue };
        let side = beside(graph, at, Side::Users);
        if let Some(end) = graph.place(from, side, distance) {
            graph.link(end, at, kind);
        }
    }
    Ok(())
}

/// Neighbours of the object itself stand on the side that their link says, those of others on the side of these.
fn beside(graph: &LinkGraph, at: usize, of_middle: Side) -> Side {
    graph.nodes.get(at).map(|node| node.side).filter(|side| *side != Side::Middle).unwrap_or(of_middle)
}

/// What these objects use, and whether there is more.
async fn used(db: &mut Reader, tenant: TenantId, of: &[LinkEnd]) -> Result<(Vec<Found>, bool)> {
    let by_item: BTreeMap<Uuid, &LinkEnd> = of.iter().filter_map(|end| Some((end.item?.uuid(), end))).collect();
    let find = sql("select item_id, kind, to_type, to_id from object_links where tenant_id = $1")
        .bind(tenant)
        .push_in(" and item_id in ", by_item.keys().copied())
        .push_bind(" order by item_id, number limit ", MOST + 1);
    let rows: Vec<(Uuid, String, String, String)> = db.all(find).await?;
    let more = rows.len() > MOST as usize;
    let to = rows.iter().map(|(_, _, to, id)| Reference::new(to.as_str(), id.as_str()));
    let ends = ends(db, tenant, to).await?;
    let found = rows.into_iter().take(MOST as usize).filter_map(|(item, kind, to, id)| {
        let to = ends.get(&Reference::new(to, id))?.clone();
        Some(Found { from: (*by_item.get(&item)?).clone(), to, kind: LinkKind::from_code(&kind) })
    });
    Ok((found.collect(), more))
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    kind: String,
    to_type: String,
    to_id: String,
}

/// What uses these objects, and whether there is more.
async fn users(db: &mut Reader, tenant: TenantId, of: &[LinkEnd]) -> Result<(Vec<Found>, bool)> {
    let mut by_reference: BTreeMap<Reference, &LinkEnd> = BTreeMap::new();
    for end in of {
        let mut names = names_of(&end.resource_type);
        names.push(end.to.resource_type.clone());
        by_reference.extend(names.into_iter().map(|name| (Reference::new(name, link_id(&end.to.id)), end)));
    }
    let types: std::collections::BTreeSet<&str> = by_reference.keys().map(|to| to.resource_type.as_str()).collect();
    let ids: std::collections::BTreeSet<&str> = by_reference.keys().map(|to| to.id.as_str()).collect();
    let find = sql("select i.id, i.resource_type, i.object_id, i.name, l.kind, l.to_type, l.to_id
      from object_links l join inventory_items i on i.id = l.item_id where l.tenant_id = $1")
    .bind(tenant)
    .push_in(" and l.to_type in ", types)
    .push_in(" and l.to_id in ", ids)
    .push_bind(" order by i.name_key, i.id, l.number limit ", MOST + 1);
    let rows: Vec<UserRow> = db.all(find).await?;
    let more = rows.len() > MOST as usize;
    let found = rows.into_iter().take(MOST as usize).filter_map(|row| {
        let to = (*by_reference.get(&Reference::new(row.to_type, row.to_id))?).clone();
        let from = LinkEnd {
            to: Reference::new(row.resource_type.clone(), row.object_id),
            state: model::links::EndState::Present,
            name: Some(row.name),
            item: Some(InventoryItemId::from_uuid(row.id)),
            resource_type: row.resource_type,
        };
        Some(Found { from, to, kind: LinkKind::from_code(&row.kind) })
    });
    Ok((found.collect(), more))
}
