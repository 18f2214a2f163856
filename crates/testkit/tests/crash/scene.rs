//! One history's surroundings: its database, the people in it, the worker processes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::access::can;
use model::ids::TenantId;
use model::run::RunSettings;
use store::access::{Permit, SignedIn, TenantScope};
use store::{Options, Store, StoreError};
use tempfile::TempDir;
use testkit::process::{Program, Signal};
use testkit::world::World;

use crate::plan::Place;
use crate::recorder;

/// How long a lease holds in tests; heartbeat and sweep are a quarter of it.
pub(crate) const LEASE: Duration = Duration::from_secs(1);
/// Runs of a tenant and of the workspace at a time: fewer than the workers could hold.
pub(crate) const LIMITS: (u32, u32) = (3, 4);

/// What a worker process is up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It works.
    Live,
    /// It was stopped and may go on.
    Stopped,
    /// It was killed or ended by itself, as it was told to.
    Gone,
}

/// A worker process.
pub(crate) struct Worker {
    pub(crate) program: Program,
    pub(crate) name: String,
    pub(crate) state: State,
}

/// The surroundings.
pub(crate) struct Scene {
    pub(crate) place: Place,
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) world: World,
    pub(crate) owner: SignedIn,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) workers: Vec<Worker>,
    /// Set in the environment of new workers, besides what all have.
    pub(crate) environment: Vec<(String, String)>,
    server: Option<String>,
    folder: TempDir,
}

/// A tenant and what the owner may do in it.
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) scope: TenantScope,
    pub(crate) start: Permit<can::InventorySync>,
    pub(crate) schedules: Permit<can::BackupSchedulesManage>,
}

fn options() -> Options {
    Options { exclusive: false, migrate: false, ..testkit::stores::options(None) }
}

/// What histories begin with: a database with people, tenants, limits and the recorder. Each history has a copy of its own.
pub(crate) struct Ground {
    place: Place,
    url: String,
    world: World,
    server: Option<String>,
    _folder: Option<TempDir>,
}

impl Ground {
    /// In a file.
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("ground.db").display());
        Self::lay(Place::Sqlite, url, None, Some(folder)).await
    }

    /// On that server.
    pub(crate) async fn postgres(server: &str, place: Place) -> Self {
        let url = store::testing::create_migrated_database(server).await.unwrap();
        Self::lay(place, url, Some(server.to_owned()), None).await
    }

    async fn lay(place: Place, url: String, server: Option<String>, folder: Option<TempDir>) -> Self {
        let made = Store::open(&url, testkit::stores::options(None)).await.unwrap();
        let world = World::build(&made.store, &Arc::new(made.operator)).await;
        let settings = RunSettings { tenant_limit: LIMITS.0, workspace_limit: LIMITS.1, ..RunSettings::default() };
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        made.store.runs().save_settings(&permit, settings).await.unwrap();
        recorder::begin(&made.store).await;
        made.store.close().await;
        Self { place, url, world, server, _folder: folder }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Removes it.
    pub(crate) async fn remove(self) {
        if let Some(server) = &self.server {
            store::testing::drop_database(server, &self.url).await.unwrap();
        }
    }
}

impl Scene {
    /// A copy of that ground, with nobody on it yet.
    pub(crate) async fn on(ground: &Ground) -> Self {
        let folder = TempDir::new().unwrap();
        let url = match &ground.server {
            Some(server) => store::testing::copy_database(server, &ground.url).await.unwrap(),
            None => {
                let file = folder.path().join("crash.db");
                std::fs::copy(ground.url.trim_start_matches("sqlite:"), &file).unwrap();
                format!("sqlite:{}", file.display())
            }
        };
        let store = Store::open(&url, options()).await.unwrap().store;
        let world = World { store: store.clone(), ..ground.world.clone() };
        let owner = world.sign_in(&world.owner).await;
        let mut tenants = Vec::new();
        for id in [world.tenant, world.other_tenant] {
            let scope = store.access().tenant(&owner, id).await.unwrap();
            tenants.push(Tenant { id, start: scope.permit().unwrap(), schedules: scope.permit().unwrap(), scope });
        }
        let (place, server) = (ground.place, ground.server.clone());
        Self { place, store, url, world, owner, tenants, workers: Vec::new(), environment: Vec::new(), server, folder }
    }

    /// What runs did outside of the database: one line each.
    pub(crate) fn effects(&self) -> PathBuf {
        self.folder.path().join("effects")
    }

    pub(crate) fn on_postgres(&self) -> bool {
        self.place != Place::Sqlite
    }

    /// Starts a worker and waits until it works.
    pub(crate) async fn start_worker(&mut self) {
        self.start_worker_by(Path::new(env!("CARGO_BIN_EXE_probe-worker")), &[] as &[&str]).await;
    }

    /// As [`Scene::start_worker`], through another program.
    pub(crate) async fn start_worker_by(&mut self, program: &Path, arguments: &[&str]) {
        let mut environment = vec![
            ("PROBE_URL".to_owned(), self.url.clone()),
            ("PROBE_LEASE_MS".to_owned(), LEASE.as_millis().to_string()),
            ("PROBE_SLOTS".to_owned(), "3".to_owned()),
            ("RUST_LOG".to_owned(), "warn,ops=info,store=info".to_owned()),
        ];
        environment.extend(self.environment.iter().cloned());
        let program = Program::start(program, arguments, &environment);
        let name = program.line("its name", |line| Some(line.strip_prefix("Working as ")?.to_owned())).await;
        self.workers.push(Worker { program, name, state: State::Live });
    }

    /// The n-th worker in that state, counted around.
    pub(crate) fn nth(&self, n: usize, state: State) -> Option<usize> {
        let all: Vec<usize> = (0..self.workers.len()).filter(|i| self.workers[*i].state == state).collect();
        (!all.is_empty()).then(|| all[n % all.len()])
    }

    pub(crate) fn count(&self, state: State) -> usize {
        self.workers.iter().filter(|worker| worker.state == state).count()
    }

    pub(crate) async fn kill(&mut self, i: usize) {
        self.workers[i].program.kill().await;
        self.workers[i].state = State::Gone;
    }

    pub(crate) async fn stop(&mut self, i: usize) {
        self.workers[i].program.signal(Signal::Stop).await;
        self.workers[i].state = State::Stopped;
    }

    pub(crate) async fn wake(&mut self, i: usize) {
        self.workers[i].program.signal(Signal::Continue).await;
        self.workers[i].state = State::Live;
    }

    /// Asks the database again until it answers: it may be away, or may have dropped the connection.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub(crate) async fn asking<T>(&self, mut ask: impl AsyncFnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
        testkit::eventually::eventually("the database to answer", async || match ask().await {
            Err(StoreError::Database { .. }) => None,
            answer => Some(answer),
        })
        .await
    }

    /// The owner's right to pause, resume and force.
    pub(crate) async fn manage(&self) -> Permit<can::WorkspaceSettingsManage> {
        let scope = self.asking(async || self.store.access().workspace(&self.owner, self.world.workspace).await).await;
        scope.unwrap().permit().unwrap()
    }

    /// The number that a raw query answers with.
    pub(crate) async fn number(&self, text: &str) -> i64 {
        self.asking(async || store::testing::number(&self.store, text, true).await).await.unwrap()
    }

    /// Ends all processes and removes the database.
    pub(crate) async fn remove(mut self) {
        for worker in &mut self.workers {
            worker.program.kill().await;
        }
        self.store.close().await;
        if let Some(server) = &self.server {
            store::testing::drop_database(server, &self.url).await.unwrap();
        }
    }
}
