//! Tenants.

mod change;
mod delete;
mod record;
mod tags;

pub use change::TenantEdit;
pub(crate) use change::{activate, change_tenant, insert_draft, step};
pub use delete::RemovedPart;
pub use record::{DERIVED_TABLES, RecordPart};

use model::audit::{Action, AuditEntry};
use model::connection::Connection;
use model::ids::{EntraTenantId, TenantId, WorkspaceId};
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

    /// Tenants by what people call them: our id, Microsoft's id, domain or name. Several may have the name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn called(&self, _: &Operator, text: &str) -> Result<Vec<TenantId>> {
        let find = match Uuid::parse_str(text) {
            Ok(id) => sql("select id from tenants where id = $1 or entra_tenant_id = $1").bind(id),
            Err(_) => sql("select id from tenants where lower(domain) = $1 or name_key = $2 order by id limit 10")
                .bind(text.to_lowercase())
                .bind(name_key(text)),
        };
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<(Uuid,)> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id,)| TenantId::from_uuid(id)).collect())
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
        let (connection, _) = self.0.connections().show(scope).await?;
        Ok(TenantOverview { connection })
    }
}
