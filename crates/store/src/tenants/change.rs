//! Making tenants and moving them through their life: draft → onboarding → active ↔ archived.

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::ids::{EntraTenantId, TenantId, WorkspaceId};
use model::tenant::{Environment, TenantMove, TenantStatus};
use model::time::Moment;

use super::{INSERT, TAKEN, Tenants};
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

/// What may be changed of a tenant later.
#[derive(Debug, Clone)]
pub struct TenantEdit {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// What depends on it.
    pub environment: Environment,
}

/// How the audit trail calls a step.
const fn action(step: TenantMove) -> Action {
    match step {
        TenantMove::Onboard => Action::TenantOnboard,
        TenantMove::Activate => Action::TenantActivate,
        TenantMove::Archive => Action::TenantArchive,
        TenantMove::Unarchive => Action::TenantUnarchive,
    }
}

/// Takes a step, and gives the entry that tells of it. The status that the step begins at is part of the statement, so that of two who
/// take it at once, one does.
///
/// # Errors
/// [`StoreError::Conflict`] when the tenant is elsewhere in its life.
pub(crate) async fn step(tx: &mut Tx, tenant: TenantId, step: TenantMove) -> Result<AuditEntry> {
    const STEP: &str = "update tenants set status = $3 where id = $1 and status = $2 and deleting_since is null";
    let update = sql(STEP).bind(tenant).bind(step.from().code()).bind(step.to().code());
    if tx.exec(update).await? == 0 {
        return Err(StoreError::Conflict(match step {
            TenantMove::Onboard => "only a draft can be taken into onboarding",
            TenantMove::Activate => "only a tenant that is being onboarded can be taken into use",
            TenantMove::Archive => "only a tenant in use can be archived",
            TenantMove::Unarchive => "only an archived tenant that is not being deleted can be taken out again",
        }));
    }
    Ok(AuditEntry::done(action(step)).on("tenant", tenant.uuid()))
}

/// Takes a tenant into use, with the schedules that each has from then on; gives the entry that tells of it.
///
/// # Errors
/// [`StoreError::Conflict`] when the tenant is elsewhere in its life.
pub(crate) async fn activate(tx: &mut Tx, workspace: WorkspaceId, tenant: TenantId, now: Moment) -> Result<AuditEntry> {
    let entry = step(tx, tenant, TenantMove::Activate).await?;
    crate::schedules::defaults::add(tx, workspace, tenant, now).await?;
    Ok(entry)
}

impl Tenants<'_> {
    /// Binds a tenant to the workspace, as a draft.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when Microsoft's id is bound to a workspace already, whichever it is, or for a name, domain or
    /// environment that cannot be one; [`StoreError::Forbidden`] for somebody who is not entitled to every tenant, as a token that is
    /// narrowed to some: they would not be to the new one.
    pub async fn draft(
        &self,
        permit: &Permit<can::WorkspaceTenantsOnboard>,
        entra_tenant_id: EntraTenantId,
        new: &TenantEdit,
    ) -> Result<TenantId> {
        let grant = permit.grant();
        if grant.entitled().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceTenantsOnboard));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (id, entry) = insert_draft(&mut tx, grant, entra_tenant_id, new).await?;
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }

    /// Changes name, domain and environment. `seen`: what whoever changes them saw before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for one that cannot be one, and when it is not what was seen any more.
    pub async fn edit(
        &self,
        permit: &Permit<can::TenantSettingsManage>,
        new: &TenantEdit,
        seen: Option<&TenantEdit>,
    ) -> Result<()> {
        const NOW: &str = "select name, domain, environment from tenants where id = $1";
        let grant = permit.grant();
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        if let Some(seen) = seen {
            let (name, domain, environment): (String, String, String) = tx.one(sql(NOW).bind(tenant)).await?;
            if (name, domain, Environment::from_code(&environment)) != (seen.name.clone(), seen.domain.clone(), seen.environment)
            {
                return Err(StoreError::Conflict(
                    "somebody changed the details meanwhile; look at them, and save again what is to stay",
                ));
            }
        }
        change_tenant(&mut tx, tenant, new).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantEdit).on("tenant", tenant.uuid())).await
    }

    /// Takes a draft into onboarding, or what is being onboarded into use: with the daily schedules of its directory cache.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the tenant is elsewhere in its life, and for the steps of [`Tenants::archive`].
    pub async fn advance(&self, permit: &Permit<can::TenantSettingsManage>, to: TenantMove) -> Result<()> {
        if to.from().forward() != Some(to) {
            return Err(StoreError::Conflict("this is no step forward"));
        }
        let grant = permit.grant();
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let entry = match to {
            TenantMove::Activate => activate(&mut tx, grant.workspace_id(), tenant, now).await?,
            _ => step(&mut tx, tenant, to).await?,
        };
        tx.commit(grant.actor(), entry).await
    }

    /// Puts a tenant that is in use away, or takes it out again. While it is away nothing is started in it; it can be looked at.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the tenant is elsewhere in its life.
    pub async fn archive(&self, permit: &Permit<can::TenantDangerZone>, away: bool) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let to = if away { TenantMove::Archive } else { TenantMove::Unarchive };
        let entry = step(&mut tx, grant.tenant_id().ok_or(StoreError::NotVisible)?, to).await?;
        tx.commit(grant.actor(), entry).await
    }
}

/// Binds a tenant to the workspace of the grant, as a draft; gives it with the entry that tells of it.
///
/// # Errors
/// As [`Tenants::draft`].
pub(crate) async fn insert_draft(
    tx: &mut Tx,
    grant: &Grant,
    entra_tenant_id: EntraTenantId,
    new: &TenantEdit,
) -> Result<(TenantId, AuditEntry)> {
    let (id, new) = (TenantId::generate(), checked(new)?);
    let insert = sql(INSERT)
        .bind(id)
        .bind(grant.workspace_id())
        .bind(new.name.as_str())
        .bind(name_key(&new.name))
        .bind(new.domain.as_str())
        .bind(entra_tenant_id)
        .bind(new.environment.code())
        .bind(TenantStatus::Draft.code());
    if tx.exec(insert).await? == 0 {
        return Err(StoreError::Conflict(TAKEN));
    }
    Ok((id, AuditEntry::done(Action::TenantCreate).on("tenant", id.uuid())))
}

/// Changes name, domain and environment of a tenant that was found to be theirs.
///
/// # Errors
/// As [`Tenants::edit`].
pub(crate) async fn change_tenant(tx: &mut Tx, tenant: TenantId, new: &TenantEdit) -> Result<()> {
    const EDIT: &str = "update tenants set name = $2, name_key = $3, domain = $4, environment = $5 where id = $1";
    let new = checked(new)?;
    let edit = sql(EDIT).bind(tenant).bind(new.name.as_str()).bind(name_key(&new.name)).bind(new.domain.as_str());
    if tx.exec(edit.bind(new.environment.code())).await? == 0 { Err(StoreError::NotVisible) } else { Ok(()) }
}

fn checked(new: &TenantEdit) -> Result<TenantEdit> {
    if new.environment == Environment::Unknown {
        return Err(StoreError::Conflict("this is none of the environments"));
    }
    Ok(TenantEdit {
        name: model::name::name(&new.name).map_err(|_| StoreError::Conflict("a name has 1 to 100 characters, in one line"))?,
        domain: model::name::domain(&new.domain)
            .map_err(|_| StoreError::Conflict("a domain is written as contoso.onmicrosoft.com"))?,
        environment: new.environment,
    })
}
