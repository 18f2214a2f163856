//! Provider connections. The secret goes in sealed and comes out only for a run.

use model::audit::{Action, AuditEntry};
use model::connection::{Cloud, Connection};
use model::failure::{Code, Failure};
use model::ids::{ConnectionId, EntraTenantId, TenantId, WorkspaceId};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::access::{Operator, RunScope};
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Provider connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a>(pub(crate) &'a Store);

/// A connection to be saved.
#[derive(Debug)]
pub struct NewConnection {
    /// In which cloud the tenant lives.
    pub cloud: Cloud,
    /// The application (client) id.
    pub client_id: String,
    /// The client secret.
    pub secret: SecretString,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    tenant_id: Uuid,
    entra_tenant_id: Uuid,
    cloud: String,
    client_id: String,
    sealed_secret: Vec<u8>,
    enabled: bool,
    revision: i64,
}

const SAVE: &str = "insert into provider_connections
    (id, workspace_id, tenant_id, cloud, client_id, sealed_secret, enabled, revision, created_at, updated_at)
  select $1, t.workspace_id, t.id, $3, $4, $5, $6, 1, $now, $now from tenants t where t.id = $2
  on conflict (tenant_id) do update set cloud = excluded.cloud, client_id = excluded.client_id,
    sealed_secret = excluded.sealed_secret, enabled = excluded.enabled,
    revision = provider_connections.revision + 1, updated_at = excluded.updated_at
  returning workspace_id";

const FOR_RUN: &str = "select c.id, c.tenant_id, t.entra_tenant_id, c.cloud, c.client_id, c.sealed_secret, c.enabled, c.revision
  from provider_connections c join tenants t on t.id = c.tenant_id where c.tenant_id = $1
    and exists (select 1 from operation_runs r where r.id = $2 and r.lease_token = $3 and r.status = 'running')";

impl Connections<'_> {
    /// Saves the connection of a tenant, enabled; replaces an earlier one.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant does not exist.
    pub async fn save(&self, _: &Operator, tenant: TenantId, new: &NewConnection) -> Result<()> {
        // The row's id is authenticated with the secret; it is the tenant's, so that replacing keeps it.
        let id = ConnectionId::from_uuid(tenant.uuid());
        let sealed = self.0.keyring().seal(id.uuid(), new.secret.expose_secret())?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let save = sql(SAVE).bind(id).bind(tenant).bind(new.cloud.code()).bind(new.client_id.as_str()).bind(sealed).bind(true);
        let (workspace,): (Uuid,) = tx.optional(save).await?.ok_or(StoreError::NotVisible)?;
        let entry = AuditEntry::done(Action::ConnectionSave).on("connection", id.uuid());
        tx.commit(&Actor::operator(Some(WorkspaceId::from_uuid(workspace)), Some(tenant)), entry).await
    }

    /// Enables or disables a tenant's connection.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none.
    pub async fn set_enabled(&self, _: &Operator, tenant: TenantId, enabled: bool) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let update =
            "update provider_connections set enabled = $2, updated_at = $now where tenant_id = $1 returning workspace_id";
        let found: Option<(Uuid,)> = tx.optional(sql(update).bind(tenant).bind(enabled)).await?;
        let (workspace,) = found.ok_or(StoreError::NotVisible)?;
        let entry = AuditEntry::done(Action::ConnectionEnable).on("tenant", tenant.uuid());
        tx.commit(&Actor::operator(Some(WorkspaceId::from_uuid(workspace)), Some(tenant)), entry).await
    }

    /// The connection of the run's tenant and its secret in clear, for the attempt that holds the lease; to one that lost it, there
    /// is none.
    ///
    /// # Errors
    /// A [`Failure`] that says that the connection is missing or disabled, or that the secret cannot be opened.
    pub async fn for_run(&self, run: &RunScope) -> std::result::Result<(Connection, SecretString), Failure> {
        let tenant = run.tenant_id().ok_or(Failure::new(Code::RunContextMissing))?;
        let row = self.row(run, tenant).await.map_err(|error| Failure::from(&error))?;
        let row = row.ok_or(Failure::new(Code::ConnectionMissing))?;
        if !row.enabled {
            return Err(Failure::new(Code::ConnectionDisabled));
        }
        let secret = self.0.keyring().open(row.id, &row.sealed_secret).map_err(|error| {
            tracing::error!(run = %run.run_id(), %error, "the connection's secret cannot be opened");
            Failure::new(Code::CredentialsInvalid)
        })?;
        let connection = Connection {
            id: ConnectionId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            entra_tenant_id: EntraTenantId::from_uuid(row.entra_tenant_id),
            cloud: Cloud::from_code(&row.cloud),
            client_id: row.client_id,
            enabled: row.enabled,
            revision: row.revision,
        };
        Ok((connection, secret))
    }

    async fn row(&self, run: &RunScope, tenant: TenantId) -> Result<Option<Row>> {
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row = db.optional(sql(FOR_RUN).bind(tenant).bind(run.run_id()).bind(run.token())).await?;
        db.end().await?;
        Ok(row)
    }
}
