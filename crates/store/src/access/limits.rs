//! What an API token gives at most. Its holder's role is asked as well, each time: a token never gives more than they hold now.

use std::collections::BTreeSet;

use model::access::{Capabilities, Capability, Plane};
use model::ids::{ApiTokenId, TenantId, WorkspaceId};
use model::tenant::Tenant;

/// The limits of a token.
#[derive(Debug)]
pub(crate) struct Limits {
    token: ApiTokenId,
    workspace: WorkspaceId,
    capabilities: Capabilities,
    tenants: Option<BTreeSet<TenantId>>,
}

impl Limits {
    /// Of a token that is narrowed to tenants, what changes the whole workspace is taken away: it would reach the others.
    pub(crate) fn new(
        token: ApiTokenId,
        workspace: WorkspaceId,
        capabilities: Capabilities,
        tenants: Option<BTreeSet<TenantId>>,
    ) -> Self {
        let of_workspace = |one: &Capability| one.plane() == Plane::Workspace && !one.only_views();
        let kept = |one: &Capability| capabilities.has(*one) && (tenants.is_none() || !of_workspace(one));
        let capabilities = Capability::ALL.iter().copied().filter(kept).collect();
        Self { token, workspace, capabilities, tenants }
    }

    pub(crate) const fn token(&self) -> ApiTokenId {
        self.token
    }

    /// The one workspace that it opens.
    pub(crate) const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    pub(super) const fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// The tenants that it is narrowed to.
    pub(crate) const fn tenants(&self) -> Option<&BTreeSet<TenantId>> {
        self.tenants.as_ref()
    }

    /// Whether it is not narrowed to other tenants.
    pub(super) fn opens(&self, tenant: TenantId) -> bool {
        self.tenants.as_ref().is_none_or(|tenants| tenants.contains(&tenant))
    }

    /// Whether the tenant is of its workspace, and not one that it is narrowed away from.
    pub(crate) fn reaches(&self, tenant: &Tenant) -> bool {
        tenant.workspace_id == self.workspace && self.opens(tenant.id)
    }
}
