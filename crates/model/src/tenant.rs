//! A Microsoft Entra tenant, bound to exactly one workspace.

mod life;

pub use life::TenantMove;

use crate::access::Role;
use crate::codes::codes;
use crate::ids::{EntraTenantId, TenantId, WorkspaceId};

codes! {
    /// Where a tenant is in its life.
    TenantStatus {
        /// Begun, without a connection.
        Draft = "draft",
        /// Being connected.
        Onboarding = "onboarding",
        /// In use.
        Active = "active",
        /// Put away: nothing runs any more.
        Archived = "archived",
    }
}

codes! {
    /// What depends on a tenant, shown as a coloured mark.
    Environment {
        /// Real people depend on it.
        Production = "production",
        /// Changes are tried here before production.
        Staging = "staging",
        /// For trying things out.
        Development = "development",
    }
}

/// A tenant as somebody entitled to it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Our id.
    pub id: TenantId,
    /// The workspace that it is bound to.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its initial domain, e.g. `contoso.onmicrosoft.com`.
    pub domain: String,
    /// Microsoft's id, unique in the installation.
    pub entra_tenant_id: EntraTenantId,
    /// What depends on it.
    pub environment: Environment,
    /// Where it is in its life.
    pub status: TenantStatus,
    /// The viewer's effective role in it.
    pub role: Role,
}
