//! Objects that nobody uses.

use model::ids::{InventoryItemId, TenantId};
use model::links::{Orphan, OrphanKind, names_of};
use model::page::{Cursor, Direction, Page};
use model::resource_types;
use model::time::Moment;
use uuid::Uuid;

use super::Links;
use super::told::{Reads, waiting};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::sql::{Sql, sql};

/// Types whose objects are in force, or of use, without an assignment.
const WITHOUT_ASSIGNMENT: [&str; 4] =
    ["scope_tag", "intune_branding_profile", "co_management_settings", "windows_hello_for_business"];
/// What stands in the id of the tenant's own default of an enrollment configuration (`<guid>_Default…`): every tenant has one of each.
const DEFAULT: &str = "_Default";
/// The scope tag that every object has which has no other.
const DEFAULT_TAG: &str = "0";

/// Whether an object holds for everybody as it is: nobody has to assign it, and nobody can remove it.
pub(super) fn holds_for_everybody(resource_type: &str, object_id: &str) -> bool {
    let assigned = resource_types::find(resource_type).is_some_and(|kind| kind.assignments.is_some());
    let tag = resource_type == "scope_tag" && object_id != DEFAULT_TAG;
    assigned && !tag && (WITHOUT_ASSIGNMENT.contains(&resource_type) || object_id.contains(DEFAULT))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    name_key: String,
    resource_type: String,
    object_id: String,
    first_seen_at: DbTime,
    known_at: DbTime,
}

/// Item (36 characters), then the name's key.
fn key(row: &Row) -> String {
    format!("{}{}", row.id, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(InventoryItemId, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl Links<'_> {
    /// Objects of the tenant that nobody uses in that way, by name; none where it cannot be told ([`Links::orphans_told`]).
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn orphans(
        &self,
        scope: &TenantScope,
        kind: OrphanKind,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Orphan>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let page = orphans(&mut db, scope.tenant_id(), kind, cursor, rows).await?;
        db.end().await?;
        Ok(page)
    }

    /// The same for a run of the tenant.
    ///
    /// # Errors
    /// As [`Links::orphans`].
    pub async fn orphans_in(&self, run: &RunScope, kind: OrphanKind, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Orphan>> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run without a tenant"))?;
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let page = orphans(&mut db, tenant, kind, cursor, rows).await?;
        db.end().await?;
        Ok(page)
    }
}

async fn orphans(
    db: &mut Reader,
    tenant: TenantId,
    kind: OrphanKind,
    cursor: Option<&Cursor>,
    rows: u32,
) -> Result<Page<Orphan>> {
    const NONE: Page<Orphan> = Page { rows: Vec::new(), next: None, previous: None };
    let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
    let back = matches!(at, Some((Direction::Backward, _)));
    // While it is not known of some items what they refer to, any object may be one of it.
    if kind == OrphanKind::Unknown || waiting(db, tenant).await? > 0 {
        return Ok(NONE);
    }
    let (mut list, since) = match kind.resource_type() {
        None => (unassigned(tenant), None),
        Some(name) => match Reads::of(db, tenant).await?.users(name) {
            Ok(since) => (unused(tenant, name), Some(since)),
            Err(_) => return Ok(NONE),
        },
    };
    if let Some((_, (id, name))) = at {
        let than = if back { " and (i.name_key, i.id) < (" } else { " and (i.name_key, i.id) > (" };
        list = list.push_bind(than, name).push_bind(", ", id).push(")");
    }
    let list = list.push(if back { " order by i.name_key desc, i.id desc" } else { " order by i.name_key, i.id" });
    let found: Vec<Row> = db.all(list.push_bind(" limit ", rows + 1)).await?;
    Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(|row| told(row, kind, since)))
}

fn told(row: Row, kind: OrphanKind, since: Option<Moment>) -> Orphan {
    Orphan {
        item: InventoryItemId::from_uuid(row.id),
        name: row.name,
        resource_type: row.resource_type,
        object_id: row.object_id,
        kind,
        confirmed: since.is_none_or(|since| since >= row.first_seen_at.0),
        as_of: since.map_or(row.known_at.0, |since| since.min(row.known_at.0)),
    }
}

const SELECT: &str =
    "select i.id, i.name, i.name_key, i.resource_type, i.object_id, i.first_seen_at, coalesce(i.observed_at, i.first_seen_at) as known_at
     from inventory_items i where i.tenant_id = ";

/// Present items with assignments to nobody, to which nothing refers: neither a policy set nor a policy that uses them.
pub(super) fn unassigned(tenant: TenantId) -> Sql {
    let kinds = resource_types::all().iter().filter(|kind| kind.in_inventory() && kind.assignments.is_some());
    let kinds: Vec<&str> = kinds.map(|kind| kind.key.as_str()).filter(|key| !WITHOUT_ASSIGNMENT.contains(key)).collect();
    let mut text = sql("with known (to_type, resource_type) as (values ");
    let pairs: Vec<(String, &str)> = kinds.iter().flat_map(|kind| names_of(kind).into_iter().map(|name| (name, *kind))).collect();
    for (i, (name, kind)) in pairs.into_iter().enumerate() {
        text = text.push_bind(if i == 0 { "(" } else { ", (" }, name).push_bind(", ", kind).push(")");
    }
    // The same is told by `holds_for_everybody` of one object.
    text.push(") ")
        .push_bind(SELECT, tenant)
        .push(" and i.assignment_count = 0 and not i.absent and i.object_id not like '%\\_Default%' escape '\\'")
        .push_in(" and i.resource_type in ", kinds)
        .push_bind(
            " and not exists (select 1 from known k join object_links l on l.to_type = k.to_type
            where k.resource_type = i.resource_type and l.to_id = i.object_id and l.tenant_id = ",
            tenant,
        )
        .push(")")
}

/// Present items of that type to which nothing refers.
pub(super) fn unused(tenant: TenantId, name: &'static str) -> Sql {
    sql(SELECT)
        .push_bind("", tenant)
        .push_bind(" and i.object_id <> ", DEFAULT_TAG)
        .push_bind(" and not i.absent and i.resource_type = ", name)
        .push_bind(" and not exists (select 1 from object_links l where l.to_id = i.object_id and l.to_type = ", name)
        .push_bind(" and l.tenant_id = ", tenant)
        .push(")")
}
