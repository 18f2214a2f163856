//! What was found out about a person and a place.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::access::{Can, Capability, Role};
use model::ids::{ApiTokenId, RunId, SessionId, TenantId, UserId, WorkspaceId};
use model::operations::Operation;
use model::tenant::Tenant;
use model::user::User;

use super::across::Across;
use super::limits::Limits;
use super::permit::Permit;
use crate::audit::{Actor, ActorKind};
use crate::error::StoreError;
use crate::reach::{Reach, Tenants};
use model::access::Capable;

/// A person with a live session, or a program with a token of theirs. Made by `sessions().find` and `api_tokens().find`.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub(crate) user: User,
    pub(crate) session: SessionId,
    pub(crate) workspace: Option<WorkspaceId>,
    /// What the token gives at most; `None` for a session.
    pub(crate) limits: Option<Arc<Limits>>,
}

impl SignedIn {
    /// Who it is.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// Their token, where it is no session.
    #[must_use]
    pub fn api_token(&self) -> Option<ApiTokenId> {
        self.limits.as_ref().map(|limits| limits.token())
    }

    /// Their session. A token has none: this is an id of no session then.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// The workspace that they chose last. A hint for pages, not an entitlement.
    #[must_use]
    pub const fn chosen_workspace(&self) -> Option<WorkspaceId> {
        self.workspace
    }

    pub(crate) fn reach(&self) -> Reach {
        Reach::user(self.user.id)
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor { kind: ActorKind::User(self.user.id), workspace_id: None, tenant_id: None, token: self.api_token() }
    }
}

/// Where a grant holds.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A workspace; the roles in tenants to which the member was added.
    Workspace { name: String, tenant_roles: BTreeMap<TenantId, Role> },
    /// One tenant.
    Tenant(Tenant),
}

/// The inside of scopes and permits.
#[derive(Debug)]
pub(crate) struct Grant {
    user: Option<User>,
    workspace_id: WorkspaceId,
    role: Role,
    place: Place,
    limits: Option<Arc<Limits>>,
    reach: Reach,
    actor: Actor,
}

/// The tenants of a place, where not all of its workspace: those of the member, as far as a token is not narrower.
fn entitled(role: Role, place: &Place, limits: Option<&Limits>) -> Option<Vec<TenantId>> {
    let Place::Workspace { tenant_roles, .. } = place else { return None };
    let named = limits.and_then(Limits::tenants);
    if role.opens_every_tenant() {
        return named.map(|tenants| tenants.iter().copied().collect());
    }
    Some(tenant_roles.keys().copied().filter(|id| named.is_none_or(|tenants| tenants.contains(id))).collect())
}

impl Grant {
    pub(super) fn new(
        kind: ActorKind,
        user: Option<User>,
        workspace_id: WorkspaceId,
        role: Role,
        place: Place,
        limits: Option<Arc<Limits>>,
    ) -> Self {
        let (reach, tenant_id) = match (&place, entitled(role, &place, limits.as_deref())) {
            (Place::Tenant(tenant), _) => (Reach::workspace(workspace_id, Tenants::Only(&[tenant.id])), Some(tenant.id)),
            (Place::Workspace { .. }, None) => (Reach::workspace(workspace_id, Tenants::All), None),
            (Place::Workspace { .. }, Some(list)) => (Reach::workspace(workspace_id, Tenants::Only(&list)), None),
        };
        let token = limits.as_ref().map(|limits| limits.token());
        let actor = Actor { kind, workspace_id: Some(workspace_id), tenant_id, token };
        Self { user, workspace_id, role, place, limits, reach, actor }
    }

    pub(crate) const fn reach(&self) -> &Reach {
        &self.reach
    }

    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) const fn workspace_id(&self) -> WorkspaceId {
        self.workspace_id
    }

    pub(crate) const fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The tenants here to which the person is entitled; `None` means all.
    pub(crate) fn entitled(&self) -> Option<Vec<TenantId>> {
        entitled(self.role, &self.place, self.limits.as_deref())
    }

    pub(crate) const fn tenant_id(&self) -> Option<TenantId> {
        self.actor.tenant_id
    }

    /// Whether what acts is not a token that is narrowed away from that tenant.
    pub(crate) fn token_opens(&self, tenant: TenantId) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.opens(tenant))
    }

    /// Whether what acts is not a token without that capability: of one that every role holds.
    pub(crate) fn looks_at(&self, capability: Capability) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.capabilities().has(capability))
    }

    /// Whether the role holds the capability and, for a token, the token was given it: the one place that decides.
    pub(super) fn grants(&self, capability: Capability) -> bool {
        self.can().allows(capability)
    }

    /// The same as flags. While a tenant is being onboarded, whoever manages its connection also puts the credential in, replaces and
    /// removes it: one that was mistyped must not take an owner to mend. Of a tenant in use that is a capability of its own.
    pub(super) fn can(&self) -> Can {
        let can = self.narrowed(self.role);
        match &self.place {
            Place::Tenant(tenant) if tenant.status.is_being_onboarded() && can.allows(Capability::ProvidersManage) => {
                can.with(Capability::CredentialsRotate)
            }
            _ => can,
        }
    }

    /// Whether the person holds it here or in one of the tenants here: what they may hand to a token. A token holds nothing to hand on.
    pub(crate) fn may_hand_on(&self, capability: Capability) -> bool {
        let in_tenants = || match &self.place {
            Place::Workspace { tenant_roles, .. } => tenant_roles.values().any(|role| role.grants(capability)),
            Place::Tenant(_) => false,
        };
        let by_tenant = capability.plane() == model::access::Plane::Tenant && in_tenants();
        self.limits.is_none() && (self.role.grants(capability) || by_tenant)
    }

    /// The tenants of a workspace in which the person holds the capability; `None`: in all.
    pub(super) fn tenants_granting(&self, capability: Capability) -> Option<Vec<TenantId>> {
        let everywhere = self.role.opens_every_tenant() && self.grants(capability);
        let Place::Workspace { tenant_roles, .. } = &self.place else { return Some(Vec::new()) };
        if everywhere {
            return self.entitled();
        }
        let there = |role: &Role| self.narrowed(*role).allows(capability);
        Some(tenant_roles.iter().filter(|(id, role)| there(role) && self.token_opens(**id)).map(|(id, _)| *id).collect())
    }

    fn narrowed(&self, role: Role) -> Can {
        self.limits.as_ref().map_or(Can::of(role), |limits| Can::within(role, limits.capabilities()))
    }
}

macro_rules! scope {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub(super) Arc<Grant>);

        impl $name {
            pub(crate) fn grant(&self) -> &Grant {
                &self.0
            }

            /// The workspace.
            #[must_use]
            pub fn workspace_id(&self) -> WorkspaceId {
                self.0.workspace_id
            }

            /// What the person may do here, as flags for pages.
            #[must_use]
            pub fn can(&self) -> Can {
                self.0.can()
            }

            /// Asks for a permit.
            ///
            /// # Errors
            /// [`StoreError::Forbidden`] names the capability that is missing.
            pub fn permit<C: Capable>(&self) -> Result<Permit<C>, StoreError> {
                Permit::ask(&self.0)
            }
        }
    };
}

scope! {
    /// The right to look at one workspace: comes from a membership that was read.
    WorkspaceScope
}

scope! {
    /// The right to look at one tenant: comes from an entitlement that was read.
    TenantScope
}

impl WorkspaceScope {
    /// What the person holds here or in one of the tenants here, and may give to an API token.
    #[must_use]
    pub fn may_hand_on(&self) -> Vec<Capability> {
        Capability::ALL.iter().copied().filter(|capability| self.0.may_hand_on(*capability)).collect()
    }

    /// The workspace's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0.place {
            Place::Workspace { name, .. } => name,
            Place::Tenant(_) => "",
        }
    }

    /// The tenants to which the person is entitled; `None` means all of the workspace.
    #[must_use]
    pub fn entitled(&self) -> Option<Vec<TenantId>> {
        self.0.entitled()
    }

    /// The effective role in one of the workspace's tenants; `None` when not entitled to it.
    #[must_use]
    pub fn role_in(&self, tenant: TenantId) -> Option<Role> {
        let Place::Workspace { tenant_roles, .. } = &self.0.place else { return None };
        if self.0.limits.as_ref().is_some_and(|limits| !limits.opens(tenant)) {
            return None;
        }
        let own = tenant_roles.get(&tenant).copied();
        if self.0.role.opens_every_tenant() { Some(own.map_or(self.0.role, |own| own.higher(self.0.role))) } else { own }
    }

    /// The right to do what `C` names in every tenant of the workspace in which the person holds it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when they hold it in none.
    pub fn across<C: Capable>(&self) -> Result<Across<C>, StoreError> {
        Across::ask(&self.0)
    }

    /// Whether the person may look at a run of that type: in its tenant, or in the workspace.
    #[must_use]
    pub fn may_open(&self, tenant: Option<TenantId>, capability: Capability) -> bool {
        match tenant {
            Some(tenant) => self.role_in(tenant).is_some_and(|role| self.0.narrowed(role).allows(capability)),
            None => self.0.grants(capability),
        }
    }
}

impl WorkspaceScope {
    /// Whether the person may look at a run of that type there.
    #[must_use]
    pub fn may_open_run(&self, tenant: Option<TenantId>, operation: Operation) -> bool {
        let of_theirs = tenant.is_some() || !operation.speaks_of_every_tenant() || self.entitled().is_none();
        of_theirs && self.may_open(tenant, operation.view_capability())
    }

    /// The right to look at one of its tenants, with the same person's role there; `None` when they are not entitled to it.
    pub(crate) fn at_tenant(&self, tenant: Tenant) -> Option<TenantScope> {
        let role = self.role_in(tenant.id).filter(|_| tenant.workspace_id == self.workspace_id())?;
        let place = Place::Tenant(Tenant { role, ..tenant });
        let Grant { user, limits, actor, .. } = &*self.0;
        let grant = Grant::new(actor.kind, user.clone(), self.workspace_id(), role, place, limits.clone());
        Some(TenantScope(Arc::new(grant)))
    }
}

impl TenantScope {
    /// The tenant, with the person's effective role in it.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        match &self.0.place {
            Place::Tenant(tenant) => tenant,
            Place::Workspace { .. } => unreachable!("a tenant scope is only made for a tenant"),
        }
    }

    /// The tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        self.tenant().id
    }
}

/// The right of one attempt of one run to write: comes from claiming the run and passing the gate. Every write through it is
/// fenced by the lease token.
#[derive(Debug, Clone)]
pub struct RunScope {
    grant: Arc<Grant>,
    run_id: RunId,
    token: i64,
    initiator: Option<UserId>,
}

impl RunScope {
    pub(crate) const fn new(grant: Arc<Grant>, run_id: RunId, token: i64, initiator: Option<UserId>) -> Self {
        Self { grant, run_id, token, initiator }
    }

    pub(crate) fn grant(&self) -> &Grant {
        &self.grant
    }

    pub(crate) const fn token(&self) -> i64 {
        self.token
    }

    /// The run.
    #[must_use]
    pub const fn run_id(&self) -> RunId {
        self.run_id
    }

    /// Who started it; `None` for the system.
    #[must_use]
    pub const fn initiator(&self) -> Option<UserId> {
        self.initiator
    }

    /// The workspace.
    #[must_use]
    pub fn workspace_id(&self) -> WorkspaceId {
        self.grant.workspace_id
    }

    /// The tenant; `None` for runs of the workspace.
    #[must_use]
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.grant.tenant_id()
    }

    /// What the attempt of a run of the workspace may look at there: all of its tenants. `None` for runs of a tenant.
    #[must_use]
    pub fn looking_everywhere(&self) -> Option<WorkspaceScope> {
        matches!(self.grant.place, Place::Workspace { .. }).then(|| WorkspaceScope(Arc::clone(&self.grant)))
    }

    /// What the attempt may look at in its tenant: all that somebody may who can only look. `None` for runs of the workspace.
    #[must_use]
    pub fn looking(&self) -> Option<TenantScope> {
        let Place::Tenant(tenant) = &self.grant.place else { return None };
        let place = Place::Tenant(Tenant { role: Role::Readonly, ..tenant.clone() });
        let grant = Grant::new(ActorKind::System, None, self.grant.workspace_id, Role::Readonly, place, None);
        Some(TenantScope(Arc::new(grant)))
    }
}
