//! A simulated Graph for a world, and a worker that reads from it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use graph_sim::{AppRegistration, Listening, Settings, Sim, Size, TenantProfile, TenantState};
use model::ids::{EntraTenantId, TenantId};
use model::time::{Clock, SystemClock};
use model::user::User;
use ops::{Clouds, Worker, WorkerOptions};
use outbound::graph::Graph;
use outbound::{Endpoints, Limits};

use crate::world::{CANARY_SECRET, World};

/// A simulator on a loopback port that knows the world's tenants.
#[derive(Debug)]
pub struct TestGraph {
    /// The simulator.
    pub sim: Sim,
    /// Microsoft's id of the world's first tenant.
    pub tenant: EntraTenantId,
    listening: Listening,
}

/// An app registration that fits the world's connections.
#[must_use]
pub fn app() -> AppRegistration {
    AppRegistration::new("client-1", CANARY_SECRET)
}

impl TestGraph {
    /// Serves the world's first tenant with that content.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn serving(world: &World, state: TenantState) -> Self {
        Self::serving_at(world, state, Arc::new(SystemClock)).await
    }

    /// As [`TestGraph::serving`], with a clock of its own.
    ///
    /// # Panics
    /// As [`TestGraph::serving`].
    pub async fn serving_at(world: &World, state: TenantState, clock: Arc<dyn Clock>) -> Self {
        let tenant = entra_id(world, &world.owner, world.tenant).await;
        let sim = Sim::with_settings(clock, Settings::default());
        sim.add_tenant(TenantProfile::new(tenant, "Contoso", "contoso.example", app()), state);
        let listening = sim.listen(([127, 0, 0, 1], 0).into()).await.expect("a port");
        Self { sim, tenant, listening }
    }

    /// Serves the world's first tenant with invented content.
    ///
    /// # Panics
    /// As [`TestGraph::serving`].
    pub async fn inventing(world: &World, policies: usize) -> Self {
        Self::serving(world, graph_sim::generate(7, Size { policies, groups: 10 }, crate::stores::start_of_time())).await
    }

    /// Where a product process finds it.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.listening.base_url
    }

    /// Where it is. It has no limits, so that nothing waits for them.
    ///
    /// # Panics
    /// Never: the address is a loopback address.
    #[must_use]
    pub fn clouds(&self) -> Clouds {
        clouds_at(&self.listening.base_url)
    }

    /// A worker that reads from it, with short waits.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn worker(&self, store: &store::Store) -> Worker {
        self.worker_with(
            store,
            WorkerOptions { retry_base: Duration::ZERO, settle: Duration::from_secs(3), ..WorkerOptions::default() },
        )
    }

    /// The same with options of its own.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn worker_with(&self, store: &store::Store, options: WorkerOptions) -> Worker {
        worker_at(&self.listening.base_url, store, options)
    }
}

fn clouds_at(base_url: &str) -> Clouds {
    let base = url::Url::parse(base_url).expect("a URL");
    Clouds { custom: Some(Endpoints::loopback(&base).expect("a loopback address").unpaced()), ..Clouds::default() }
}

/// A worker that reads from a simulator at that address, with short waits between its attempts, also one in another process.
///
/// # Panics
/// When it is no loopback address, or no HTTP client can be made.
#[must_use]
pub fn worker_at(base_url: &str, store: &store::Store, options: WorkerOptions) -> Worker {
    let short = Duration::from_millis(1);
    let limits = Limits { base_delay: short, throttle_delay: short, max_delay: short, ..Limits::default() };
    let graph = Graph::new(limits, Arc::new(SystemClock)).expect("an HTTP client");
    Worker::new(store.clone(), graph, clouds_at(base_url), options, "test")
}

/// Microsoft's id of a tenant of the world.
///
/// # Panics
/// When that person is not entitled to it.
pub async fn entra_id(world: &World, who: &User, tenant: TenantId) -> EntraTenantId {
    let who = world.sign_in(who).await;
    world.store.access().tenant(&who, tenant).await.expect("entitled").tenant().entra_tenant_id
}

/// The folder with facts on Graph and real exported objects, or `None` with a visible line when it is absent.
#[must_use]
pub fn test_data(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TENANTATLAS_TEST_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/graph")), PathBuf::from);
    if folder.join("tenants").is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {test}: no folder {} (TENANTATLAS_TEST_DATA)", folder.display());
    None
}
