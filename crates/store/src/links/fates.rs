//! What became of references that led nowhere, and of objects that nobody used.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::InventoryItemId;
use model::links::{EndState, Fate, form, names_of};
use model::restore::Reference;
use uuid::Uuid;

use super::Links;
use super::ends::ends;
use super::orphans::holds_for_everybody;
use crate::access::RunScope;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// An item as it is now.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    resource_type: String,
    object_id: String,
    absent: bool,
    assigned: bool,
    known: bool,
}

impl Links<'_> {
    /// What became of each of these: the reference of an item, or with none, the item that nobody used. Only what shows that something was
    /// mended counts: where nothing does, it is [`Fate::Unknown`].
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn fates(&self, run: &RunScope, of: &[(InventoryItemId, Option<Reference>)]) -> Result<Vec<Fate>> {
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let mut fates = Vec::with_capacity(of.len());
        for chunk in of.chunks(CHUNK) {
            fates.extend(some(&mut db, run, chunk).await?);
        }
        db.end().await?;
        Ok(fates)
    }
}

async fn some(db: &mut Reader, run: &RunScope, of: &[(InventoryItemId, Option<Reference>)]) -> Result<Vec<Fate>> {
    const ITEMS: &str =
        "select id, resource_type, object_id, absent, coalesce(assignment_count, 0) > 0 as assigned, links_form = $2 as known
      from inventory_items where tenant_id = $1";
    const LINKS: &str = "select item_id, to_type, to_id from object_links where tenant_id = $1";
    let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run without a tenant"))?;
    let ids = || of.iter().map(|(item, _)| *item);
    let rows: Vec<Row> = db.all(sql(ITEMS).bind(tenant).bind(form()).push_in(" and id in ", ids())).await?;
    let items: BTreeMap<Uuid, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let links: Vec<(Uuid, String, String)> = db.all(sql(LINKS).bind(tenant).push_in(" and item_id in ", ids())).await?;
    let links: BTreeSet<(Uuid, String, String)> = links.into_iter().collect();
    let there = ends(db, tenant, of.iter().filter_map(|(_, to)| to.clone())).await?;
    let mut fates = Vec::with_capacity(of.len());
    for (item, to) in of {
        fates.push(match (items.get(&item.uuid()), to) {
            (None, _) => Fate::Gone,
            (Some(row), _) if row.absent => Fate::Gone,
            (Some(row), Some(to)) => {
                let refers = !row.known || links.contains(&(row.id, to.resource_type.clone(), to.id.clone()));
                let is_there = there.get(to).is_some_and(|end| end.state == EndState::Present);
                if is_there || !refers { Fate::Mended } else { Fate::Unknown }
            }
            // An earlier version told it of what holds for everybody.
            (Some(row), None) if holds_for_everybody(&row.resource_type, &row.object_id) => Fate::Mended,
            (Some(row), None) if row.assigned || used(db, run, row).await? => Fate::Mended,
            (Some(_), None) => Fate::Unknown,
        });
    }
    Ok(fates)
}

/// Whether something refers to it.
async fn used(db: &mut Reader, run: &RunScope, row: &Row) -> Result<bool> {
    const USED: &str = "select 1 from object_links where tenant_id = $1 and to_id = $2";
    let names = names_of(&row.resource_type);
    if names.is_empty() {
        return Ok(false);
    }
    let used = sql(USED).bind(run.tenant_id()).bind(row.object_id.as_str()).push_in(" and to_type in ", names);
    Ok(db.optional::<(i32,)>(used.push(" limit 1")).await?.is_some())
}
