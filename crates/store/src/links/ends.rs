//! What stands at the ends of links: names and presence, from the inventory and the directory cache.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::object_id;
use model::ids::{InventoryItemId, TenantId};
use model::links::{EndState, Kept, LinkEnd, kept, link_id};
use model::restore::Reference;
use uuid::Uuid;

use super::Links;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::sql::sql;

/// Ids per statement: named parameters are looked up one by one on SQLite, so longer statements are slower there.
const CHUNK: usize = 40;

/// What is known of objects that are referred to: one statement for groups, one for roles and one for items, for each portion of ids.
pub(super) async fn ends(
    db: &mut Reader,
    tenant: TenantId,
    to: impl IntoIterator<Item = Reference>,
) -> Result<BTreeMap<Reference, LinkEnd>> {
    let to: BTreeSet<Reference> = to.into_iter().collect();
    let groups = named(db, tenant, Table::Groups, to.iter().filter(|to| to.resource_type == "group")).await?;
    let roles = named(db, tenant, Table::Roles, to.iter().filter(|to| to.resource_type == "directory_role")).await?;
    let kept_here = to.iter().filter_map(|to| match kept(&to.resource_type) {
        Kept::Inventory { types, .. } => Some((to, types)),
        Kept::Groups | Kept::No => None,
    });
    let items = items(db, tenant, &kept_here.collect::<Vec<_>>()).await?;
    Ok(to
        .into_iter()
        .map(|to| {
            let end = items.get(&to).cloned().unwrap_or_else(|| {
                let found = groups.get(&object_id(&to.id)).filter(|_| to.resource_type == "group");
                let found = found.or_else(|| roles.get(&object_id(&to.id)).filter(|_| to.resource_type == "directory_role"));
                let state = match (found, kept(&to.resource_type)) {
                    (Some((_, false)), _) => EndState::Present,
                    (Some((_, true)), _) => EndState::Gone,
                    (None, Kept::No) => EndState::NotKept,
                    (None, _) => EndState::Unresolved,
                };
                let name = found.map(|(name, _)| name.clone());
                LinkEnd { state, name, item: None, resource_type: to.resource_type.clone(), to: to.clone() }
            });
            (to, end)
        })
        .collect())
}

#[derive(Clone, Copy)]
enum Table {
    Groups,
    Roles,
}

/// Names in the directory cache by id in lower case, and whether each is gone.
async fn named(
    db: &mut Reader,
    tenant: TenantId,
    table: Table,
    to: impl Iterator<Item = &Reference>,
) -> Result<BTreeMap<String, (String, bool)>> {
    const GROUPS: &str = "select object_id, name, deleted_at from directory_groups where tenant_id = $1";
    const ROLES: &str = "select object_id, name, deleted_at from directory_role_definitions where tenant_id = $1";
    let ids: Vec<String> = to.map(|to| object_id(&to.id)).collect();
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let text = if matches!(table, Table::Groups) { GROUPS } else { ROLES };
        let rows: Vec<(String, String, Option<DbTime>)> =
            db.all(sql(text).bind(tenant).push_in(" and object_id in ", chunk.iter().map(String::as_str))).await?;
        found.extend(rows.into_iter().map(|(id, name, gone)| (id, (name, gone.is_some()))));
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    absent: bool,
}

/// Items that are referred to. Of two that have the id, in types of one collection, the one that is there.
async fn items(
    db: &mut Reader,
    tenant: TenantId,
    to: &[(&Reference, Vec<&'static str>)],
) -> Result<BTreeMap<Reference, LinkEnd>> {
    let mut found: BTreeMap<Reference, LinkEnd> = BTreeMap::new();
    for chunk in to.chunks(CHUNK) {
        let types: BTreeSet<&str> = chunk.iter().flat_map(|(_, types)| types.iter().copied()).collect();
        let find = sql("select id, resource_type, object_id, name, absent from inventory_items where tenant_id = $1")
            .bind(tenant)
            .push_in(" and resource_type in ", types)
            .push_in(" and object_id in ", chunk.iter().map(|(to, _)| to.id.as_str()));
        let rows: Vec<ItemRow> = db.all(find).await?;
        for (to, types) in chunk {
            let of = |row: &&ItemRow| row.object_id == to.id && types.contains(&row.resource_type.as_str());
            let Some(row) = rows.iter().filter(of).min_by_key(|row| row.absent) else { continue };
            found.insert((*to).clone(), end(row, (*to).clone()));
        }
    }
    Ok(found)
}

fn end(row: &ItemRow, to: Reference) -> LinkEnd {
    LinkEnd {
        to,
        state: if row.absent { EndState::Gone } else { EndState::Present },
        name: Some(row.name.clone()),
        item: Some(InventoryItemId::from_uuid(row.id)),
        resource_type: row.resource_type.clone(),
    }
}

/// The item itself as an end; `None` when the tenant has none of that id.
pub(super) async fn itself(db: &mut Reader, tenant: TenantId, item: InventoryItemId) -> Result<Option<LinkEnd>> {
    const FIND: &str = "select id, resource_type, object_id, name, absent from inventory_items where tenant_id = $1 and id = $2";
    let row: Option<ItemRow> = db.optional(sql(FIND).bind(tenant).bind(item)).await?;
    Ok(row.map(|row| end(&row, Reference::new(row.resource_type.clone(), row.object_id.clone()))))
}

impl Links<'_> {
    /// An item of the tenant, as what links lead to.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such item.
    pub async fn item(&self, scope: &TenantScope, item: InventoryItemId) -> Result<LinkEnd> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let end = itself(&mut db, scope.tenant_id(), item).await?;
        db.end().await?;
        end.ok_or(StoreError::NotVisible)
    }

    /// What is known of an object that is named by its type and Microsoft's id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn object(&self, scope: &TenantScope, object: &Reference) -> Result<LinkEnd> {
        let object = Reference::new(object.resource_type.as_str(), link_id(&object.id));
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let ends = ends(&mut db, scope.tenant_id(), [object.clone()]).await?;
        db.end().await?;
        ends.get(&object).cloned().ok_or(StoreError::NotVisible)
    }
}
