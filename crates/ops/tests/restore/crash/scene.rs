//! One restore that is killed: its database, its tenant, its workers.

use graph_sim::{Effect, Fault, Which};
use model::run::Status;
use store::{Backend, Store};
use tempfile::TempDir;
use testkit::eventually::eventually;
use testkit::graph::TestGraph;
use testkit::world::World;

use super::ground::{Ground, copy, drop_copy, looking_on};
use super::worker::{self, STOPPED};

/// Where a worker is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Blow {
    /// Right after its n-th commit.
    Commit(u64),
    /// After its n-th request of that method was carried out, before it hears of it. Parts of batches count; batches as a whole count where
    /// every place is tried, though most of them only read.
    Unheard(&'static str, u32),
}

/// Where everything is that the plans write.
const WRITTEN: &str = "/beta/deviceManagement/";

/// Methods that may write.
pub(crate) const METHODS: [&str; 4] = ["POST", "PATCH", "PUT", "DELETE"];

pub(crate) struct Scene<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) world: World,
    pub(crate) graph: TestGraph,
    store: Store,
    url: String,
    _folder: TempDir,
}

impl<'a> Scene<'a> {
    /// Copies of what is on the ground, with nobody at work yet.
    pub(crate) async fn on(ground: &'a Ground) -> Self {
        let folder = TempDir::new().unwrap();
        let url = copy(ground.backend, &ground.url, &folder).await;
        let store = Store::open(&url, looking_on()).await.unwrap().store;
        let world = World { store: store.clone(), ..ground.world.clone() };
        let graph = TestGraph::serving(&world, ground.state.clone()).await;
        Self { ground, world, graph, store, url, _folder: folder }
    }

    async fn is_over(&self) -> bool {
        self.world.run(self.ground.run).await.status == Status::Completed
    }

    /// Starts a worker and kills it there; `false`: it was done before.
    pub(crate) async fn falls(&self, blow: Blow) -> bool {
        let (stop_at, fault) = match blow {
            Blow::Commit(n) => (n, None),
            Blow::Unheard(method, n) => {
                let fault = Fault::new(Effect::Hang).method(method).which(Which::Nth(n));
                (0, Some(self.graph.sim.inject(if super::every_place() { fault } else { fault.on(WRITTEN) })))
            }
        };
        let mut worker = worker::start(&self.url, self.graph.base_url(), stop_at, worker::counted());
        let fell = eventually("the worker to be where it is killed, or done", async || {
            let there = match fault {
                Some(fault) => self.graph.sim.times_applied(fault) > 0,
                None => worker.said().contains(STOPPED),
            };
            if there {
                return Some(true);
            }
            self.is_over().await.then_some(false)
        })
        .await;
        worker.kill().await;
        self.graph.sim.clear_faults();
        // What it did at the very end is nothing that somebody has to go on with.
        fell && !self.is_over().await
    }

    pub(crate) async fn taken_back(&self) {
        taken_back(&self.store).await;
    }

    /// Another worker goes on, in this process.
    pub(crate) async fn goes_on(&self) {
        self.graph.worker_with(&self.store, worker::options()).run_queue_now().await.unwrap();
    }

    /// Requests by POST that were answered, parts of batches among them.
    pub(crate) fn posts(&self) -> usize {
        let ledger = self.graph.sim.ledger();
        let counts = ledger.counts(&graph_sim::Filter { method: Some("POST".to_owned()), ..graph_sim::Filter::default() });
        counts.iter().filter(|count| count.template.starts_with(WRITTEN)).map(|count| usize::try_from(count.count).unwrap()).sum()
    }

    pub(crate) async fn remove(self) {
        self.store.close().await;
        drop_copy(self.ground.backend, &self.url).await;
    }
}

/// Whoever is killed lets go of nothing: its lease runs out, or, where only one process may work, the next one knows that it is gone.
pub(super) async fn taken_back(store: &Store) {
    match store.backend() {
        Backend::Sqlite => drop(store.queue().release_all().await.unwrap()),
        Backend::Postgres => {
            const RUN_OUT: &str =
                "update operation_runs set lease_expires_at = now() - interval '1 second' where status = 'running'";
            store::testing::execute(store, RUN_OUT).await.unwrap();
            store.queue().rescue().await.unwrap();
        }
    }
}
