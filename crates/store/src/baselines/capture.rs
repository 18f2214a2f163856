//! Making a baseline out of what a tenant has, or a backup set.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::{MOST_ITEMS, VersionSource, VersionState};
use model::ids::{BackupSetId, BaselineId};
use uuid::Uuid;

use super::Baselines;
use crate::access::{Grant, Permit, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

/// From where.
#[derive(Debug, Clone, Copy)]
pub enum CaptureFrom<'a> {
    /// The newest complete inventory of a tenant.
    Tenant(&'a TenantScope),
    /// A backup set of a tenant.
    Set(&'a TenantScope, BackupSetId),
}

impl CaptureFrom<'_> {
    const fn scope(&self) -> &TenantScope {
        match self {
            Self::Tenant(scope) | Self::Set(scope, _) => scope,
        }
    }
}

/// What a new baseline is made of.
#[derive(Debug, Clone)]
pub struct Capture<'a> {
    /// What it is called ([`model::name::name`]).
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether objects of its types that it does not have are findings.
    pub extras: bool,
    /// From where.
    pub from: CaptureFrom<'a>,
    /// Only these types (keys); empty: all.
    pub types: Vec<String>,
}

const INTO: &str =
    "insert into baseline_items (baseline_id, number, resource_type, object_id, workspace_id, name, name_key, home_tenant_id,
    content_tenant_id, content_hash, semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored) select ";
const COLUMNS: &str =
    ", i.resource_type, i.object_id, v.workspace_id, v.name, i.name_key, v.tenant_id, v.tenant_id, v.content_hash,
    v.semantic_hash, v.body_hash, v.assignments_hash, v.scope_tags_hash, ";

impl Baselines<'_> {
    /// Makes a baseline with a first draft: of a tenant the objects of all types that its newest reading has completely; of a set what it
    /// holds.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a tenant of another workspace and for a set that the tenant does not have; [`StoreError::Conflict`]
    /// for a name that another baseline has, where there is nothing to capture, and where there is too much.
    pub async fn capture(&self, permit: &Permit<can::WorkspaceBaselinesManage>, capture: &Capture<'_>) -> Result<BaselineId> {
        const NAMED: &str = "select 1 from baselines where workspace_id = $1 and name_key = $2 and archived_at is null";
        const INSERT: &str =
            "insert into baselines (id, workspace_id, name, name_key, description, created_by, created_by_name, created_at,
            updated_at, revision) values ($1, $2, $3, $4, $5, $6, $7, $now, $now, 1) on conflict do nothing";
        const VERSION: &str =
            "insert into baseline_versions (baseline_id, number, workspace_id, state, extras, source, source_tenant_id,
            created_by, created_by_name, created_at) values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $now)";
        let (grant, scope, id) = (permit.grant(), capture.from.scope(), BaselineId::generate());
        if scope.workspace_id() != grant.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let (by, by_name) = author(grant);
        let mut tx = self.0.db().write(grant.reach()).await?;
        let insert = sql(INSERT)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(capture.name.as_str())
            .bind(name_key(&capture.name))
            .bind(capture.description.as_str())
            .bind(by)
            .bind(by_name);
        let taken: Option<(i32,)> = tx.optional(sql(NAMED).bind(grant.workspace_id()).bind(name_key(&capture.name))).await?;
        if taken.is_some() || tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict("another baseline has that name"));
        }
        let source = match capture.from {
            CaptureFrom::Tenant(_) => VersionSource::Tenant,
            CaptureFrom::Set(..) => VersionSource::BackupSet,
        };
        let version = sql(VERSION)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(VersionState::Draft.code())
            .bind(capture.extras)
            .bind(source.code())
            .bind(scope.tenant_id())
            .bind(by)
            .bind(by_name);
        tx.exec(version).await?;
        let items = match capture.from {
            CaptureFrom::Tenant(_) => of_tenant(&mut tx, id, capture).await?,
            CaptureFrom::Set(_, set) => of_set(&mut tx, id, set, capture).await?,
        };
        if items == 0 {
            return Err(StoreError::Conflict(
                "there is nothing to capture: no chosen type was read completely, or none has objects",
            ));
        }
        if items > MOST_ITEMS as u64 {
            return Err(StoreError::Conflict("a baseline has 20,000 objects at most; choose fewer types"));
        }
        let items = i64::try_from(items).unwrap_or(i64::MAX);
        let entry = AuditEntry::done(Action::BaselineCreate).on("baseline", id.uuid()).with("items", items);
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }
}

/// Who makes it.
pub(super) fn author(grant: &Grant) -> (Option<Uuid>, &str) {
    grant.user().map_or((None, "TenantAtlas"), |user| (Some(user.id.uuid()), user.name.as_str()))
}

async fn of_tenant(tx: &mut Tx, id: BaselineId, capture: &Capture<'_>) -> Result<u64> {
    const FROM: &str = " from inventory_items i join policy_versions v on v.item_id = i.id and v.number = i.latest_version
      join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type
      where v.content_hash is not null and c.complete_at is not null and c.state = 'complete' and i.tenant_id = ";
    let mut insert = sql(INTO)
        .push_bind("", id)
        .push_bind(", ", 1_i64)
        .push(COLUMNS)
        .push_bind("", serde_json::json!([]))
        .push_bind(FROM, capture.from.scope().tenant_id());
    if !capture.types.is_empty() {
        insert = insert.push_in(" and i.resource_type in ", capture.types.iter().map(String::as_str));
    }
    tx.exec(insert).await
}

async fn of_set(tx: &mut Tx, id: BaselineId, set: BackupSetId, capture: &Capture<'_>) -> Result<u64> {
    const FIND: &str = "select 1 from backup_sets where tenant_id = $1 and id = $2 and completed_at is not null";
    const HELD: &str =
        " from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
      where v.content_hash is not null and s.problem is null and s.set_id = ";
    const IMPORTED: &str =
        ", i.resource_type, i.object_id, i.workspace_id, i.name, i.name_key, null, null, i.content_hash, i.semantic_hash,
      null, null, null, ";
    const OBJECTS: &str = " from backup_set_objects i where not i.withheld and i.set_id = ";
    let tenant = capture.from.scope().tenant_id();
    let found: Option<(i32,)> = tx.optional(sql(FIND).bind(tenant).bind(set)).await?;
    found.ok_or(StoreError::NotVisible)?;
    let mut items = 0;
    for (columns, from) in [(COLUMNS, HELD), (IMPORTED, OBJECTS)] {
        let mut insert = sql(INTO)
            .push_bind("", id)
            .push_bind(", ", 1_i64)
            .push(columns)
            .push_bind("", serde_json::json!([]))
            .push_bind(from, set);
        if !capture.types.is_empty() {
            insert = insert.push_in(" and i.resource_type in ", capture.types.iter().map(String::as_str));
        }
        items += tx.exec(insert).await?;
    }
    Ok(items)
}
