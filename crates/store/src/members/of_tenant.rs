//! The people of a tenant: those that were added to it, and those to whom their role in the workspace opens it.

use model::access::{Role, can};
use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use model::member::TenantMember;
use model::user::User;
use uuid::Uuid;

use super::change::known;
use super::{Members, owners};
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    workspace_role: String,
    tenant_role: Option<String>,
}

impl From<Row> for TenantMember {
    fn from(row: Row) -> Self {
        Self {
            user: User { id: UserId::from_uuid(row.id), email: row.email, name: row.name },
            workspace_role: Role::from_code(&row.workspace_role),
            tenant_role: row.tenant_role.as_deref().map(Role::from_code),
        }
    }
}

impl Members<'_> {
    /// Every member of the tenant's workspace with their role there, by name, at most `limit`: those who are entitled to the tenant, and
    /// those who may be added to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn around_tenant(&self, scope: &TenantScope, limit: u32) -> Result<Vec<TenantMember>> {
        const AROUND: &str = "select u.id, u.email, u.name, m.role as workspace_role, tm.role as tenant_role
          from workspace_members m join users u on u.id = m.user_id
          left join tenant_members tm on tm.tenant_id = $2 and tm.user_id = m.user_id
          where m.workspace_id = $1 order by lower(u.name), u.id limit $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(AROUND).bind(scope.workspace_id()).bind(scope.tenant_id()).bind(limit)).await?;
        db.end().await?;
        let mut members: Vec<TenantMember> = rows.into_iter().map(TenantMember::from).collect();
        members.sort_by_cached_key(|member| (name_key(&member.user.name), member.user.id));
        Ok(members)
    }

    /// Adds a member of the workspace to the tenant, or gives them another role in it.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for somebody who is no member of the workspace; [`StoreError::Conflict`] when this would take the
    /// role from the tenant's last owner.
    pub async fn set_tenant_role(&self, permit: &Permit<can::TenantMembersManage>, user: UserId, role: Role) -> Result<()> {
        const READ: &str = "select m.role, tm.role from workspace_members m
          left join tenant_members tm on tm.tenant_id = $2 and tm.user_id = m.user_id
          where m.workspace_id = $1 and m.user_id = $3";
        const SET: &str = "insert into tenant_members (tenant_id, workspace_id, user_id, role, created_at)
          values ($1, $2, $3, $4, $now) on conflict (tenant_id, user_id) do update set role = excluded.role, source = null";
        let grant = permit.grant();
        let (workspace, tenant) = (grant.workspace_id(), grant.tenant_id().ok_or(StoreError::NotVisible)?);
        known(role)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let owned = owners::before(&mut tx, workspace, user).await?;
        let was: Option<(String, Option<String>)> = tx.optional(sql(READ).bind(workspace).bind(tenant).bind(user)).await?;
        let (_, was) = was.ok_or(StoreError::NotVisible)?;
        tx.exec(sql(SET).bind(tenant).bind(workspace).bind(user).bind(role.code())).await?;
        owners::keep(&mut tx, owned).await?;
        let entry = match was {
            Some(was) => AuditEntry::done(Action::TenantMemberRole).with("from", Role::from_code(&was)),
            None => AuditEntry::done(Action::TenantMemberAdd),
        };
        tx.commit(grant.actor(), entry.on("user", user.uuid()).with("to", role)).await
    }

    /// Takes somebody out of the tenant. Who is entitled to it by their role in the workspace stays so.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for somebody who was not added to it; [`StoreError::Conflict`] for the tenant's last owner.
    pub async fn remove_from_tenant(&self, permit: &Permit<can::TenantMembersManage>, user: UserId) -> Result<()> {
        const REMOVE: &str = "delete from tenant_members where tenant_id = $1 and workspace_id = $2 and user_id = $3";
        let grant = permit.grant();
        let (workspace, tenant) = (grant.workspace_id(), grant.tenant_id().ok_or(StoreError::NotVisible)?);
        let mut tx = self.0.db().write(grant.reach()).await?;
        let owned = owners::before(&mut tx, workspace, user).await?;
        if tx.exec(sql(REMOVE).bind(tenant).bind(workspace).bind(user)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        owners::keep(&mut tx, owned).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantMemberRemove).on("user", user.uuid())).await
    }
}
