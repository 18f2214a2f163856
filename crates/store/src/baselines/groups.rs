//! Groups of tenants that are held against baselines: who enters a group is held from then on, who leaves it is not any more.

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::baseline::AssignedGroup;
use model::ids::{BaselineId, TenantGroupId, TenantId};
use uuid::Uuid;

use super::Baselines;
use super::assign::{can_be_pinned, take_from};
use super::capture::author;
use super::row::hold;
use crate::access::{Grant, Permit, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;
use crate::tenant_groups;

impl Baselines<'_> {
    /// Holds the tenants of a group against a baseline from now on, those too that enter it later; one that is assigned already is pinned
    /// anew, with its tenants. Tenants that somebody chose themselves stay as they are, archived ones are left out.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a baseline or group that the workspace does not have; [`StoreError::Forbidden`] when the person is not
    /// entitled to every tenant: a group may have others; [`StoreError::Conflict`] when the baseline is archived, or that version is none
    /// that was activated.
    pub async fn assign_group(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        id: BaselineId,
        group: TenantGroupId,
        pinned: Option<i64>,
    ) -> Result<()> {
        const ASSIGN: &str = "insert into baseline_groups (baseline_id, group_id, workspace_id, pinned_number, assigned_by,
            assigned_by_name, assigned_at) values ($1, $2, $3, $4, $5, $6, $now)
          on conflict (baseline_id, group_id) do update set pinned_number = excluded.pinned_number";
        const PIN: &str = "update baseline_assignments set pinned_number = $3 where baseline_id = $1 and group_id = $2";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, None).await?;
        // Of two who change what the group is held against, and who is in it, one waits.
        tenant_groups::hold(&mut tx, grant, group).await?;
        can_be_pinned(&mut tx, id, pinned).await?;
        let (by, by_name) = author(grant);
        tx.exec(sql(ASSIGN).bind(id).bind(group).bind(grant.workspace_id()).bind(pinned).bind(by).bind(by_name)).await?;
        tx.exec(sql(PIN).bind(id).bind(group).bind(pinned)).await?;
        entered(&mut tx, group, None).await?;
        let entry = AuditEntry::done(Action::BaselineAssign).on("baseline", id.uuid()).with("tenant_group", group.uuid());
        tx.commit(grant.actor(), entry).await
    }

    /// Holds the tenants of a group against a baseline no more, but for those that another group has: what deviated in them is no finding
    /// any more.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the group is not assigned to it; [`StoreError::Forbidden`] when the person is not entitled to every
    /// tenant.
    pub async fn unassign_group(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        id: BaselineId,
        group: TenantGroupId,
    ) -> Result<()> {
        const REMOVE: &str = "delete from baseline_groups where baseline_id = $1 and group_id = $2 and workspace_id = $3";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, None).await?;
        tenant_groups::hold(&mut tx, grant, group).await?;
        if tx.exec(sql(REMOVE).bind(id).bind(group).bind(grant.workspace_id())).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        let held = sql("select tenant_id, baseline_id from baseline_assignments where group_id = $1 and baseline_id = $2");
        let held: Vec<(Uuid, Uuid)> = tx.all(held.bind(group).bind(id)).await?;
        no_more(&mut tx, grant, &held).await?;
        let entry = AuditEntry::done(Action::BaselineUnassign).on("baseline", id.uuid()).with("tenant_group", group.uuid());
        tx.commit(grant.actor(), entry).await
    }

    /// The groups that are held against a baseline, by name; of those that have one of the viewer's tenants.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn assigned_groups(&self, scope: &WorkspaceScope, id: BaselineId) -> Result<Vec<AssignedGroup>> {
        type Row = (Uuid, String, Option<i64>, String, DbTime);
        const FIND: &str = "select b.group_id, g.name, b.pinned_number, b.assigned_by_name, b.assigned_at
          from baseline_groups b join tenant_groups g on g.id = b.group_id where b.workspace_id = $1 and b.baseline_id = $2";
        let mut find = sql(FIND).bind(scope.workspace_id()).bind(id);
        if let Some(tenants) = scope.entitled() {
            find = find
                .push(" and exists (select 1 from tenant_group_members m where m.group_id = b.group_id")
                .push_in(" and m.tenant_id in ", tenants)
                .push(")");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(find.push(" order by g.name_key")).await?;
        db.end().await?;
        let of = |(group, name, pinned, assigned_by, at): Row| AssignedGroup {
            group: TenantGroupId::from_uuid(group),
            name,
            pinned,
            assigned_by,
            assigned_at: at.0,
        };
        Ok(rows.into_iter().map(of).collect())
    }
}

/// Refuses who is not entitled to every tenant.
fn of_every_tenant(grant: &Grant) -> Result<()> {
    let whole = grant.tenant_id().is_none() && grant.entitled().is_none();
    if whole { Ok(()) } else { Err(StoreError::Forbidden(Capability::WorkspaceBaselinesManage)) }
}

/// Tenants entered a group (`None`: all that are in it): its baselines hold for them.
pub(crate) async fn entered(tx: &mut Tx, group: TenantGroupId, tenants: Option<&[TenantId]>) -> Result<()> {
    const HOLD: &str = "insert into baseline_assignments (tenant_id, baseline_id, workspace_id, pinned_number, assigned_by,
        assigned_by_name, assigned_at, group_id)
      select m.tenant_id, g.baseline_id, g.workspace_id, g.pinned_number, g.assigned_by, g.assigned_by_name, $now, g.group_id
      from baseline_groups g join tenant_group_members m on m.group_id = g.group_id join tenants t on t.id = m.tenant_id
      where g.group_id = $1 and t.status <> 'archived'";
    let mut all = sql(HOLD).bind(group);
    if let Some(tenants) = tenants {
        all = all.push_in(" and m.tenant_id in ", tenants.iter().copied());
    }
    tx.exec(all.push(" on conflict (tenant_id, baseline_id) do nothing")).await.map(drop)
}

/// Tenants left a group: its baselines hold for them no more.
pub(crate) async fn left(tx: &mut Tx, grant: &Grant, group: TenantGroupId, tenants: &[TenantId]) -> Result<()> {
    let held = sql("select tenant_id, baseline_id from baseline_assignments where group_id = $1").bind(group);
    let held: Vec<(Uuid, Uuid)> = tx.all(held.push_in(" and tenant_id in ", tenants.iter().copied())).await?;
    no_more(tx, grant, &held).await
}

/// Whether baselines hold for a group.
pub(crate) async fn is_held(tx: &mut Tx, group: TenantGroupId) -> Result<bool> {
    let held: Option<(i32,)> = tx.optional(sql("select 1 from baseline_groups where group_id = $1 limit 1").bind(group)).await?;
    Ok(held.is_some())
}

/// Takes tenants from baselines, unless another group holds them.
async fn no_more(tx: &mut Tx, grant: &Grant, held: &[(Uuid, Uuid)]) -> Result<()> {
    const OTHER: &str =
        "select g.group_id, g.pinned_number from baseline_groups g join tenant_group_members m on m.group_id = g.group_id
      where g.baseline_id = $1 and m.tenant_id = $2 and g.group_id not in
        (select a.group_id from baseline_assignments a where a.baseline_id = $1 and a.tenant_id = $2 and a.group_id is not null)
      order by g.assigned_at, g.group_id limit 1";
    const MOVE: &str =
        "update baseline_assignments set group_id = $3, pinned_number = $4 where baseline_id = $1 and tenant_id = $2";
    for (tenant, baseline) in held {
        let (tenant, baseline) = (TenantId::from_uuid(*tenant), BaselineId::from_uuid(*baseline));
        let other: Option<(Uuid, Option<i64>)> = tx.optional(sql(OTHER).bind(baseline).bind(tenant)).await?;
        match other {
            Some((group, pinned)) => {
                tx.exec(sql(MOVE).bind(baseline).bind(tenant).bind(group).bind(pinned)).await?;
            }
            None => {
                take_from(tx, grant, baseline, tenant).await?;
            }
        }
    }
    Ok(())
}
