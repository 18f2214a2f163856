//! Memberships. Here is what the operator's commands need; what members do stands in the modules.

mod change;
mod list;
mod of_tenant;
mod owners;

pub(crate) use change::take_out;

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, UserId, WorkspaceId};
use model::user::User;
use uuid::Uuid;

use crate::access::{Operator, WorkspaceScope};
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Memberships.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a>(pub(crate) &'a Store);

const ADD_TO_WORKSPACE: &str = "insert into workspace_members (workspace_id, user_id, role, created_at)
  values ($1, $2, $3, $now) on conflict (workspace_id, user_id) do update set role = excluded.role, source = null";
const ADD_TO_TENANT: &str = "insert into tenant_members (tenant_id, workspace_id, user_id, role, created_at)
  select t.id, t.workspace_id, $2, $3, $now from tenants t where t.id = $1
  on conflict (tenant_id, user_id) do update set role = excluded.role, source = null";

impl Members<'_> {
    /// The members of the workspace, by name, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people(&self, scope: &WorkspaceScope, limit: u32) -> Result<Vec<User>> {
        const PEOPLE: &str = "select u.id, u.email, u.name from workspace_members m
          join users u on u.id = m.user_id where m.workspace_id = $1 order by lower(u.name), u.id limit $2";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(Uuid, String, String)> = db.all(sql(PEOPLE).bind(scope.workspace_id()).bind(limit)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id, email, name)| User { id: UserId::from_uuid(id), email, name }).collect())
    }

    /// Makes a person a member of a workspace, or changes their role.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when this would take the role from the workspace's last owner. When the workspace or the user does
    /// not exist.
    pub async fn add_to_workspace(&self, _: &Operator, workspace: WorkspaceId, user: UserId, role: Role) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let owned = owners::before(&mut tx, workspace, user).await?;
        tx.exec(sql(ADD_TO_WORKSPACE).bind(workspace).bind(user).bind(role.code())).await?;
        owners::keep(&mut tx, owned).await?;
        let entry = AuditEntry::done(Action::WorkspaceMemberAdd).on("user", user.uuid());
        tx.commit(&Actor::operator(Some(workspace), None), entry).await
    }

    /// Adds a person to a tenant, or changes their role there.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant does not exist; [`StoreError::Conflict`] when this would take the role from its last
    /// owner.
    pub async fn add_to_tenant(&self, _: &Operator, tenant: TenantId, user: UserId, role: Role) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let found: Option<(Uuid,)> = tx.optional(sql("select workspace_id from tenants where id = $1").bind(tenant)).await?;
        let workspace = found.map(|(id,)| WorkspaceId::from_uuid(id)).ok_or(StoreError::NotVisible)?;
        let owned = owners::before(&mut tx, workspace, user).await?;
        tx.exec(sql(ADD_TO_TENANT).bind(tenant).bind(user).bind(role.code())).await?;
        owners::keep(&mut tx, owned).await?;
        let entry = AuditEntry::done(Action::TenantMemberAdd).on("user", user.uuid());
        tx.commit(&Actor::operator(Some(workspace), Some(tenant)), entry).await
    }

    /// Removes a person from a workspace and from all of its tenants.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for somebody who is no member; [`StoreError::Conflict`] for a last owner.
    pub async fn remove_from_workspace(&self, _: &Operator, workspace: WorkspaceId, user: UserId) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        change::take_out(&mut tx, workspace, user).await?;
        let entry = AuditEntry::done(Action::WorkspaceMemberRemove).on("user", user.uuid());
        tx.commit(&Actor::operator(Some(workspace), None), entry).await
    }
}
