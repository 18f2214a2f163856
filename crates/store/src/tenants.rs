//! Tenants.

mod change;

pub use change::TenantEdit;

use model::audit::{Action, AuditEntry};
use model::connection::{Cloud, Connection};
use model::ids::{ConnectionId, EntraTenantId, TenantId, WorkspaceId};
use model::tenant::{Environment, TenantMove, TenantStatus};
use uuid::Uuid;

use crate::access::{Operator, TenantScope};
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::row::name_key;
use crate::sql::sql;

/// Tenants.
#[derive(Debug, Clone, Copy)]
pub struct Tenants<'a>(pub(crate) &'a Store);

/// A tenant to be created.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// Microsoft's id.
    pub entra_tenant_id: EntraTenantId,
    /// What depends on it.
    pub environment: Environment,
    /// Where it starts in its life.
    pub status: TenantStatus,
}

/// What the tenant's first page says beside its inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOverview {
    /// Its connection, without the secret.
    pub connection: Option<Connection>,
}

#[derive(sqlx::FromRow)]
struct ConnectionRow {
    id: Uuid,
    cloud: String,
    client_id: String,
    enabled: bool,
    revision: i64,
}

/// Says nothing of where.
const TAKEN: &str = "this Entra tenant is bound to a workspace already";

const INSERT: &str =
    "insert into tenants (id, workspace_id, name, name_key, domain, entra_tenant_id, environment, status, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $now) on conflict (entra_tenant_id) do nothing";

impl Tenants<'_> {
    /// Creates a tenant in a workspace.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when Microsoft's id is bound to a workspace already.
    pub async fn create(&self, _: &Operator, workspace: WorkspaceId, new: &NewTenant) -> Result<TenantId> {
        let id = TenantId::generate();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let insert = sql(INSERT)
            .bind(id)
            .bind(workspace)
            .bind(new.name.as_str())
            .bind(name_key(&new.name))
            .bind(new.domain.as_str())
            .bind(new.entra_tenant_id)
            .bind(new.environment.code())
            .bind(new.status.code());
        if tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict(TAKEN));
        }
        let entry = AuditEntry::done(Action::TenantCreate).on("tenant", id.uuid());
        tx.commit(&Actor::operator(Some(workspace), Some(id)), entry).await?;
        Ok(id)
    }

    /// Moves a tenant one step in its life.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it does not exist; [`StoreError::Conflict`] when there is no such step.
    pub async fn set_status(&self, _: &Operator, tenant: TenantId, status: TenantStatus) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let found: Option<(Uuid, String)> =
            tx.optional(sql("select workspace_id, status from tenants where id = $1").bind(tenant)).await?;
        let (workspace, was) = found.ok_or(StoreError::NotVisible)?;
        let step = TenantMove::between(TenantStatus::from_code(&was), status);
        let entry = change::step(&mut tx, tenant, step.ok_or(StoreError::Conflict("there is no such step"))?).await?;
        tx.commit(&Actor::operator(Some(WorkspaceId::from_uuid(workspace)), Some(tenant)), entry).await
    }

    /// What the tenant's first page needs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn overview(&self, scope: &TenantScope) -> Result<TenantOverview> {
        const CONNECTION: &str = "select id, cloud, client_id, enabled, revision from provider_connections where tenant_id = $1";
        let tenant = scope.tenant();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<ConnectionRow> = db.optional(sql(CONNECTION).bind(tenant.id)).await?;
        db.end().await?;
        let connection = row.map(|row| Connection {
            id: ConnectionId::from_uuid(row.id),
            tenant_id: tenant.id,
            entra_tenant_id: tenant.entra_tenant_id,
            cloud: Cloud::from_code(&row.cloud),
            client_id: row.client_id,
            enabled: row.enabled,
            revision: row.revision,
        });
        Ok(TenantOverview { connection })
    }
}
