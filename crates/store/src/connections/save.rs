//! What whoever runs the program does at its command line.

use model::audit::{Action, AuditEntry};
use model::ids::{ConnectionId, TenantId, WorkspaceId};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::expiring::forget_told;
use super::{Connections, NewConnection};
use crate::access::Operator;
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

const SAVE: &str = "insert into provider_connections
    (id, workspace_id, tenant_id, cloud, client_id, sealed_secret, credential_kind, credential_expires_at, thumbprint, signature, note,
      enabled, revision, created_at, updated_at)
  select $1, t.workspace_id, t.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, t.connection_revision + 1, $now, $now
    from tenants t where t.id = $2
  on conflict (tenant_id) do update set cloud = excluded.cloud, client_id = excluded.client_id,
    sealed_secret = excluded.sealed_secret, credential_kind = excluded.credential_kind,
    credential_expires_at = excluded.credential_expires_at, thumbprint = excluded.thumbprint, signature = excluded.signature,
    note = excluded.note, enabled = excluded.enabled, disabled_reason = null, warned_days = null,
    revision = provider_connections.revision + 1, updated_at = excluded.updated_at, rotated_at = excluded.updated_at
  returning workspace_id";

impl Connections<'_> {
    /// Saves the connection of a tenant, enabled; replaces an earlier one.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant does not exist.
    pub async fn save(&self, _: &Operator, tenant: TenantId, new: &NewConnection) -> Result<()> {
        // The row's id is authenticated with the credential; it is the tenant's, so that replacing keeps it.
        let id = ConnectionId::from_uuid(tenant.uuid());
        let sealed = self.0.keyring().seal(id.uuid(), new.credential.plain().expose_secret())?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let save = sql(SAVE)
            .bind(id)
            .bind(tenant)
            .bind(new.cloud.code())
            .bind(new.client_id.as_str())
            .bind(sealed)
            .bind(new.credential.kind().code())
            .bind(new.credential.expires_at())
            .bind(new.credential.thumbprint())
            .bind(new.signature.code())
            .bind(new.note.as_str())
            .bind(true);
        let (workspace,): (Uuid,) = tx.optional(save).await?.ok_or(StoreError::NotVisible)?;
        forget_told(&mut tx, tenant).await?;
        let entry = AuditEntry::done(Action::ConnectionSave).on("connection", id.uuid());
        tx.commit(&Actor::operator(Some(WorkspaceId::from_uuid(workspace)), Some(tenant)), entry).await
    }

    /// Enables or disables a tenant's connection; people do it by [`Connections::switch`].
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none.
    pub async fn set_enabled(&self, _: &Operator, tenant: TenantId, enabled: bool) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let update = "update provider_connections set enabled = $2, disabled_reason = null, updated_at = $now
            where tenant_id = $1 returning workspace_id";
        let found: Option<(Uuid,)> = tx.optional(sql(update).bind(tenant).bind(enabled)).await?;
        let (workspace,) = found.ok_or(StoreError::NotVisible)?;
        tx.wake_workers();
        let entry = AuditEntry::done(Action::ConnectionEnable).on("tenant", tenant.uuid());
        tx.commit(&Actor::operator(Some(WorkspaceId::from_uuid(workspace)), Some(tenant)), entry).await
    }
}
