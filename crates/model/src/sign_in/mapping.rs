//! Which group of a provider gives which role.

use std::collections::BTreeMap;

use crate::access::Role;
use crate::ids::{TenantId, WorkspaceId};

/// Where a group's members get a role, as an operator wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A workspace, by id or by its name.
    Workspace(String),
    /// A tenant, by id, by Microsoft's id of it, or by its name.
    Tenant(String),
}

/// One line of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The group as the provider writes it: for Entra ID its object id.
    pub group: String,
    /// Where.
    pub place: Wanted,
    /// What.
    pub role: Role,
}

/// What somebody gets by their groups, once the places were looked up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapped {
    /// Roles in workspaces.
    pub workspaces: BTreeMap<WorkspaceId, Role>,
    /// Roles in tenants.
    pub tenants: BTreeMap<TenantId, Role>,
}

impl Mapped {
    /// Adds a role in a workspace; the higher one stays.
    pub fn workspace(&mut self, id: WorkspaceId, role: Role) {
        let have = self.workspaces.entry(id).or_insert(role);
        *have = have.higher(role);
    }

    /// Adds a role in a tenant of a workspace; the higher one stays. Nobody is in a tenant who is not in its workspace.
    pub fn tenant(&mut self, id: TenantId, of: WorkspaceId, role: Role) {
        let have = self.tenants.entry(id).or_insert(role);
        *have = have.higher(role);
        self.workspaces.entry(of).or_insert(Role::Readonly);
    }

    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.workspaces.is_empty() && self.tenants.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_role_of_several_groups_counts() {
        let (workspace, tenant) = (WorkspaceId::generate(), TenantId::generate());
        let mut mapped = Mapped::default();
        for role in [Role::Operator, Role::Manager, Role::Readonly] {
            mapped.workspace(workspace, role);
            mapped.tenant(tenant, workspace, role);
        }
        assert_eq!(mapped.workspaces[&workspace], Role::Manager);
        assert_eq!(mapped.tenants[&tenant], Role::Manager);
    }

    #[test]
    fn a_role_in_a_tenant_brings_the_least_membership_of_its_workspace() {
        let (workspace, tenant) = (WorkspaceId::generate(), TenantId::generate());
        let mut mapped = Mapped::default();
        assert!(mapped.is_empty());
        mapped.tenant(tenant, workspace, Role::Owner);
        assert_eq!(mapped.workspaces[&workspace], Role::Readonly);
        assert!(!mapped.is_empty());
    }
}
