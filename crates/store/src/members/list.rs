//! The members of a workspace.

use std::collections::BTreeMap;

use model::access::Role;
use model::ids::{TenantId, UserId};
use model::member::{Member, TenantRole};
use model::user::User;
use uuid::Uuid;

use super::Members;
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    last_sign_in_at: Option<DbTime>,
    role: String,
    created_at: DbTime,
}

impl Row {
    fn member(self, tenants: &mut BTreeMap<Uuid, Vec<TenantRole>>) -> Member {
        Member {
            tenants: tenants.remove(&self.id).unwrap_or_default(),
            user: User { id: UserId::from_uuid(self.id), email: self.email, name: self.name },
            role: Role::from_code(&self.role),
            since: self.created_at.0,
            last_sign_in: self.last_sign_in_at.map(|at| at.0),
        }
    }
}

impl Members<'_> {
    /// The members of the workspace, by name, at most `limit`; with the tenants to which they were added, of those that the viewer
    /// is entitled to.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, scope: &WorkspaceScope, limit: u32) -> Result<Vec<Member>> {
        const LIST: &str = "select u.id, u.email, u.name, u.last_sign_in_at, m.role, m.created_at from workspace_members m
          join users u on u.id = m.user_id where m.workspace_id = $1 order by lower(u.name), u.id limit $2";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(LIST).bind(scope.workspace_id()).bind(limit)).await?;
        let mut tenants = tenants_of(&mut db, scope, None).await?;
        db.end().await?;
        let mut members: Vec<Member> = rows.into_iter().map(|row| row.member(&mut tenants)).collect();
        members.sort_by_cached_key(|member| (name_key(&member.user.name), member.user.id));
        Ok(members)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for somebody who is no member of the workspace.
    pub async fn find(&self, scope: &WorkspaceScope, user: UserId) -> Result<Member> {
        const FIND: &str = "select u.id, u.email, u.name, u.last_sign_in_at, m.role, m.created_at from workspace_members m
          join users u on u.id = m.user_id where m.workspace_id = $1 and m.user_id = $2";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(scope.workspace_id()).bind(user)).await?;
        let mut tenants = tenants_of(&mut db, scope, Some(user)).await?;
        db.end().await?;
        row.map(|row| row.member(&mut tenants)).ok_or(StoreError::NotVisible)
    }
}

/// Who was added to which tenant, of those that the viewer is entitled to.
async fn tenants_of(db: &mut Reader, scope: &WorkspaceScope, user: Option<UserId>) -> Result<BTreeMap<Uuid, Vec<TenantRole>>> {
    const TENANTS: &str = "select tm.user_id, tm.tenant_id, t.name, tm.role from tenant_members tm
      join tenants t on t.id = tm.tenant_id where tm.workspace_id = $1";
    let mut statement = sql(TENANTS).bind(scope.workspace_id()).push_if(" and tm.user_id = ", user);
    if let Some(entitled) = scope.entitled() {
        statement = statement.push_in(" and tm.tenant_id in ", entitled);
    }
    let rows: Vec<(Uuid, Uuid, String, String)> = db.all(statement.push(" order by t.name_key, t.id")).await?;
    let mut found: BTreeMap<Uuid, Vec<TenantRole>> = BTreeMap::new();
    for (user, tenant, name, role) in rows {
        let role = TenantRole { tenant: TenantId::from_uuid(tenant), name, role: Role::from_code(&role) };
        found.entry(user).or_default().push(role);
    }
    Ok(found)
}
