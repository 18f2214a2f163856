//! A small world: one workspace with two tenants, a person for every role, and a stranger from another workspace.

use std::sync::Arc;

use model::access::{Role, can};
use model::connection::Cloud;
use model::ids::{EntraTenantId, RunId, TenantId, WorkspaceId};
use model::operations::{Operation, inventory_sync};
use model::run::RunSettings;
use model::run::{Run, RunRequest, Started, Trigger};
use model::tenant::{Environment, TenantStatus};
use model::user::User;
use secrecy::SecretString;
use store::access::{Operator, RunScope, SignedIn, TenantScope, WorkspaceScope};
use store::runs::{Admission, Claim, LEASE, WorkerId};
use store::{NewConnection, NewTenant, Store};

use crate::stores::TestStore;

/// The client secret of every connection of the world: must never be seen anywhere.
pub const CANARY_SECRET: &str = "canary-client-secret-7f3a";

/// People and places.
#[derive(Debug, Clone)]
pub struct World {
    /// The database.
    pub store: Store,
    /// The operator.
    pub operator: Arc<Operator>,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its first tenant, with an enabled connection.
    pub tenant: TenantId,
    /// Its second tenant, without a connection. The operator and the read-only member are not entitled to it.
    pub other_tenant: TenantId,
    /// Owner of the workspace.
    pub owner: User,
    /// Manager of the workspace.
    pub manager: User,
    /// Operator member, with the operator role in the first tenant.
    pub operator_member: User,
    /// Read-only member, with the read-only role in the first tenant.
    pub readonly: User,
    /// A member of the workspace without any tenant.
    pub outsider: User,
    /// Owner of another workspace.
    pub stranger: User,
    /// The stranger's workspace.
    pub foreign_workspace: WorkspaceId,
    /// The stranger's tenant.
    pub foreign_tenant: TenantId,
}

/// A tenant in production.
///
/// # Panics
/// When the database refuses.
pub async fn tenant(store: &Store, operator: &Operator, workspace: WorkspaceId, name: &str) -> TenantId {
    let new = NewTenant {
        name: name.to_owned(),
        domain: format!("{}.onmicrosoft.example", name.to_lowercase().replace(' ', "-")),
        entra_tenant_id: EntraTenantId::generate(),
        environment: Environment::Production,
        status: TenantStatus::Active,
    };
    store.tenants().create(operator, workspace, &new).await.expect("a tenant")
}

/// The wish to sync these types of a tenant.
///
/// # Panics
/// When a type is not kept in the inventory.
#[must_use]
pub fn sync_of(tenant: TenantId, types: &[&str]) -> RunRequest {
    inventory_sync::Arguments::only(types).expect("types of the inventory").request(tenant)
}

/// The connection that the world's tenants get.
#[must_use]
pub fn connection() -> NewConnection {
    NewConnection::with_secret(Cloud::Custom, "client-1", SecretString::from(CANARY_SECRET))
}

impl World {
    /// Builds the world in an empty database.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn build(store: &Store, operator: &Arc<Operator>) -> Self {
        let op = operator.as_ref();
        let (workspaces, members) = (store.workspaces(), store.members());
        let workspace = workspaces.create(op, "Northwind Services").await.expect("a workspace");
        let foreign_workspace = workspaces.create(op, "Somebody Else").await.expect("a workspace");
        let first = tenant(store, op, workspace, "Contoso").await;
        let second = tenant(store, op, workspace, "Fabrikam").await;
        let foreign = tenant(store, op, foreign_workspace, "Adatum").await;
        store.connections().save(op, first, &connection()).await.expect("a connection");
        store.connections().save(op, foreign, &connection()).await.expect("a connection");
        let user = async |name: &str| store.users().add(op, &format!("{name}@example.test"), name, None).await.expect("a user");
        let owner = user("owner").await;
        let manager = user("manager").await;
        let operator_member = user("operator").await;
        let readonly = user("readonly").await;
        let outsider = user("outsider").await;
        let stranger = user("stranger").await;
        for (person, role) in [
            (&owner, Role::Owner),
            (&manager, Role::Manager),
            (&operator_member, Role::Operator),
            (&readonly, Role::Readonly),
            (&outsider, Role::Readonly),
        ] {
            members.add_to_workspace(op, workspace, person.id, role).await.expect("a member");
        }
        members.add_to_tenant(op, first, operator_member.id, Role::Operator).await.expect("a member");
        members.add_to_tenant(op, first, readonly.id, Role::Readonly).await.expect("a member");
        members.add_to_workspace(op, foreign_workspace, stranger.id, Role::Owner).await.expect("a member");
        Self {
            store: store.clone(),
            operator: Arc::clone(operator),
            workspace,
            tenant: first,
            other_tenant: second,
            owner,
            manager,
            operator_member,
            readonly,
            outsider,
            stranger,
            foreign_workspace,
            foreign_tenant: foreign,
        }
    }

    /// A live session of that person.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn sign_in(&self, user: &User) -> SignedIn {
        let token = self.store.sessions().start(user).await.expect("a session");
        self.store.sessions().find(&token).await.expect("the database").expect("the session lives")
    }

    /// That person's scope of the first tenant.
    ///
    /// # Panics
    /// When they are not entitled to it.
    pub async fn tenant_scope(&self, user: &User) -> TenantScope {
        let who = self.sign_in(user).await;
        self.store.access().tenant(&who, self.tenant).await.expect("entitled")
    }

    /// That person's scope of the workspace.
    ///
    /// # Panics
    /// When they are no member.
    pub async fn workspace_scope(&self, user: &User) -> WorkspaceScope {
        let who = self.sign_in(user).await;
        self.store.access().workspace(&who, self.workspace).await.expect("a member")
    }

    /// As many runs at a time as may be allowed, in the tenant and in the workspace.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn without_limits(&self) {
        let settings = RunSettings { tenant_limit: 100, workspace_limit: 1000, ..RunSettings::default() };
        let permit = self.workspace_scope(&self.owner).await.permit().expect("permitted");
        self.store.runs().save_settings(&permit, settings).await.expect("saved");
    }

    /// As [`World::build`], in the database of a test.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn of(test: &TestStore) -> Self {
        Self::build(&test.store, &test.operator).await
    }

    /// What that person gets who asks for a sync of the first tenant.
    ///
    /// # Panics
    /// When they may not, or the database refuses.
    pub async fn start_sync(&self, user: &User, types: &[&str]) -> Started {
        let permit = self.tenant_scope(user).await.permit::<can::InventorySync>().expect("permitted");
        let request = sync_of(self.tenant, types);
        self.store.runs().start(&permit, &request, Trigger::Manual).await.expect("the start is answered")
    }

    /// A new run of the owner's, queued.
    ///
    /// # Panics
    /// When there is an equal one already.
    pub async fn queued(&self, types: &[&str]) -> Run {
        match self.start_sync(&self.owner, types).await {
            Started::Accepted(run) => run,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// The next run of the queue, leased to that worker.
    ///
    /// # Panics
    /// When the queue is empty.
    pub async fn claim(&self, worker: &WorkerId) -> Claim {
        let mut claims = self.store.queue().claim(worker, Operation::ALL, 1, LEASE).await.expect("the database");
        claims.pop().expect("a queued run")
    }

    /// The right to write of a claim that passes the gate.
    ///
    /// # Panics
    /// When the gate refuses.
    pub async fn admit(&self, claim: &Claim) -> RunScope {
        match self.store.queue().admit(claim).await.expect("the database") {
            Admission::Admitted(scope) => scope,
            Admission::Refused(_, failure) => panic!("refused: {failure}"),
        }
    }

    /// A new run of the owner's, claimed and admitted.
    ///
    /// # Panics
    /// When another run is claimed in its place.
    pub async fn attempt(&self, types: &[&str]) -> RunScope {
        let run = self.queued(types).await;
        let claim = self.claim(&WorkerId::new("test")).await;
        assert_eq!(claim.run.id, run.id, "another run was in the queue");
        self.admit(&claim).await
    }

    /// The run as the owner of the workspace sees it now.
    ///
    /// # Panics
    /// When they do not see it.
    pub async fn run(&self, id: RunId) -> Run {
        let who = self.sign_in(&self.owner).await;
        let sight = self.store.access().run(&who, id).await.expect("the owner sees it");
        self.store.runs().find(&sight).await.expect("it is recorded")
    }
}
