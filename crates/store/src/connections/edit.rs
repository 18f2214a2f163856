//! What people do to their tenant's connection.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::connection::{Cloud, Signature};
use model::ids::{ConnectionId, TenantId};
use model::tenant::{TenantMove, TenantStatus};
use model::time::Moment;
use secrecy::ExposeSecret as _;

use super::expiring::{forget_other_ends, forget_told};
use super::{Connections, NewConnection, NewCredential};
use crate::access::{Grant, Permit};
use crate::audit;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;
use crate::tenants::step;

/// The longest note and the longest reason, in characters.
const MAX_TEXT: usize = 500;

/// What can be changed of a connection without its credential.
#[derive(Debug, Clone)]
pub struct ConnectionEdit {
    /// In which cloud the tenant lives.
    pub cloud: Cloud,
    /// The application (client) id.
    pub client_id: String,
    /// How assertions are signed with a certificate.
    pub signature: Signature,
    /// What people wrote down about it.
    pub note: String,
    /// When the client secret ends; without meaning for the other kinds.
    pub secret_expires_at: Option<Moment>,
}

const CHANGED: StoreError = StoreError::Conflict("the connection was changed meanwhile; look at it again");

impl Connections<'_> {
    /// Adds the connection of the permit's tenant, enabled; takes a draft into onboarding. Its revisions go on from those of one that was
    /// removed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one already, or it is not acceptable.
    pub async fn create(&self, permit: &Permit<can::CredentialsRotate>, new: &NewConnection) -> Result<ConnectionId> {
        const CREATE: &str = "insert into provider_connections
            (id, workspace_id, tenant_id, cloud, client_id, sealed_secret, credential_kind, credential_expires_at, thumbprint, signature,
              note, enabled, revision, created_at, updated_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $now, $now) on conflict (tenant_id) do nothing";
        let grant = permit.grant();
        let tenant = tenant(grant)?;
        fits(new.cloud, &new.client_id, &new.note)?;
        let id = ConnectionId::from_uuid(tenant.uuid());
        let sealed = self.0.keyring().seal(id.uuid(), new.credential.plain().expose_secret())?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (removed, status) = held(&mut tx, tenant).await?;
        let create = sql(CREATE)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(tenant)
            .bind(new.cloud.code())
            .bind(new.client_id.as_str())
            .bind(sealed)
            .bind(new.credential.kind().code())
            .bind(new.credential.expires_at())
            .bind(new.credential.thumbprint())
            .bind(new.signature.code())
            .bind(new.note.trim())
            .bind(true)
            .bind(removed + 1);
        if tx.exec(create).await? == 0 {
            return Err(StoreError::Conflict("the tenant has a connection already"));
        }
        if status == TenantStatus::Draft {
            let entry = step(&mut tx, tenant, TenantMove::Onboard).await?;
            audit::insert(&mut tx, grant.actor(), entry).await?;
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::ConnectionCreate).on("connection", id.uuid())).await?;
        Ok(id)
    }

    /// Changes what is known of the connection; its credential stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not acceptable, or was changed since `revision`; [`StoreError::NotVisible`] without one.
    pub async fn edit(&self, permit: &Permit<can::ProvidersManage>, revision: i64, edit: &ConnectionEdit) -> Result<()> {
        const EDIT: &str = "update provider_connections set cloud = $4, client_id = $5, signature = $6, note = $7,
            credential_expires_at = case when credential_kind = 'client_secret' then $8 else credential_expires_at end,
            warned_days = case when credential_kind = 'client_secret' and credential_expires_at is distinct from $8 then null
              else warned_days end, revision = revision + 1, updated_at = $now
          where workspace_id = $1 and tenant_id = $2 and revision = $3";
        let grant = permit.grant();
        let tenant = tenant(grant)?;
        fits(edit.cloud, &edit.client_id, &edit.note)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let change = sql(EDIT)
            .bind(grant.workspace_id())
            .bind(tenant)
            .bind(revision)
            .bind(edit.cloud.code())
            .bind(edit.client_id.as_str())
            .bind(edit.signature.code())
            .bind(edit.note.trim())
            .bind(edit.secret_expires_at);
        if tx.exec(change).await? == 0 {
            return Err(CHANGED);
        }
        forget_other_ends(&mut tx, tenant).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::ConnectionEdit).on("connection", tenant.uuid())).await
    }

    /// Replaces the credential. Runs that are at work keep the one that they began with.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection was changed since `revision`, or there is none.
    pub async fn rotate(&self, permit: &Permit<can::CredentialsRotate>, revision: i64, credential: &NewCredential) -> Result<()> {
        const ROTATE: &str =
            "update provider_connections set sealed_secret = $4, credential_kind = $5, credential_expires_at = $6,
            thumbprint = $7, warned_days = null, revision = revision + 1, updated_at = $now, rotated_at = $now
          where workspace_id = $1 and tenant_id = $2 and revision = $3";
        let grant = permit.grant();
        let tenant = tenant(grant)?;
        let sealed = self.0.keyring().seal(tenant.uuid(), credential.plain().expose_secret())?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let rotate = sql(ROTATE)
            .bind(grant.workspace_id())
            .bind(tenant)
            .bind(revision)
            .bind(sealed)
            .bind(credential.kind().code())
            .bind(credential.expires_at())
            .bind(credential.thumbprint());
        if tx.exec(rotate).await? == 0 {
            return Err(CHANGED);
        }
        forget_told(&mut tx, tenant).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::ConnectionRotate).on("connection", tenant.uuid())).await
    }

    /// Switches the connection on or off; `reason` is shown while it is off. What works by it then stops at its next checkpoint.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none.
    pub async fn switch(&self, permit: &Permit<can::ProvidersManage>, on: bool, reason: &str) -> Result<()> {
        const SWITCH: &str = "update provider_connections set enabled = $3, disabled_reason = $4, updated_at = $now
          where workspace_id = $1 and tenant_id = $2";
        let grant = permit.grant();
        let tenant = tenant(grant)?;
        let reason: String = reason.trim().chars().take(MAX_TEXT).collect();
        let reason = (!on && !reason.is_empty()).then_some(reason);
        let mut tx = self.0.db().write(grant.reach()).await?;
        let switch = sql(SWITCH).bind(grant.workspace_id()).bind(tenant).bind(on).bind(reason);
        if tx.exec(switch).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        // Whoever works by it learns of it at the next heartbeat: soon.
        tx.wake_workers();
        let entry = AuditEntry::done(Action::ConnectionEnable).on("connection", tenant.uuid()).with("on", i64::from(on));
        tx.commit(grant.actor(), entry).await
    }

    /// Removes the connection with its credential. What works by it stops at its next checkpoint; later runs are blocked until there is
    /// another.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none.
    pub async fn delete(&self, permit: &Permit<can::CredentialsRotate>) -> Result<()> {
        const DELETE: &str = "delete from provider_connections where workspace_id = $1 and tenant_id = $2 returning revision";
        let grant = permit.grant();
        let tenant = tenant(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        held(&mut tx, tenant).await?;
        let gone: Option<(i64,)> = tx.optional(sql(DELETE).bind(grant.workspace_id()).bind(tenant)).await?;
        let (revision,) = gone.ok_or(StoreError::NotVisible)?;
        tx.exec(sql("update tenants set connection_revision = $2 where id = $1").bind(tenant).bind(revision)).await?;
        tx.wake_workers();
        tx.commit(grant.actor(), AuditEntry::done(Action::ConnectionDelete).on("connection", tenant.uuid())).await
    }
}

/// Holds the tenant's row, so that of those who add and remove its connection one comes after the other; gives the revision of the
/// connection that was removed last, 0 without one, and where the tenant is in its life.
async fn held(tx: &mut Tx, tenant: TenantId) -> Result<(i64, TenantStatus)> {
    const HOLD: &str =
        "update tenants set connection_revision = connection_revision where id = $1 returning connection_revision, status";
    let row: Option<(i64, String)> = tx.optional(sql(HOLD).bind(tenant)).await?;
    let (revision, status) = row.ok_or(StoreError::NotVisible)?;
    Ok((revision, TenantStatus::from_code(&status)))
}

fn tenant(grant: &Grant) -> Result<TenantId> {
    grant.tenant_id().ok_or(StoreError::NotVisible)
}

fn fits(cloud: Cloud, client_id: &str, note: &str) -> Result<()> {
    if cloud == Cloud::Unknown {
        return Err(StoreError::Conflict("choose the cloud in which the tenant lives"));
    }
    if client_id.is_empty() || client_id.len() > 100 {
        return Err(StoreError::Conflict("a connection needs the application (client) id"));
    }
    if note.chars().count() > MAX_TEXT {
        return Err(StoreError::Conflict("a note has up to 500 characters"));
    }
    Ok(())
}
