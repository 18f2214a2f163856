//! What is here already, and what older rows may be.

use std::collections::{HashMap, HashSet};

use model::access::Role;
use model::canonical::Parts;
use model::time::Moment;
use uuid::Uuid;

use super::known::{Known, KnownItem, Latest, Place};
use crate::bind::DbTime;
use crate::db::{Db, Reader, Result};
use crate::reach::Reach;
use crate::sql::sql;

/// What is known before the first row is read.
pub(super) async fn known(db: &Db, source: &str, now: Moment) -> Result<Known> {
    let mut reader = db.read(&Reach::system()).await?;
    let db = &mut reader;
    let mut known = Known {
        source: source.to_owned(),
        now,
        by_email: pairs(db, "select email, id from users").await?.into_iter().collect(),
        entra: ids(db, "select entra_tenant_id from tenants").await?,
        connected: ids(db, "select tenant_id from provider_connections").await?,
        owned: owned(db).await?,
        members: both(db, MEMBERS).await?,
        occurrences: fires(db, source).await?,
        local: local(db, source).await?,
        in_sets: both(db, "select set_id, item_id from backup_set_items").await?,
        missing_in_sets: missing(db).await?,
        roles: roles(db).await?,
        ..Known::new(now)
    };
    items(db, source, &mut known).await?;
    reader.end().await?;
    Ok(known)
}

async fn ids(db: &mut Reader, query: &'static str) -> Result<HashSet<Uuid>> {
    let rows: Vec<(Uuid,)> = db.all(sql(query)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn owned(db: &mut Reader) -> Result<HashSet<Uuid>> {
    let rows: Vec<(Uuid,)> =
        db.all(sql("select workspace_id from workspace_members where role = $1").bind(Role::Owner.code())).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn pairs(db: &mut Reader, query: &'static str) -> Result<HashMap<String, Uuid>> {
    let rows: Vec<(String, Uuid)> = db.all(sql(query)).await?;
    Ok(rows.into_iter().collect())
}

const MEMBERS: &str =
    "select workspace_id, user_id from workspace_members union all select tenant_id, user_id from tenant_members";

async fn both(db: &mut Reader, query: &'static str) -> Result<HashSet<(Uuid, Uuid)>> {
    let rows: Vec<(Uuid, Uuid)> = db.all(sql(query)).await?;
    Ok(rows.into_iter().collect())
}

async fn missing(db: &mut Reader) -> Result<HashSet<(Uuid, String, String)>> {
    let rows: Vec<(Uuid, String, String)> =
        db.all(sql("select set_id, resource_type, object_id from backup_set_missing")).await?;
    Ok(rows.into_iter().collect())
}

async fn roles(db: &mut Reader) -> Result<HashSet<(Uuid, String)>> {
    let rows: Vec<(Uuid, String)> = db.all(sql("select tenant_id, object_id from directory_role_definitions")).await?;
    Ok(rows.into_iter().collect())
}

/// An item of a tenant that was adopted from that source: where it is, what it is, whether it was read here, its latest version.
#[derive(sqlx::FromRow)]
struct ItemRow {
    id: Uuid,
    workspace_id: Uuid,
    tenant_id: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    latest_version: i64,
    observed: bool,
    version_id: Option<Uuid>,
    semantic_hash: Option<String>,
    body_hash: Option<String>,
    assignments_hash: Option<String>,
    scope_tags_hash: Option<String>,
}

async fn items(db: &mut Reader, source: &str, known: &mut Known) -> Result<()> {
    const ITEMS: &str = "select i.id, i.workspace_id, i.tenant_id, i.resource_type, i.object_id, i.name, i.latest_version,
        i.observed_at is not null as observed, v.id as version_id, v.semantic_hash, v.body_hash, v.assignments_hash, v.scope_tags_hash
      from inventory_items i join adopted_records a on a.new_id = i.tenant_id and a.kind = 'tenants' and a.source = $1
      left join policy_versions v on v.item_id = i.id and v.number = i.latest_version";
    let rows: Vec<ItemRow> = db.all(sql(ITEMS).bind(source)).await?;
    for row in rows {
        let parts = row.body_hash.zip(row.assignments_hash).zip(row.scope_tags_hash);
        let parts = parts.map(|((body, assignments), scope_tags)| Parts { body, assignments, scope_tags });
        let latest = row.version_id.zip(row.semantic_hash).zip(parts);
        let item = KnownItem {
            id: row.id,
            place: Place { workspace: row.workspace_id, tenant: row.tenant_id },
            resource_type: row.resource_type.clone(),
            name: row.name,
            observed: row.observed,
            version: row.latest_version,
            latest: latest.map(|((id, semantic), parts)| Latest { id, semantic, parts }),
        };
        known.objects.insert((row.tenant_id, row.resource_type, row.object_id), row.id);
        known.items.insert(row.id, item);
    }
    Ok(())
}

/// Fires of schedules that were adopted from that source.
const FIRES: &str = " from schedule_fires f join adopted_records a on a.new_id = f.schedule_id
  where a.kind = 'backup_schedules' and a.source = $1";

async fn fires(db: &mut Reader, source: &str) -> Result<HashSet<(Uuid, i64)>> {
    let rows: Vec<(Uuid, DbTime)> = db.all(sql("select f.schedule_id, f.scheduled_for").push(FIRES).bind(source)).await?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.0.micros())).collect())
}

async fn local(db: &mut Reader, source: &str) -> Result<HashSet<(Uuid, String)>> {
    let rows: Vec<(Uuid, String)> = db.all(sql("select f.schedule_id, f.local_occurrence").push(FIRES).bind(source)).await?;
    Ok(rows.into_iter().collect())
}
