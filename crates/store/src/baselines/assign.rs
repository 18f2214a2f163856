//! Which tenants are held against which baseline.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::Assignment;
use model::finding::{FindingState, HistoryEvent};
use model::ids::{BaselineId, FindingId, RunId, TenantGroupId, TenantId};
use uuid::Uuid;

use super::Baselines;
use super::capture::author;
use super::row::hold;
use crate::access::{Grant, Permit, TenantScope, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::findings::{Line, tell_in};
use crate::sql::sql;

/// Tenants that are assigned together, at most.
const MOST: usize = 1_000;

const SELECT: &str =
    "select a.tenant_id, a.baseline_id, b.name, a.pinned_number, coalesce(a.pinned_number, b.active_number) as version,
    a.group_id, a.assigned_by_name, a.assigned_at, a.compared_number, a.compared_at, a.operation_run_id
  from baseline_assignments a join baselines b on b.id = a.baseline_id";

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: Uuid,
    baseline_id: Uuid,
    name: String,
    pinned_number: Option<i64>,
    version: Option<i64>,
    group_id: Option<Uuid>,
    assigned_by_name: String,
    assigned_at: DbTime,
    compared_number: Option<i64>,
    compared_at: Option<DbTime>,
    operation_run_id: Option<Uuid>,
}

impl From<Row> for Assignment {
    fn from(row: Row) -> Self {
        Self {
            baseline: BaselineId::from_uuid(row.baseline_id),
            baseline_name: row.name,
            tenant: TenantId::from_uuid(row.tenant_id),
            pinned: row.pinned_number,
            version: row.version,
            group: row.group_id.map(TenantGroupId::from_uuid),
            assigned_by: row.assigned_by_name,
            assigned_at: row.assigned_at.0,
            compared: row.compared_number.zip(row.compared_at.map(|at| at.0)),
            run: row.operation_run_id.map(RunId::from_uuid),
        }
    }
}

/// Refuses tenants to which the person is not entitled.
fn reached(grant: &Grant, tenant: TenantId) -> Result<()> {
    let entitled = grant.entitled().is_none_or(|tenants| tenants.contains(&tenant));
    if entitled && grant.token_opens(tenant) { Ok(()) } else { Err(StoreError::NotVisible) }
}

impl Baselines<'_> {
    /// Holds tenants against a baseline from now on: against whichever version is active, or pinned to one. One that is assigned already
    /// is pinned anew. All of them or none.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a baseline or tenant that the workspace does not have, or the person may not see;
    /// [`StoreError::Conflict`] when the baseline is archived, that version is none that was activated, a tenant is archived, or there
    /// are more than 1,000.
    pub async fn assign_many(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        id: BaselineId,
        tenants: &[TenantId],
        pinned: Option<i64>,
    ) -> Result<()> {
        const TENANT: &str = "select status from tenants where workspace_id = $1 and id = $2";
        const ASSIGN: &str = "insert into baseline_assignments (tenant_id, baseline_id, workspace_id, pinned_number, assigned_by,
            assigned_by_name, assigned_at) values ($1, $2, $3, $4, $5, $6, $now)
          on conflict (tenant_id, baseline_id) do update set pinned_number = excluded.pinned_number, group_id = null";
        let grant = permit.grant();
        if tenants.is_empty() || tenants.len() > MOST {
            return Err(StoreError::Conflict("choose between one and 1,000 tenants"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, None).await?;
        can_be_pinned(&mut tx, id, pinned).await?;
        let (by, by_name) = author(grant);
        for tenant in tenants {
            reached(grant, *tenant)?;
            let status: Option<(String,)> = tx.optional(sql(TENANT).bind(grant.workspace_id()).bind(*tenant)).await?;
            let (status,) = status.ok_or(StoreError::NotVisible)?;
            if model::tenant::TenantStatus::from_code(&status) == model::tenant::TenantStatus::Archived {
                return Err(StoreError::Conflict("the tenant is archived"));
            }
            let assign = sql(ASSIGN).bind(*tenant).bind(id).bind(grant.workspace_id()).bind(pinned).bind(by).bind(by_name);
            tx.exec(assign).await?;
        }
        let count = i64::try_from(tenants.len()).unwrap_or(i64::MAX);
        let entry = AuditEntry::done(Action::BaselineAssign).on("baseline", id.uuid()).with("tenants", count);
        tx.commit(grant.actor(), entry).await
    }

    /// Holds a tenant against a baseline no more: what deviated from it is no finding any more.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant is not assigned to it, or the person may not see it; [`StoreError::Conflict`] when a group
    /// of tenants holds it.
    pub async fn unassign(&self, permit: &Permit<can::WorkspaceBaselinesManage>, id: BaselineId, tenant: TenantId) -> Result<()> {
        let grant = permit.grant();
        reached(grant, tenant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, None).await?;
        let by_group =
            sql("select 1 from baseline_assignments where baseline_id = $1 and tenant_id = $2 and group_id is not null");
        let by_group: Option<(i32,)> = tx.optional(by_group.bind(id).bind(tenant)).await?;
        if by_group.is_some() {
            return Err(StoreError::Conflict("a group of tenants holds it against the baseline: take it out of the group"));
        }
        if !take_from(&mut tx, grant, id, tenant).await? {
            return Err(StoreError::NotVisible);
        }
        let entry = AuditEntry::done(Action::BaselineUnassign).on("baseline", id.uuid()).with("tenant", tenant.uuid());
        tx.commit(grant.actor(), entry).await
    }

    /// The tenants that are held against a baseline, of those that the viewer may see.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn assigned(&self, scope: &WorkspaceScope, id: BaselineId) -> Result<Vec<Assignment>> {
        let mut find =
            sql(SELECT).push_bind(" where a.workspace_id = ", scope.workspace_id()).push_bind(" and a.baseline_id = ", id);
        if let Some(tenants) = scope.entitled() {
            find = find.push_in(" and a.tenant_id in ", tenants);
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(find.push(" order by a.tenant_id")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Assignment::from).collect())
    }

    /// The baselines that a tenant is held against, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_tenant(&self, scope: &TenantScope) -> Result<Vec<Assignment>> {
        let find = sql(SELECT).push_bind(" where a.tenant_id = ", scope.tenant_id()).push(" order by b.name_key, b.id");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Assignment::from).collect())
    }
}

/// Refuses to pin what was never activated.
pub(super) async fn can_be_pinned(tx: &mut Tx, id: BaselineId, pinned: Option<i64>) -> Result<()> {
    const READY: &str = "select 1 from baseline_versions where baseline_id = $1 and number = $2 and state = 'ready'";
    let Some(number) = pinned else { return Ok(()) };
    let ready: Option<(i32,)> = tx.optional(sql(READY).bind(id).bind(number)).await?;
    ready.map(drop).ok_or(StoreError::Conflict("only a version that was activated can be pinned"))
}

/// Takes a tenant from a baseline, with what was found of it; whether it was assigned.
pub(super) async fn take_from(tx: &mut Tx, grant: &Grant, id: BaselineId, tenant: TenantId) -> Result<bool> {
    const REMOVE: &str = "delete from baseline_assignments where baseline_id = $1 and tenant_id = $2";
    const RELEASE: &str =
        "update findings set state = 'resolved', resolution = 'released', accepted_until = null, accepted_reason = null,
        state_at = $now, revision = revision + 1
      where baseline_id = $1 and tenant_id = $2 and state in ('new', 'triaged', 'in_progress', 'risk_accepted') returning id";
    if tx.exec(sql(REMOVE).bind(id).bind(tenant)).await? == 0 {
        return Ok(false);
    }
    let released: Vec<(Uuid,)> = tx.all(sql(RELEASE).bind(id).bind(tenant)).await?;
    let line = |(id,): &(Uuid,)| Line::of(FindingId::from_uuid(*id), HistoryEvent::Released, FindingState::Resolved);
    let lines: Vec<Line<'_>> = released.iter().map(line).collect();
    tell_in(tx, grant, Some(tenant), None, &lines).await?;
    Ok(true)
}
