//! The pages of a small world, served in this process. Nothing works on runs, and nothing knows where Graph is.

use model::access::can;
use model::ids::{RunId, ScheduleId, TenantId};
use model::operations::Operation;
use model::operations::inventory_sync::Arguments;
use model::run::{Run, Trigger};
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use model::user::User;
use store::access::TenantScope;
use store::runs::{LEASE, WorkerId};
use testkit::browserless::Browserless;
use testkit::stores::TestStore;
use testkit::world::World;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use web::{WebOptions, WebState};

use crate::somebody::Somebody;

/// A world behind an address. Stops when dropped.
pub(crate) struct Served {
    pub(crate) world: World,
    pub(crate) base: String,
    _stop: DropGuard,
}

impl Served {
    pub(crate) async fn of(test: &TestStore) -> Self {
        let world = World::of(test).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let options = WebOptions { shutdown: shutdown.clone(), ..WebOptions::default() };
        let state = WebState::new(world.store.clone(), options);
        tokio::spawn(web::serve(listener, state));
        Self { world, base, _stop: shutdown.drop_guard() }
    }

    /// A new browser of that person, signed in if they are somebody.
    pub(crate) async fn browser(&self, who: Somebody) -> Browserless {
        match who.of(&self.world) {
            None => Browserless::at(&self.base),
            Some(user) => self.session(user).await,
        }
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
                store.queue().claim(&WorkerId::new("stuck"), Operation::ALL, 100, LEASE).await.unwrap();
            }
            store.runs().cancel(&sight).await.unwrap();
        }
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
