//! Members of workspaces and tenants, and those who are invited.

use std::time::Duration;

use crate::access::Role;
use crate::ids::{InvitationId, TenantId, WorkspaceId};
use crate::time::Moment;
use crate::user::User;

/// How long an invitation may be accepted.
pub const INVITATION_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A tenant to which somebody was, or is to be, added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRole {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// The role there.
    pub role: Role,
}

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// Their role in the workspace.
    pub role: Role,
    /// Since when.
    pub since: Moment,
    /// When they signed in last, wherever they went then.
    pub last_sign_in: Option<Moment>,
    /// The tenants to which they were added, of those that the viewer is entitled to, by name.
    pub tenants: Vec<TenantRole>,
}

/// Where an effective role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSource {
    /// From the role in the workspace, which opens every tenant.
    Workspace,
    /// From the role in the tenant.
    Tenant,
}

/// Somebody who is entitled to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantMember {
    /// Who.
    pub user: User,
    /// Their role in the workspace.
    pub workspace_role: Role,
    /// Their role in the tenant, when they were added to it.
    pub tenant_role: Option<Role>,
}

impl TenantMember {
    /// The role that counts, and where it comes from; `None` for somebody who is not entitled to the tenant.
    #[must_use]
    pub fn effective(&self) -> Option<(Role, RoleSource)> {
        effective(self.workspace_role, self.tenant_role)
    }
}

/// The role of a member of a workspace in one of its tenants: owners and managers are entitled to every tenant with that role, others
/// only to those that they were added to; the higher of the two roles counts. `None`: not entitled.
#[must_use]
pub fn effective(workspace: Role, tenant: Option<Role>) -> Option<(Role, RoleSource)> {
    let opened = workspace.opens_every_tenant().then_some((workspace, RoleSource::Workspace));
    match (opened, tenant) {
        (Some((workspace, source)), Some(tenant)) if workspace.higher(tenant) == workspace => Some((workspace, source)),
        (_, Some(tenant)) => Some((tenant, RoleSource::Tenant)),
        (opened, None) => opened,
    }
}

/// An invitation to a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, which is no secret and opens nothing.
    pub id: InvitationId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
    /// Who is invited, in [`crate::user::normal_email`] form.
    pub email: String,
    /// The role in the workspace.
    pub role: Role,
    /// The tenants to which they are added.
    pub tenants: Vec<TenantRole>,
    /// Who invites; `None` when they are no longer known.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: Moment,
    /// Until when it may be accepted.
    pub expires_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_role_counts_and_says_where_it_comes_from() {
        use RoleSource::{Tenant, Workspace};
        for (workspace, tenant, expected) in [
            (Role::Owner, None, Some((Role::Owner, Workspace))),
            (Role::Manager, Some(Role::Owner), Some((Role::Owner, Tenant))),
            (Role::Manager, Some(Role::Manager), Some((Role::Manager, Workspace))),
            (Role::Manager, Some(Role::Readonly), Some((Role::Manager, Workspace))),
            (Role::Operator, None, None),
            (Role::Operator, Some(Role::Readonly), Some((Role::Readonly, Tenant))),
            (Role::Readonly, Some(Role::Owner), Some((Role::Owner, Tenant))),
            (Role::Unknown, None, None),
        ] {
            assert_eq!(effective(workspace, tenant), expected, "{workspace} {tenant:?}");
        }
    }
}
