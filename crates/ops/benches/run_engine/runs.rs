//! Complete no-op runs: claim, gate, event, finish, notice. So many workers, each with its own connections, as processes have.

use std::time::{Duration, Instant};

use model::operations::probe::{self, Arguments, Probe};
use model::run::Trigger;
use ops::WorkerOptions;
use testkit::graph::TestGraph;
use testkit::stores::TestStore;
use testkit::world::World;
use tokio_util::sync::CancellationToken;

use crate::Figure;

const RUNS: i64 = 4_000;

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    let world = World::of(t).await;
    world.without_limits().await;
    let graph = TestGraph::inventing(&world, 1).await;
    let postgres = t.store.backend() == store::Backend::Postgres;
    let mut figures = Vec::new();
    for (workers, slots) in if postgres { vec![(4, 8), (16, 8), (2, 64)] } else { vec![(1, 8), (1, 64)] } {
        let rate = rate(t, &world, &graph, RUNS, (workers, slots), &format!("{workers}-{slots}")).await;
        figures.push((format!("no-op runs, {workers} workers of {slots} slots"), "/s", rate));
    }
    figures
}

/// So many runs a second by so many workers with so many slots each. `name` tells the runs from earlier ones.
pub(crate) async fn rate(
    t: &TestStore,
    world: &World,
    graph: &TestGraph,
    runs: i64,
    (workers, slots): (usize, usize),
    name: &str,
) -> f64 {
    let postgres = t.store.backend() == store::Backend::Postgres;
    let who = world.sign_in(&world.owner).await;
    let scope = t.store.access().tenant(&who, world.tenant).await.unwrap();
    let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
    for n in 0..runs {
        let request = Probe::Plain.request(&Arguments::named(format!("{name}-{n}")));
        t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    }
    let shutdown = CancellationToken::new();
    let mut working = tokio::task::JoinSet::new();
    // As processes that are there already: their connections are open when the clock starts.
    let mut stores = Vec::new();
    for _ in 0..workers {
        stores.push(if postgres { t.another().await } else { t.store.clone() });
    }
    let begin = Instant::now();
    for store in stores {
        let options = WorkerOptions { types: probe::ALL, slots, ..WorkerOptions::default() };
        let worker = graph.worker_with(&store, options);
        let shutdown = shutdown.clone();
        working.spawn(async move {
            worker.run(shutdown).await;
            store
        });
    }
    let left = "select count(*) from operation_runs where status in ('queued', 'running')";
    while t.number(left).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rate = runs as f64 / begin.elapsed().as_secs_f64();
    shutdown.cancel();
    for store in working.join_all().await {
        if postgres {
            store.close().await;
        }
    }
    rate
}
