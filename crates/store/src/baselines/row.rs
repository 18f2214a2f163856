//! Rows of baselines.

use std::collections::BTreeSet;

use model::baseline::{Baseline, BaselineItem, BaselineVersion, ItemKey, VersionSource, VersionState};
use model::ids::{BaselineId, TenantId};
use uuid::Uuid;

use crate::access::Grant;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::{DbJson, tenant};
use crate::sql::{Sql, sql};

/// Of each baseline how many tenants are assigned that are among those; without any: all of its workspace.
pub(super) fn select(entitled: Option<&[TenantId]>) -> Sql {
    const HEAD: &str = "select b.id, b.name, b.name_key, b.description, b.active_number, d.number as draft_number,
        (select count(*) from baseline_items i where i.baseline_id = b.id and i.number = coalesce(b.active_number, d.number)) as items,
        (select count(*) from baseline_assignments a where a.baseline_id = b.id";
    const TAIL: &str =
        ") as tenants, b.follows_tenant_id, b.created_by_name, b.created_at, b.updated_at, b.archived_at, b.revision
      from baselines b left join baseline_versions d on d.baseline_id = b.id and d.state = 'draft'";
    let statement = match entitled {
        Some(tenants) => sql(HEAD).push_in(" and a.tenant_id in ", tenants.iter().copied()),
        None => sql(HEAD),
    };
    statement.push(TAIL)
}

#[derive(sqlx::FromRow)]
pub(super) struct BaselineRow {
    pub(super) id: Uuid,
    name: String,
    pub(super) name_key: String,
    description: String,
    active_number: Option<i64>,
    draft_number: Option<i64>,
    items: i64,
    tenants: i64,
    follows_tenant_id: Option<Uuid>,
    created_by_name: String,
    created_at: DbTime,
    updated_at: DbTime,
    archived_at: Option<DbTime>,
    revision: i64,
}

impl BaselineRow {
    /// As somebody sees it who is entitled to these tenants; `None`: to all.
    pub(super) fn seen_by(self, entitled: Option<&[TenantId]>) -> Baseline {
        let seen = |tenant: &TenantId| entitled.is_none_or(|tenants| tenants.contains(tenant));
        let all = Baseline::from(self);
        Baseline { golden: all.golden.filter(seen), ..all }
    }
}

impl From<BaselineRow> for Baseline {
    fn from(row: BaselineRow) -> Self {
        Self {
            id: BaselineId::from_uuid(row.id),
            name: row.name,
            description: row.description,
            active: row.active_number,
            draft: row.draft_number,
            items: row.items,
            tenants: row.tenants,
            follows: row.follows_tenant_id.is_some(),
            golden: tenant(row.follows_tenant_id),
            created_by: row.created_by_name,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            archived_at: row.archived_at.map(|at| at.0),
            revision: row.revision,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct VersionRow {
    number: i64,
    state: String,
    extras: bool,
    source: String,
    items: i64,
    created_by_name: String,
    created_at: DbTime,
    activated_at: Option<DbTime>,
}

impl From<VersionRow> for BaselineVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            number: row.number,
            state: VersionState::from_code(&row.state),
            extras: row.extras,
            source: VersionSource::from_code(&row.source),
            items: row.items,
            created_by: row.created_by_name,
            created_at: row.created_at.0,
            activated_at: row.activated_at.map(|at| at.0),
        }
    }
}

/// The columns of an [`ItemRow`].
pub(super) const ITEM: &str = "select i.resource_type, i.object_id, i.name, i.name_key, i.home_tenant_id, i.content_tenant_id,
    i.content_hash, i.semantic_hash, i.body_hash, i.ignored from baseline_items i";

#[derive(sqlx::FromRow)]
pub(super) struct ItemRow {
    pub(super) resource_type: String,
    pub(super) object_id: String,
    name: String,
    pub(super) name_key: String,
    home_tenant_id: Option<Uuid>,
    content_tenant_id: Option<Uuid>,
    content_hash: String,
    semantic_hash: String,
    body_hash: Option<String>,
    ignored: DbJson,
}

impl From<ItemRow> for BaselineItem {
    fn from(row: ItemRow) -> Self {
        Self {
            key: ItemKey { resource_type: row.resource_type, object_id: row.object_id },
            name: row.name,
            home: tenant(row.home_tenant_id),
            content_of: tenant(row.content_tenant_id),
            content_hash: row.content_hash,
            semantic_hash: row.semantic_hash,
            body_hash: row.body_hash,
            ignored: serde_json::from_value::<BTreeSet<String>>(row.ignored.0).unwrap_or_default(),
        }
    }
}

/// A baseline as it is when it is changed.
pub(super) struct Held {
    pub(super) active: Option<i64>,
    pub(super) draft: Option<i64>,
    pub(super) latest: i64,
    pub(super) follows: bool,
}

/// Holds a baseline of the workspace that somebody saw in that revision (`None`: whichever), and moves its revision on.
pub(super) async fn hold(tx: &mut Tx, grant: &Grant, id: BaselineId, revision: Option<i64>) -> Result<Held> {
    const HOLD: &str = "update baselines set revision = revision + 1, updated_at = $now where workspace_id = $1 and id = $2
      returning revision - 1, active_number, archived_at is not null, follows_tenant_id is not null";
    const NUMBERS: &str =
        "select max(number), max(case when state = 'draft' then number end) from baseline_versions where baseline_id = $1";
    let row: Option<(i64, Option<i64>, bool, bool)> = tx.optional(sql(HOLD).bind(grant.workspace_id()).bind(id)).await?;
    let (seen, active, archived, follows) = row.ok_or(StoreError::NotVisible)?;
    if revision.is_some_and(|revision| revision != seen) {
        return Err(StoreError::Conflict("the baseline was changed meanwhile; look at it again"));
    }
    if archived {
        return Err(StoreError::Conflict("the baseline is archived"));
    }
    let (latest, draft): (Option<i64>, Option<i64>) = tx.one(sql(NUMBERS).bind(id)).await?;
    Ok(Held { active, draft, latest: latest.unwrap_or(0), follows })
}
