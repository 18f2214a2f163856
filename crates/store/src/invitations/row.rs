//! The stored form of an invitation.

use std::collections::BTreeMap;

use model::access::Role;
use model::ids::{InvitationId, TenantId, WorkspaceId};
use model::member::{Invitation, TenantRole};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::sql::sql;

macro_rules! columns {
    () => {
        "i.id, i.workspace_id, w.name as workspace_name, i.email, i.role, b.name as invited_by, i.created_at, i.expires_at,
         a.id as account from invitations i join workspaces w on w.id = i.workspace_id
         left join users b on b.id = i.invited_by left join users a on a.email = i.email"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    workspace_id: Uuid,
    workspace_name: String,
    email: String,
    role: String,
    invited_by: Option<String>,
    created_at: DbTime,
    expires_at: DbTime,
    pub(super) account: Option<Uuid>,
}

impl Row {
    pub(super) fn with(self, tenants: Vec<TenantRole>) -> Invitation {
        Invitation {
            id: InvitationId::from_uuid(self.id),
            workspace: WorkspaceId::from_uuid(self.workspace_id),
            workspace_name: self.workspace_name,
            email: self.email,
            role: Role::from_code(&self.role),
            tenants,
            invited_by: self.invited_by,
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        }
    }
}

/// The tenants of those invitations, by name.
pub(super) async fn tenants(db: &mut Reader, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Vec<TenantRole>>> {
    const TENANTS: &str = "select it.invitation_id, it.tenant_id, t.name, it.role from invitation_tenants it
      join tenants t on t.id = it.tenant_id where it.invitation_id in ";
    let rows: Vec<(Uuid, Uuid, String, String)> =
        db.all(sql(TENANTS).push_in("", ids).push(" order by t.name_key, t.id")).await?;
    let mut found: BTreeMap<Uuid, Vec<TenantRole>> = BTreeMap::new();
    for (invitation, tenant, name, role) in rows {
        let role = TenantRole { tenant: TenantId::from_uuid(tenant), name, role: Role::from_code(&role) };
        found.entry(invitation).or_default().push(role);
    }
    Ok(found)
}
