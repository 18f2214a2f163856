//! The gate: authorisation is asked a second time when the run starts, and prerequisites are looked at again.

use model::failure::{Code, Failure};
use model::ids::TenantId;
use model::tenant::TenantStatus;
use uuid::Uuid;

use super::Queue;
use super::claim::Claim;
use crate::access::{RunScope, effective, run_grant, tenant_of_system};
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

const ROLES: &str = "select (select role from workspace_members where workspace_id = $1 and user_id = $3) as workspace_role,
  (select role from tenant_members where tenant_id = $2 and user_id = $3) as tenant_role";

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
        let run = &claim.run;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let tenant = match run.tenant_id {
            Some(tenant) => Some(tenant_of_system(&mut db, tenant).await?.ok_or(StoreError::NotVisible)?),
            None => None,
        };
        let status = tenant.as_ref().map(|tenant| tenant.status);
        let scope = RunScope::new(run_grant(run.workspace_id, tenant), run.id, claim.token, run.user_id);
        let refusal = refusal(&mut db, claim, status).await?;
        db.end().await?;
        Ok(match refusal {
            Some(failure) => Admission::Refused(scope, failure),
            None => Admission::Admitted(scope),
        })
    }
}

async fn refusal(db: &mut Reader, claim: &Claim, status: Option<TenantStatus>) -> Result<Option<Failure>> {
    let run = &claim.run;
    let Some(operation) = run.operation else { return Ok(Some(Failure::new(Code::RunTypeUnknown))) };
    if let Some(user) = run.user_id {
        let roles = sql(ROLES).bind(run.workspace_id).bind(run.tenant_id).bind(user);
        let (workspace, tenant): (Option<String>, Option<String>) = db.one(roles).await?;
        let role = if run.tenant_id.is_some() {
            effective(workspace.as_deref(), tenant.as_deref())
        } else {
            workspace.as_deref().map(model::access::Role::from_code)
        };
        let capability = operation.entry().capability;
        match role {
            None => return Ok(Some(Failure::new(Code::InitiatorNotEntitled))),
            Some(role) if !role.grants(capability) => {
                return Ok(Some(Failure::new(Code::CapabilityMissing).with("capability", capability)));
            }
            Some(_) => {}
        }
    }
    if status.is_some_and(|status| status == TenantStatus::Archived) {
        return Ok(Some(Failure::new(Code::TenantArchived)));
    }
    match (operation.entry().needs_connection, run.tenant_id) {
        (true, Some(tenant)) => connection(db, tenant).await,
        _ => Ok(None),
    }
}

async fn connection(db: &mut Reader, tenant: TenantId) -> Result<Option<Failure>> {
    let row: Option<(Uuid, bool)> =
        db.optional(sql("select id, enabled from provider_connections where tenant_id = $1").bind(tenant)).await?;
    Ok(match row {
        None => Some(Failure::new(Code::ConnectionMissing)),
        Some((_, false)) => Some(Failure::new(Code::ConnectionDisabled)),
        Some((_, true)) => None,
    })
}
