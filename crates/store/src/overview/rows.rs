//! How the tenants on a page stand.

use std::collections::BTreeMap;

use model::backup::Selection;
use model::finding::Severity;
use model::ids::{BackupSetId, DrillId, EntraTenantId, TenantGroupId, TenantId};
use model::overview::TenantStanding;
use model::tenant::{Environment, Tenant, TenantStatus};
use model::time::Moment;
use uuid::Uuid;

use super::connections::health;
use super::facts::{self, HEALTH};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::inventory::{items, synced_at};
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    domain: String,
    entra_tenant_id: Uuid,
    environment: String,
    status: String,
    synced_at: Option<DbTime>,
    items: Option<i64>,
    missing: i64,
    backup_id: Option<Uuid>,
    drill_id: Option<Uuid>,
    checked: bool,
    health: i64,
    credential_expires_at: Option<DbTime>,
    bad_runs: i64,
}

const SELECT: &str = "select t.id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    (select x.id from restore_drills x where x.tenant_id = t.id order by x.drilled_at desc, x.id desc limit 1) as drill_id,
    exists (select 1 from drift_readings r where r.tenant_id = t.id) as checked,
    c.credential_expires_at, ";

/// Of all items only those are read that can be missing.
const MISSING: &str = "(select count(*) from inventory_items i join inventory_coverage v on v.tenant_id = i.tenant_id
    and v.resource_type = i.resource_type where i.tenant_id = t.id and (i.absent or i.latest_version = 0)
    and i.last_seen_at < v.complete_from) as missing, ";

/// The latest backup. Like the latest drill it is read by its id afterwards: joined, PostgreSQL reads every backup there is.
const BACKUP: &str = ", (select x.id from backup_sets x where x.tenant_id = t.id and x.status = 'complete'
    and x.origin is null and x.holds = ";

/// How these tenants stand, in the order of their ids in `ids`. Those to which the person is not entitled are left out.
pub(super) async fn of(
    db: &mut Reader,
    scope: &WorkspaceScope,
    ids: &[TenantId],
    sees_findings: bool,
    now: Moment,
) -> Result<Vec<TenantStanding>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let statement =
        items(synced_at(sql(SELECT)).push(" as synced_at, ")).push(" as items, ").push(MISSING).push(HEALTH).push(" as health, ");
    let statement = facts::bad_runs(statement, now)
        .push(" as bad_runs")
        .push_bind(BACKUP, Selection::All.words())
        .push(" order by x.completed_at desc, x.id desc limit 1) as backup_id")
        .push(facts::FROM)
        .push_bind(" where t.workspace_id = ", scope.workspace_id())
        .push_in(" and t.id in ", ids.iter().copied());
    let rows: Vec<Row> = db.all(statement).await?;
    let backups = backups(db, rows.iter().filter_map(|row| row.backup_id)).await?;
    let drills = drills(db, rows.iter().filter_map(|row| row.drill_id)).await?;
    let mut rows: BTreeMap<TenantId, Row> = rows.into_iter().map(|row| (TenantId::from_uuid(row.id), row)).collect();
    let mut findings = if sees_findings { open_findings(db, ids).await? } else { BTreeMap::new() };
    let mut tags = tags(db, ids).await?;
    let mut groups = groups(db, ids).await?;
    let standing = |id: &TenantId| {
        let (row, role) = (rows.remove(id)?, scope.role_in(*id)?);
        let tenant = Tenant {
            id: *id,
            workspace_id: scope.workspace_id(),
            name: row.name,
            domain: row.domain,
            entra_tenant_id: EntraTenantId::from_uuid(row.entra_tenant_id),
            environment: Environment::from_code(&row.environment),
            status: TenantStatus::from_code(&row.status),
            role,
        };
        Some(TenantStanding {
            tenant,
            tags: tags.remove(id).unwrap_or_default(),
            groups: groups.remove(id).unwrap_or_default(),
            synced_at: row.synced_at.map(|at| at.0),
            items: row.items,
            missing: row.missing,
            backup: row.backup_id.and_then(|id| backups.get(&id).map(|at| (BackupSetId::from_uuid(id), *at))),
            readiness: row.drill_id.and_then(|id| drills.get(&id).map(|(score, at)| (DrillId::from_uuid(id), *score, *at))),
            findings: (row.checked && sees_findings).then(|| findings.remove(id).unwrap_or_default()),
            connection: health(row.health),
            expires_at: row.credential_expires_at.map(|at| at.0),
            runs: row.bad_runs,
        })
    };
    Ok(ids.iter().filter_map(standing).collect())
}

/// When backups were sealed.
async fn backups(db: &mut Reader, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Moment>> {
    let rows: Vec<(Uuid, DbTime)> = db.all(sql("").push_in("select id, completed_at from backup_sets where id in ", ids)).await?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.0)).collect())
}

/// How much came back in drills, and when they were.
async fn drills(db: &mut Reader, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, (i64, Moment)>> {
    let find = sql("").push_in("select id, score, drilled_at from restore_drills where id in ", ids);
    let rows: Vec<(Uuid, i64, DbTime)> = db.all(find).await?;
    Ok(rows.into_iter().map(|(id, score, at)| (id, (score, at.0))).collect())
}

async fn open_findings(db: &mut Reader, ids: &[TenantId]) -> Result<BTreeMap<TenantId, [i64; 4]>> {
    const OPEN: &str = "select tenant_id, severity, count(*) from findings where state in ('new', 'triaged', 'in_progress')";
    let statement = sql(OPEN).push_in(" and tenant_id in ", ids.iter().copied()).push(" group by tenant_id, severity");
    let mut found: BTreeMap<TenantId, [i64; 4]> = BTreeMap::new();
    for (tenant, severity, count) in db.all::<(Uuid, String, i64)>(statement).await? {
        if let Some(at) = Severity::ALL.iter().position(|one| one.code() == severity) {
            found.entry(TenantId::from_uuid(tenant)).or_default()[at] += count;
        }
    }
    Ok(found)
}

async fn tags(db: &mut Reader, ids: &[TenantId]) -> Result<BTreeMap<TenantId, Vec<String>>> {
    let statement = sql("select tenant_id, tag from tenant_tags").push_in(" where tenant_id in ", ids.iter().copied());
    let mut found: BTreeMap<TenantId, Vec<String>> = BTreeMap::new();
    for (tenant, tag) in db.all::<(Uuid, String)>(statement.push(" order by tenant_id, tag_key")).await? {
        found.entry(TenantId::from_uuid(tenant)).or_default().push(tag);
    }
    Ok(found)
}

async fn groups(db: &mut Reader, ids: &[TenantId]) -> Result<BTreeMap<TenantId, Vec<(TenantGroupId, String)>>> {
    const GROUPS: &str = "select m.tenant_id, g.id, g.name from tenant_group_members m join tenant_groups g on g.id = m.group_id";
    let statement = sql(GROUPS).push_in(" where m.tenant_id in ", ids.iter().copied()).push(" order by m.tenant_id, g.name_key");
    let mut found: BTreeMap<TenantId, Vec<(TenantGroupId, String)>> = BTreeMap::new();
    for (tenant, group, name) in db.all::<(Uuid, Uuid, String)>(statement).await? {
        found.entry(TenantId::from_uuid(tenant)).or_default().push((TenantGroupId::from_uuid(group), name));
    }
    Ok(found)
}
