//! The pages of a small world, served in this process. Nothing works on runs, and nothing knows where Graph is.

use std::num::NonZeroU32;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use model::access::{Capability, Role, can};
use model::api_token::NewApiToken;
use model::connection_check::{Check, CheckKey, Report};
use model::ids::{
    ApiTokenId, BackupSetId, EntraTenantId, RestoreId, RolloutId, RunId, ScheduleId, TenantId, UserId, WorkspaceId,
};
use model::inventory::InventoryFilter;
use model::operations::Operation;
use model::operations::inventory_sync::Arguments;
use model::platform::{Minutes, Reason};
use model::restore::Source;
use model::run::{Counts, Outcome, Run, Trigger};
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use model::tenant::{Environment, TenantStatus};
use model::time::Moment;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use store::access::{PlatformScope, TenantScope};
use store::runs::{LEASE, WorkerId};
use store::{Credential, NewTenant};
use testkit::browserless::Browserless;
use testkit::caller::Caller;
use testkit::stores::TestStore;
use testkit::world::World;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use web::{ApiLimits, Tries, WebOptions, WebState};

use crate::asking::People;
use crate::somebody::Somebody;

/// The password of every operator of the installation here.
pub(crate) const OPERATOR_PASSWORD: &str = "correct horse battery operator";

/// A world behind an address. Stops when dropped.
pub(crate) struct Served {
    pub(crate) world: World,
    pub(crate) base: String,
    tokens: Mutex<Vec<(Somebody, SecretString)>>,
    _stop: DropGuard,
}

/// As often as a test likes.
const OFTEN: ApiLimits =
    ApiLimits(Tries { at_once: NonZeroU32::new(1_000_000).expect("not zero"), pause: Duration::from_millis(1) });

impl Served {
    pub(crate) async fn of(test: &TestStore) -> Self {
        Self::with(test, async |_: &str, _: &World| WebOptions { break_glass: true, api_limits: OFTEN, ..WebOptions::default() })
            .await
    }

    /// An installation that does not let operators open workspaces.
    pub(crate) async fn without_break_glass(test: &TestStore) -> Self {
        Self::with(test, async |_: &str, _: &World| WebOptions::default()).await
    }

    /// With limits for tokens.
    pub(crate) async fn limited(test: &TestStore, api_limits: ApiLimits) -> Self {
        Self::with(test, async |_: &str, _: &World| WebOptions { api_limits, ..WebOptions::default() }).await
    }

    /// With options that may depend on the address and the world.
    pub(crate) async fn with(test: &TestStore, options: impl AsyncFnOnce(&str, &World) -> WebOptions) -> Self {
        let world = World::of(test).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let options = WebOptions { shutdown: shutdown.clone(), ..options(&base, &world).await };
        let state = WebState::new(world.store.clone(), options);
        tokio::spawn(web::serve(listener, state));
        Self { world, base, tokens: Mutex::default(), _stop: shutdown.drop_guard() }
    }

    /// A program of that person, with a token that may do whatever they may; the same one each time.
    pub(crate) async fn caller(&self, who: Somebody) -> Caller {
        let Some(user) = who.of(&self.world) else { return Caller::at(&self.base, None) };
        let known = self.tokens.lock().unwrap().iter().find(|(of, _)| *of == who).map(|(_, token)| token.clone());
        let token = match known {
            Some(token) => token,
            None => {
                let token = self.token_of(who, user).await;
                self.tokens.lock().unwrap().push((who, token.clone()));
                token
            }
        };
        Caller::at(&self.base, Some(&token))
    }

    /// Made as a manager where they are less: a token outlives the role with which it was made, and is narrowed with it.
    async fn token_of(&self, who: Somebody, user: &User) -> SecretString {
        let (world, members) = (&self.world, self.world.store.members());
        let workspace = if who == Somebody::Stranger { world.foreign_workspace } else { world.workspace };
        let role = match who {
            Somebody::Owner | Somebody::Stranger => Role::Owner,
            Somebody::Manager => Role::Manager,
            Somebody::Operator => Role::Operator,
            _ => Role::Readonly,
        };
        if !role.opens_every_tenant() {
            members.add_to_workspace(&world.operator, workspace, user.id, Role::Manager).await.unwrap();
        }
        let scope = world.store.access().workspace(&world.sign_in(user).await, workspace).await.unwrap();
        let capabilities = scope.may_hand_on().into_iter().collect();
        let new = NewApiToken { name: "test".to_owned(), days: 1, capabilities, tenants: None };
        let (_, secret) = world.store.api_tokens().create(&scope.permit().unwrap(), &new).await.unwrap();
        if !role.opens_every_tenant() {
            members.add_to_workspace(&world.operator, workspace, user.id, role).await.unwrap();
        }
        secret
    }

    /// Another token of that owner.
    pub(crate) async fn a_token(&self, user: &User) -> ApiTokenId {
        let who = self.world.sign_in(user).await;
        let home = self.world.store.workspaces().mine(&who).await.unwrap();
        let scope = self.world.store.access().workspace(&who, home.workspaces[0].id).await.unwrap();
        let capabilities = [Capability::WorkspaceView].into_iter().collect();
        let new = NewApiToken { name: "n".to_owned(), days: 1, capabilities, tenants: None };
        self.world.store.api_tokens().create(&scope.permit().unwrap(), &new).await.unwrap().0.id
    }

    /// A new browser of that person, signed in if they are somebody.
    pub(crate) async fn browser(&self, who: Somebody) -> Browserless {
        match who.of(&self.world) {
            None if who.operates() => self.operating(who).await,
            None => Browserless::at(&self.base),
            Some(user) => self.session(user).await,
        }
    }

    /// A new browser of an operator of the installation.
    async fn operating(&self, who: Somebody) -> Browserless {
        let email = format!("{}@host.example", who.word());
        let token = match who {
            Somebody::Glass => self.open_glass(&email).await,
            _ => self.operator(&email).await.1,
        };
        Browserless::operating(&self.base, &token)
    }

    /// An operator of the installation, signed in anew.
    pub(crate) async fn operator(&self, email: &str) -> (PlatformScope, SecretString) {
        static HASH: OnceLock<SecretString> = OnceLock::new();
        let (store, hash) =
            (&self.world.store, HASH.get_or_init(|| web::hash_password(&OPERATOR_PASSWORD.into()).unwrap()).clone());
        if store.platform().for_sign_in(email).await.unwrap().is_none() {
            let by = Credential::PasswordHash(hash);
            store.platform().add(&self.world.operator, email, "Olga Operator", by).await.unwrap();
        }
        let record = store.platform().for_sign_in(email).await.unwrap().unwrap();
        let token = store.platform().start_session(&record).await.unwrap();
        (store.access().platform(&token).await.unwrap().unwrap(), token)
    }

    /// The same, who has the first workspace open.
    pub(crate) async fn open_glass(&self, email: &str) -> SecretString {
        let (scope, _) = self.operator(email).await;
        let glass = self.world.store.glass();
        glass.exit(&scope).await.unwrap();
        let reason = Reason::parse("to see whether it works").unwrap();
        glass.enter(&scope, self.world.workspace, &reason, Minutes::ALL[0]).await.unwrap().1
    }

    /// A new browser with a new session of that user.
    pub(crate) async fn session(&self, user: &User) -> Browserless {
        Browserless::holding(&self.base, &self.world.store.sessions().start(user).await.unwrap())
    }

    /// A queued run of the owner's in that tenant, over a selection that no other test asks for.
    pub(crate) async fn active_run(&self, tenant: TenantId) -> RunId {
        let who = self.world.sign_in(&self.world.owner).await;
        let scope = self.world.store.access().tenant(&who, tenant).await.unwrap();
        self.run_in(&scope).await
    }

    /// A run of the stranger's tenant.
    pub(crate) async fn foreign_run(&self) -> RunId {
        let who = self.world.sign_in(&self.world.stranger).await;
        let scope = self.world.store.access().tenant(&who, self.world.foreign_tenant).await.unwrap();
        self.run_in(&scope).await
    }

    /// A schedule of the tenant, made by somebody who may.
    pub(crate) async fn a_schedule(&self, user: &User, tenant: TenantId) -> ScheduleId {
        let scope = self.world.store.access().tenant(&self.world.sign_in(user).await, tenant).await.unwrap();
        let new = NewSchedule {
            name: "n".to_owned(),
            operation: Operation::InventorySync,
            arguments: Arguments::only(["scope_tag"]).unwrap().to_stored(),
            cadence: Cadence::Daily { at: TimeOfDay::parse("02:00").unwrap() },
            zone: Zone::utc(),
            catch_up: CatchUp::Latest,
            bound: 1,
        };
        self.world.store.schedules().create(&scope.permit().unwrap(), &new).await.unwrap().id
    }

    /// A backup set of a tenant, sealed, under the name "n".
    pub(crate) async fn a_backup(&self, tenant: TenantId) -> BackupSetId {
        let (store, id) = (&self.world.store, BackupSetId::generate());
        let text = format!(
            "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at,
               completed_at, items, bytes, missing, left_out, pinned)
             select {}, workspace_id, id, 'n', 'complete', '{{\"what\": \"all\"}}', 'Everything', '', '2026-03-01T08:00:00.000000Z',
               '2026-03-01T08:00:00.000000Z', 0, 0, 0, 0, 1 = 0 from tenants where id = {}",
            store::testing::literal(store, id.uuid()),
            store::testing::literal(store, tenant.uuid())
        );
        store::testing::execute(store, &text).await.unwrap();
        id
    }

    /// A restore of a tenant that was checked, or of one without objects a draft; and its revision.
    pub(crate) async fn a_restore(&self, user: &User, tenant: TenantId) -> (RestoreId, i64) {
        let store = &self.world.store;
        let scope = store.access().tenant(&self.world.sign_in(user).await, tenant).await.unwrap();
        let permit = scope.permit().unwrap();
        let items = store.inventory().list(&scope, &InventoryFilter::default(), None, 1).await.unwrap();
        let source = match items.rows.first() {
            Some(item) => Source::Version { item: item.id, number: 1 },
            None => Source::Instant { tenant, at: Moment::parse("2025-01-01T00:00:00Z").unwrap() },
        };
        let restores = store.restores();
        let id = restores.create(&permit, &scope, &source, "n").await.unwrap();
        let revision = restores.find(&scope, id).await.unwrap().revision;
        match items.rows.first() {
            Some(_) => (id, restores.check(&permit, &scope, id, revision).await.unwrap()),
            None => (id, revision),
        }
    }

    /// A rollout of the workspace of a tenant, without tenants.
    pub(crate) async fn a_rollout(&self, tenant: TenantId) -> RolloutId {
        let (store, id) = (&self.world.store, RolloutId::generate());
        let text = format!(
            "insert into rollouts (id, workspace_id, name, state, source, source_words, executions, created_by_name, created_at, updated_at)
             select {}, workspace_id, 'n', 'draft', '{{\"from\": \"backup_set\", \"set\": \"{id}\"}}', 'n', 0, '', '2026-03-01T08:00:00.000000Z',
               '2026-03-01T08:00:00.000000Z' from tenants where id = {}",
            store::testing::literal(store, id.uuid()),
            store::testing::literal(store, tenant.uuid())
        );
        store::testing::execute(store, &text).await.unwrap();
        id
    }

    /// The owner of a workspace of the world.
    fn owner_of(&self, workspace: WorkspaceId) -> &User {
        if workspace == self.world.workspace { &self.world.owner } else { &self.world.stranger }
    }

    /// A new member of the workspace, added to the tenant, and an open invitation to it, for whoever has that mail address.
    pub(crate) async fn people(&self, workspace: WorkspaceId, tenant: TenantId, email: Option<&str>) -> People {
        let (store, op) = (&self.world.store, &*self.world.operator);
        let address = || format!("{}@example.test", UserId::generate());
        let member = store.users().add(op, &address(), "Member", None).await.unwrap().id;
        store.members().add_to_workspace(op, workspace, member, Role::Readonly).await.unwrap();
        store.members().add_to_tenant(op, tenant, member, Role::Readonly).await.unwrap();
        let who = self.world.sign_in(self.owner_of(workspace)).await;
        let permit = store.access().workspace(&who, workspace).await.unwrap().permit().unwrap();
        let email = email.map_or_else(address, str::to_owned);
        let new = store::NewInvitation { email, role: Role::Readonly, tenants: Vec::new() };
        let (invitation, token) = store.invitations().create(&permit, &new).await.unwrap();
        let (high, low) = token.expose_secret().split_at(32);
        let number = |digits| u128::from_str_radix(digits, 16).unwrap();
        People { member, invitation, token: [number(high), number(low)] }
    }

    /// A tenant of the workspace that waits for being taken into use, with everybody in it who is in the first tenant.
    pub(crate) async fn onboarding(&self, workspace: WorkspaceId, like_the_first: bool) -> TenantId {
        let (world, op) = (&self.world, &*self.world.operator);
        let new = NewTenant {
            name: "Wide World".to_owned(),
            domain: "wide.example".to_owned(),
            entra_tenant_id: EntraTenantId::generate(),
            environment: Environment::Staging,
            status: TenantStatus::Onboarding,
        };
        let tenant = world.store.tenants().create(op, workspace, &new).await.unwrap();
        if like_the_first {
            for (user, role) in [(&world.operator_member, Role::Operator), (&world.readonly, Role::Readonly)] {
                world.store.members().add_to_tenant(op, tenant, user.id, role).await.unwrap();
            }
        }
        tenant
    }

    /// Undoes what was done to people and places, so that others find them as they were.
    pub(crate) async fn put_back(&self, path: &str) {
        let (world, store, op) = (&self.world, &self.world.store, &*self.world.operator);
        match path {
            "/admin/members/leave" => {
                let roles = [Role::Manager, Role::Operator, Role::Readonly, Role::Readonly];
                for (user, role) in
                    [&world.manager, &world.operator_member, &world.readonly, &world.outsider].into_iter().zip(roles)
                {
                    store.members().add_to_workspace(op, world.workspace, user.id, role).await.unwrap();
                }
                store.members().add_to_tenant(op, world.tenant, world.operator_member.id, Role::Operator).await.unwrap();
                store.members().add_to_tenant(op, world.tenant, world.readonly.id, Role::Readonly).await.unwrap();
            }
            "/system/break-glass/owner" => {
                store.members().add_to_workspace(op, world.workspace, world.outsider.id, Role::Readonly).await.unwrap();
            }
            "/admin/workspace" | "/admin/workspace/archive" | "/api/v1/workspace" | "/api/v1/workspace/archive" => {
                for (id, name) in [(world.workspace, "Northwind Services"), (world.foreign_workspace, "Somebody Else")] {
                    let who = world.sign_in(self.owner_of(id)).await;
                    let scope = store.access().workspace(&who, id).await.unwrap();
                    store.workspaces().rename(&scope.permit().unwrap(), name).await.unwrap();
                    // Most are not archived.
                    let _ = store.workspaces().archive(&scope.permit().unwrap(), false).await;
                }
            }
            "/admin/t/{tenant}/archive" | "/api/v1/tenants/{tenant}/archive" => {
                for tenant in [world.tenant, world.other_tenant, world.foreign_tenant] {
                    let _ = store.tenants().set_status(op, tenant, TenantStatus::Active).await;
                }
            }
            _ => {}
        }
    }

    /// Puts a schedule away, as what can be removed is.
    pub(crate) async fn put_away(&self, user: &User, tenant: TenantId, schedule: ScheduleId) {
        let scope = self.world.store.access().tenant(&self.world.sign_in(user).await, tenant).await.unwrap();
        self.world.store.schedules().archive(&scope.permit().unwrap(), schedule, true).await.unwrap();
    }

    /// Brings a queued run into the state in which what the route does can be done: over, or held by a worker that does not stop.
    pub(crate) async fn made_ready(&self, path: &str, run: RunId) {
        if !path.ends_with("/retry") && !path.ends_with("/force") {
            return;
        }
        let store = &self.world.store;
        for user in [&self.world.owner, &self.world.stranger] {
            let Ok(sight) = store.access().run(&self.world.sign_in(user).await, run).await else { continue };
            if path.ends_with("/force") {
                // What other routes started takes no place of this one.
                let rest = format!(
                    "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at
                     where status <> 'completed' and id <> {}",
                    store::testing::literal(store, run.uuid())
                );
                store::testing::execute(store, &rest).await.unwrap();
                store.queue().claim(&WorkerId::new("stuck"), Operation::ALL, 100, LEASE).await.unwrap();
            }
            store.runs().cancel(&sight).await.unwrap();
        }
    }

    /// Gives a tenant of the workspace a connection, and a check of it that reached the tenant.
    pub(crate) async fn verified(&self, tenant: TenantId) {
        let (world, store) = (&self.world, &self.world.store);
        store.connections().save(&world.operator, tenant, &testkit::world::connection()).await.unwrap();
        let scope = store.access().tenant(&world.sign_in(&world.owner).await, tenant).await.unwrap();
        let run = store.runs().verify(&scope.permit().unwrap(), true, Trigger::Manual).await.unwrap().run().id;
        let checks = &[Operation::ProviderConnectionCheck];
        let claims = store.queue().claim(&WorkerId::new("check"), checks, 100, LEASE).await.unwrap();
        let attempt = world.admit(claims.iter().find(|claim| claim.run.id == run).unwrap()).await;
        let connection = store.connections().show(&scope).await.unwrap().0.unwrap();
        let report = Report { checks: vec![Check::passed(CheckKey::of(CheckKey::SIGN_IN))], ..Report::default() };
        store.connection_checks().save(&attempt, &connection, &report).await.unwrap();
        store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
    }

    async fn run_in(&self, scope: &TenantScope) -> RunId {
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let request = Arguments::only(["assignment_filter", "scope_tag"]).unwrap().request(scope.tenant_id());
        self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id
    }

    /// The newest runs of the first tenant, as its owner sees them.
    pub(crate) async fn runs(&self) -> Vec<Run> {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        self.world.store.runs().newest_of_tenant(&scope, 100).await.unwrap()
    }
}
