//! The gate: authorisation is asked a second time when the run starts, and prerequisites are looked at again.

use std::collections::BTreeMap;

use model::access::Role;
use model::failure::{Code, Failure};
use model::ids::RunId;
use model::tenant::Tenant;
use uuid::Uuid;

use super::Queue;
use super::claim::Claim;
use super::ensure::missing;
use crate::access::{RunScope, TenantRow, effective, run_grant};
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// Everything that the gate asks of runs of tenants: the initiator's roles, the tenant and its connection.
const ASK: &str = "select r.id as run_id, t.id, t.workspace_id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    'owner' as workspace_role, 'owner' as tenant_role, c.enabled as connection_enabled,
    (c.credential_expires_at <= $now) as credential_over,
    s.enabled as schedule_enabled, s.archived_at as schedule_archived_at, w.archived_at as workspace_archived_at,
    m.role as initiator_workspace_role, tm.role as initiator_tenant_role
  from operation_runs r join tenants t on t.id = r.tenant_id join workspaces w on w.id = r.workspace_id
  left join provider_connections c on c.tenant_id = r.tenant_id left join schedules s on s.id = r.schedule_id
  left join users u on u.id = r.user_id and u.disabled_at is null
  left join workspace_members m on m.workspace_id = r.workspace_id and m.user_id = u.id
  left join tenant_members tm on tm.tenant_id = r.tenant_id and tm.user_id = u.id where r.id in ";
/// The same of runs of a workspace.
const ASK_WORKSPACE: &str = "select r.id, m.role, s.enabled, s.archived_at, w.archived_at from operation_runs r
  join workspaces w on w.id = r.workspace_id
  left join schedules s on s.id = r.schedule_id
  left join users u on u.id = r.user_id and u.disabled_at is null
  left join workspace_members m on m.workspace_id = r.workspace_id and m.user_id = u.id where r.id in ";

#[derive(sqlx::FromRow)]
struct Asked {
    run_id: Uuid,
    #[sqlx(flatten)]
    tenant: TenantRow,
    connection_enabled: Option<bool>,
    credential_over: Option<bool>,
    schedule_enabled: Option<bool>,
    schedule_archived_at: Option<DbTime>,
    workspace_archived_at: Option<DbTime>,
    initiator_workspace_role: Option<String>,
    initiator_tenant_role: Option<String>,
}

/// What was found out about a claimed run.
#[derive(Default)]
struct Found {
    role: Option<Role>,
    tenant: Option<Tenant>,
    connection_enabled: Option<bool>,
    /// Whether the connection's credential is known to have ended.
    credential_over: bool,
    /// Whether its schedule is switched on; `None` when there is none any more, or it is put away.
    schedule_enabled: Option<bool>,
    /// Whether its workspace is put away.
    workspace_archived: bool,
}

/// What the gate says.
#[derive(Debug)]
pub enum Admission {
    /// Go on, with the right to write.
    Admitted(RunScope),
    /// Nothing may be attempted, for this reason. The scope is there to complete the run with.
    Refused(RunScope, Failure),
}

impl Queue<'_> {
    /// Turns a claim into the right to write, or into the reason why nothing may be attempted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn admit(&self, claim: &Claim) -> Result<Admission> {
        self.admit_many(std::slice::from_ref(claim)).await?.pop().ok_or(StoreError::NotVisible)
    }

    /// The same for what was claimed together, in the same order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn admit_many(&self, claims: &[Claim]) -> Result<Vec<Admission>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let mut found = ask(&mut db, claims).await?;
        db.end().await?;
        let admission = |claim: &Claim| {
            let run = &claim.run;
            let found = found.remove(&run.id).ok_or(StoreError::NotVisible)?;
            let refusal = refusal(claim, &found);
            let scope = RunScope::new(run_grant(run.workspace_id, found.tenant), run.id, claim.token, run.user_id);
            Ok(match refusal {
                Some(failure) => Admission::Refused(scope, failure),
                None => Admission::Admitted(scope),
            })
        };
        claims.iter().map(admission).collect()
    }
}

async fn ask(db: &mut Reader, claims: &[Claim]) -> Result<BTreeMap<RunId, Found>> {
    let mut found = BTreeMap::new();
    let (of_tenants, of_workspaces): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.run.tenant_id.is_some());
    if !of_tenants.is_empty() {
        let rows: Vec<Asked> = db.all(sql(ASK).push_in("", of_tenants.iter().map(|claim| claim.run.id))).await?;
        for row in rows {
            let role = effective(row.initiator_workspace_role.as_deref(), row.initiator_tenant_role.as_deref());
            let (tenant, connection_enabled) = (row.tenant.entitled(), row.connection_enabled);
            let schedule_enabled = row.schedule_enabled.filter(|_| row.schedule_archived_at.is_none());
            let workspace_archived = row.workspace_archived_at.is_some();
            let credential_over = row.credential_over.unwrap_or(false);
            let of = Found { role, tenant, connection_enabled, credential_over, schedule_enabled, workspace_archived };
            found.insert(RunId::from_uuid(row.run_id), of);
        }
    }
    if !of_workspaces.is_empty() {
        let ask = sql(ASK_WORKSPACE).push_in("", of_workspaces.iter().map(|claim| claim.run.id));
        type Row = (Uuid, Option<String>, Option<bool>, Option<DbTime>, Option<DbTime>);
        for (run, role, enabled, archived, away) in db.all::<Row>(ask).await? {
            let (role, schedule_enabled) = (role.as_deref().map(Role::from_code), enabled.filter(|_| archived.is_none()));
            let workspace_archived = away.is_some();
            found.insert(RunId::from_uuid(run), Found { role, schedule_enabled, workspace_archived, ..Found::default() });
        }
    }
    Ok(found)
}

fn refusal(claim: &Claim, found: &Found) -> Option<Failure> {
    let run = &claim.run;
    let Some(operation) = run.operation else { return Some(Failure::new(Code::RunTypeUnknown)) };
    if run.user_id.is_some() {
        let capability = operation.entry().capability;
        match found.role {
            None => return Some(Failure::new(Code::InitiatorNotEntitled)),
            // What speaks of every tenant is for those who are entitled to each of them.
            Some(role) if run.tenant_id.is_none() && operation.speaks_of_every_tenant() && !role.opens_every_tenant() => {
                return Some(Failure::new(Code::InitiatorNotEntitled));
            }
            Some(role) if !role.grants(capability) => {
                return Some(Failure::new(Code::CapabilityMissing).with("capability", capability));
            }
            Some(_) => {}
        }
    }
    // What a person starts of a schedule that is switched off is meant; what is put away is not started by anybody.
    if run.schedule_id.is_some() {
        match found.schedule_enabled {
            None => return Some(Failure::new(Code::ScheduleArchived)),
            Some(false) if run.user_id.is_none() => return Some(Failure::new(Code::ScheduleDisabled)),
            Some(_) => {}
        }
    }
    if found.workspace_archived {
        return Some(Failure::new(Code::WorkspaceArchived));
    }
    let tenant = found.tenant.as_ref()?;
    missing(operation, tenant.status, found.connection_enabled, found.credential_over).map(Failure::new)
}
