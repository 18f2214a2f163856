//! How long a tenant of 5,000 policies takes to be held against a baseline, and against what it was, on both databases: with everything as
//! it was, with one object in a hundred changed, in another tenant that has the same under names alone, and with everything known already.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p ops --bench drift`. Prints for each the milliseconds from the start of
//! the run until its end (nothing is asked of Graph meanwhile), how many contents were read and how many findings came of it: of three
//! rounds on each database, alternating, the median.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use graph_sim::{Mutator, Size, TenantProfile};
use model::access::can;
use model::ids::TenantId;
use model::operations::inventory_sync::Arguments;
use model::operations::{baseline_compare, drift_generate_findings};
use model::resource_types::{self, ResourceType};
use model::run::{CountKey, RunRequest, Trigger};
use model::settings::Key;
use store::access::TenantScope;
use store::{Backend, Capture, CaptureFrom, NewChoice};
use testkit::graph::{TestGraph, app, entra_id};
use testkit::stores::{TestStore, on, start_of_time};
use testkit::world::{World, connection};

const POLICIES: usize = 5_000;
/// One in so many is changed.
const CHANGED: usize = 100;
const ROUNDS: usize = 3;

/// What was measured: milliseconds, contents read, findings made.
type Figures = BTreeMap<(&'static str, &'static str), Vec<[i64; 3]>>;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let figures = std::sync::Mutex::new(Figures::new());
    for round in 1..=ROUNDS {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let of = match backend {
                Backend::Sqlite => "SQLite",
                Backend::Postgres => "PostgreSQL",
            };
            eprintln!("round {round}, {of}");
            runtime.block_on(on(backend, false, &|t| {
                let figures = &figures;
                async move { measure(&t, of, figures).await }
            }));
        }
    }
    println!("| what | database | ms | contents read | findings |\n|---|---|---|---|---|");
    for ((what, of), mut rounds) in figures.into_inner().unwrap() {
        rounds.sort_unstable();
        let [took, read, found] = rounds[rounds.len() / 2];
        println!("| {what} | {of} | {took} | {read} | {found} |");
    }
}

/// A world whose tenants are read.
struct Bench<'a> {
    t: &'a TestStore,
    world: World,
    graph: TestGraph,
}

async fn measure(t: &TestStore, of: &'static str, figures: &std::sync::Mutex<Figures>) {
    let state = graph_sim::generate(7, Size { policies: POLICIES, groups: 100 }, start_of_time());
    let world = World::of(t).await;
    let graph = TestGraph::serving(&world, state.clone()).await;
    world.store.connections().save(&world.operator, world.other_tenant, &connection()).await.unwrap();
    let entra = entra_id(&world, &world.owner, world.other_tenant).await;
    graph.sim.add_tenant(TenantProfile::new(entra, "Fabrikam", "fabrikam.example", app()), state);
    let bench = Bench { t, world, graph };
    let (first, other) = (bench.world.tenant, bench.world.other_tenant);
    for tenant in [first, other] {
        bench.by_hand_only(tenant).await;
        bench.sync(tenant).await;
        bench.sync(tenant).await;
    }
    bench.baseline(&[first, other]).await;
    // As an installation that is older than a minute: PostgreSQL knows what its tables have.
    t.settle().await;
    let note = |what, figure| figures.lock().unwrap().entry((what, of)).or_default().push(figure);
    note("1 baseline, its own tenant, first time", bench.compare(first).await);
    note("2 baseline, nothing new", bench.compare(first).await);
    note("3 baseline, another tenant, first time", bench.compare(other).await);
    note("4 drift, first time", bench.drift(first).await);
    Mutator::new(&bench.graph.sim, 11).history(bench.graph.tenant, POLICIES / CHANGED).unwrap();
    bench.sync(first).await;
    note("5 baseline, one in a hundred changed", bench.compare(first).await);
    note("6 drift, one in a hundred changed", bench.drift(first).await);
    note("7 drift, nothing new", bench.drift(first).await);
    bench.sync(first).await;
    note("8 drift, read again and nothing changed", bench.drift(first).await);
    note("9 baseline, read again and nothing changed", bench.compare(first).await);
}

impl Bench<'_> {
    async fn scope(&self, tenant: TenantId) -> TenantScope {
        let who = self.world.sign_in(&self.world.owner).await;
        self.world.store.access().tenant(&who, tenant).await.unwrap()
    }

    /// Nothing follows a sync: what is measured is started apart.
    async fn by_hand_only(&self, tenant: TenantId) {
        let permit = self.scope(tenant).await.permit().unwrap();
        let value = Some(Key::DriftAfterSync.parse("when_started").unwrap());
        let choice = NewChoice { key: Key::DriftAfterSync, value, revision: 0 };
        self.world.store.settings().save_tenant(&permit, &[choice]).await.unwrap();
    }

    async fn sync(&self, tenant: TenantId) {
        self.t.clock.advance(Duration::from_secs(3_600));
        let types: Vec<&str> =
            resource_types::all().iter().filter(|kind| ResourceType::in_inventory(kind)).map(|kind| kind.key.as_str()).collect();
        let permit = self.scope(tenant).await.permit::<can::InventorySync>().unwrap();
        let request = Arguments::only(&types).unwrap().reading_everything(true).request(tenant);
        self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        assert_eq!(self.graph.worker(&self.world.store).run_queue_now().await.unwrap(), 1);
    }

    /// Captured from the first of them; all of them are held against it.
    async fn baseline(&self, tenants: &[TenantId]) {
        let (baselines, scope) = (self.world.store.baselines(), self.scope(tenants[0]).await);
        let permit = self.world.workspace_scope(&self.world.owner).await.permit().unwrap();
        let from = CaptureFrom::Tenant(&scope);
        let capture = Capture { name: "Core".to_owned(), description: String::new(), extras: true, from, types: Vec::new() };
        let id = baselines.capture(&permit, &capture).await.unwrap();
        baselines.activate(&permit, id, 1).await.unwrap();
        baselines.assign_many(&permit, id, tenants, None).await.unwrap();
    }

    async fn compare(&self, tenant: TenantId) -> [i64; 3] {
        self.timed(tenant, baseline_compare::Arguments::default().request(tenant)).await
    }

    async fn drift(&self, tenant: TenantId) -> [i64; 3] {
        self.timed(tenant, drift_generate_findings::Arguments::default().request(tenant)).await
    }

    async fn timed(&self, tenant: TenantId, request: RunRequest) -> [i64; 3] {
        let permit = self.scope(tenant).await.permit::<can::DriftRun>().unwrap();
        let worker = self.graph.worker(&self.world.store);
        let from = Instant::now();
        let run = self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        assert_eq!(worker.run_queue_now().await.unwrap(), 1);
        let took = i64::try_from(from.elapsed().as_millis()).unwrap();
        let run = self.world.run(run.id).await;
        let count = |key| run.counts.get(key).unwrap_or(0);
        [took, count(CountKey::Items), count(CountKey::Created)]
    }
}
