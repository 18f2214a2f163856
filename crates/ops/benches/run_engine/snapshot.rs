//! Claims while somebody holds an old snapshot open, so that nothing that is dead can be cleaned up: PostgreSQL only. As the peers are
//! measured: a burst of runs is done first, then claims are timed.

use std::time::{Duration, Instant};

use model::operations::probe::{self, Arguments, Probe};
use model::run::{Counts, Outcome, Trigger};
use store::runs::{LEASE, WorkerId};
use store::testing::OpenTransaction;
use testkit::graph::TestGraph;
use testkit::stores::TestStore;
use testkit::world::World;

use crate::{Figure, percentile};

const BURST: i64 = 20_000;
const CLAIMS: usize = 1_000;

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    if t.store.backend() != store::Backend::Postgres {
        return Vec::new();
    }
    let world = World::of(t).await;
    world.without_limits().await;
    let graph = TestGraph::inventing(&world, 1).await;
    let mut figures = Vec::new();
    for held in [false, true] {
        let other = t.another().await;
        let snapshot = if held {
            Some(
                OpenTransaction::begin(&other, "repeatable read; set local idle_in_transaction_session_timeout = 0")
                    .await
                    .unwrap(),
            )
        } else {
            None
        };
        burst(t, &world, held).await;
        queue(t, &world, CLAIMS as i64, &format!("measured-{held}")).await;
        let worker = WorkerId::new("w");
        let mut times = Vec::with_capacity(CLAIMS);
        let begin = Instant::now();
        for _ in 0..CLAIMS {
            let before = Instant::now();
            let claims = t.store.queue().claim(&worker, probe::ALL, 1, LEASE).await.unwrap();
            times.push(before.elapsed());
            finish(t, &claims).await;
        }
        let rate = CLAIMS as f64 / begin.elapsed().as_secs_f64();
        let what = if held { "an old snapshot held" } else { "no old snapshot" };
        figures.push((format!("claim and finish one by one after {BURST} runs, {what}"), "/s", rate));
        figures.push((format!("claim after {BURST} runs, {what}, p99"), "ms", percentile(&mut times, 0.99)));
        // As the peers are measured: four workers of eight slots.
        let rate = crate::runs::rate(t, &world, &graph, 2 * CLAIMS as i64, (4, 8), &format!("workers-{held}")).await;
        figures.push((format!("no-op runs after {BURST} runs, 4 workers of 8 slots, {what}"), "/s", rate));
        if let Some(snapshot) = snapshot {
            snapshot.end().await.unwrap();
        }
        other.close().await;
    }
    figures
}

async fn queue(t: &TestStore, world: &World, count: i64, name: &str) {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
    for n in 0..count {
        let request = Probe::Plain.request(&Arguments::named(format!("{name}-{n}")));
        t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    }
}

/// Starts and ends many runs, fifty at a time.
async fn burst(t: &TestStore, world: &World, held: bool) {
    let worker = WorkerId::new("burst");
    for part in 0..BURST / 1_000 {
        queue(t, world, 1_000, &format!("{held}-{part}")).await;
        loop {
            let claims = t.store.queue().claim(&worker, probe::ALL, 50, LEASE).await.unwrap();
            if claims.is_empty() {
                break;
            }
            finish(t, &claims).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn finish(t: &TestStore, claims: &[store::runs::Claim]) {
    for admission in t.store.queue().admit_many(claims).await.unwrap() {
        let store::runs::Admission::Admitted(scope) = admission else { panic!("refused") };
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
    }
}
