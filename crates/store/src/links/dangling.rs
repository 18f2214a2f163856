//! References that lead nowhere.

use model::ids::{InventoryItemId, TenantId};
use model::links::{Dangling, EndState, Kept, LinkKind, kept};
use model::page::{Cursor, Direction, Page};
use model::restore::Reference;
use model::time::Moment;
use uuid::Uuid;

use super::Links;
use super::ends::ends;
use super::told::{Reads, names};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::sql::{Sql, sql};

#[derive(sqlx::FromRow)]
struct Row {
    item_id: Uuid,
    number: i64,
    name: String,
    resource_type: String,
    object_id: String,
    changed_at: DbTime,
    known_at: DbTime,
    kind: String,
    pointer: String,
    to_type: String,
    to_id: String,
}

/// Item (36 characters), number, kind of what is referred to, and its id, which may hold anything.
fn key(row: &Row) -> String {
    format!("{}{}\n{}\n{}", row.item_id, row.number, row.to_type, row.to_id)
}

fn read_key(cursor: &Cursor) -> Option<(InventoryItemId, i64, &str, &str)> {
    let (item, rest) = cursor.key.split_at_checked(36)?;
    let mut parts = rest.splitn(3, '\n');
    let (number, to_type, to_id) = (parts.next()?, parts.next()?, parts.next()?);
    Some((item.parse().ok()?, number.parse().ok()?, to_type, to_id))
}

impl Links<'_> {
    /// References of the tenant to what does not exist, by what they refer to; only where all that exists of it was read.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn dangling(&self, scope: &TenantScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Dangling>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let page = dangling(&mut db, scope.tenant_id(), cursor, rows).await?;
        db.end().await?;
        Ok(page)
    }

    /// The same for a run of the tenant.
    ///
    /// # Errors
    /// As [`Links::dangling`].
    pub async fn dangling_in(&self, run: &RunScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Dangling>> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run without a tenant"))?;
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let page = dangling(&mut db, tenant, cursor, rows).await?;
        db.end().await?;
        Ok(page)
    }
}

/// A name under which links lead somewhere, the types of the inventory among which it is (none for groups), and since when they are known.
pub(super) type Target = (String, Vec<&'static str>, Moment);

async fn dangling(db: &mut Reader, tenant: TenantId, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Dangling>> {
    let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
    let back = matches!(at, Some((Direction::Backward, _)));
    let reads = Reads::of(db, tenant).await?;
    let mut targets: Vec<Target> = Vec::new();
    for name in names(db, tenant).await? {
        let types = match kept(&name) {
            Kept::Inventory { types, .. } => types,
            Kept::Groups | Kept::No => Vec::new(),
        };
        if let Ok(since) = reads.target(&name) {
            targets.push((name, types, since));
        }
    }
    if targets.is_empty() {
        return Ok(Page { rows: Vec::new(), next: None, previous: None });
    }
    let mut list = nowhere(tenant, &targets);
    if let Some((_, (item, number, to_type, to_id))) = at {
        let than = if back {
            " and (l.to_type, l.to_id, l.item_id, l.number) < ("
        } else {
            " and (l.to_type, l.to_id, l.item_id, l.number) > ("
        };
        list = list.push_bind(than, to_type).push_bind(", ", to_id).push_bind(", ", item).push_bind(", ", number).push(")");
    }
    let list = list.push(if back {
        " order by l.to_type desc, l.to_id desc, l.item_id desc, l.number desc"
    } else {
        " order by l.to_type, l.to_id, l.item_id, l.number"
    });
    let found: Vec<Row> = db.all(list.push_bind(" limit ", rows + 1)).await?;
    let page = crate::runs::page(found, rows, at.is_some(), back, key);
    let to = page.rows.iter().map(|row| Reference::new(row.to_type.as_str(), row.to_id.as_str()));
    let ends = ends(db, tenant, to).await?;
    let Page { rows, next, previous } = page;
    let told = rows.into_iter().filter_map(|row| {
        let since = targets.iter().find(|(name, ..)| *name == row.to_type).map(|(.., since)| *since)?;
        let mut end = ends.get(&Reference::new(row.to_type, row.to_id))?.clone();
        if end.state == EndState::NotKept {
            end.state = EndState::Unresolved;
        }
        Some(Dangling {
            item: InventoryItemId::from_uuid(row.item_id),
            name: row.name,
            resource_type: row.resource_type,
            object_id: row.object_id,
            kind: LinkKind::from_code(&row.kind),
            pointer: row.pointer,
            end,
            confirmed: since >= row.changed_at.0,
            as_of: since.min(row.known_at.0),
        })
    });
    Ok(Page { rows: told.collect(), next, previous })
}

/// The links of a tenant to what is in none of these places. Each object that is referred to is looked for once, however many refer to it.
pub(super) fn nowhere(tenant: TenantId, targets: &[Target]) -> Sql {
    let mut text = sql("with known (to_type, resource_type) as (values ");
    let pairs = targets.iter().flat_map(|(name, types, _)| types.iter().map(move |kind| (name.as_str(), *kind)));
    // The directory's groups are in no type of the inventory: a pair that nothing has keeps the list from being empty.
    for (i, (name, kind)) in std::iter::once(("", "")).chain(pairs).enumerate() {
        text = text.push_bind(if i == 0 { "(" } else { ", (" }, name).push_bind(", ", kind).push(")");
    }
    text.push_bind("), targets as materialized (select distinct to_type, to_id from object_links where tenant_id = ", tenant)
        .push_in(" and to_type in ", targets.iter().map(|(name, ..)| name.as_str()))
        .push_bind(
            "), nowhere as materialized (select to_type, to_id from targets t where not exists (
            select 1 from known k join inventory_items i on i.resource_type = k.resource_type
            where k.to_type = t.to_type and i.object_id = t.to_id and not i.absent and i.tenant_id = ",
            tenant,
        )
        .push_bind(
            ") and not (t.to_type = 'group' and exists (select 1 from directory_groups g
            where g.object_id = t.to_id and g.deleted_at is null and g.tenant_id = ",
            tenant,
        )
        .push_bind(
            ")))
          select l.item_id, l.number, i.name, i.resource_type, i.object_id, i.changed_at, coalesce(i.observed_at, i.changed_at) as known_at,
            l.kind, l.pointer, l.to_type, l.to_id
          from nowhere n join object_links l on l.to_type = n.to_type and l.to_id = n.to_id
          join inventory_items i on i.id = l.item_id where l.tenant_id = ",
            tenant,
        )
}
