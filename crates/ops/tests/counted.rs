//! What a worker counts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::access::can;
use model::operations::inventory_sync::Arguments;
use model::run::{Status, Trigger};
use testkit::counted::Counted;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_graph_puts_off_is_counted_as_such_and_its_wait_once() {
    on_both(|t: TestStore| async move {
        let counted = Counted::here();
        let of = |series: &str| counted.value(&format!("tenantatlas_{series}"));
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 20).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let request = Arguments::everything().request(world.tenant);
        let run = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        t.clock.advance(Duration::from_secs(7));
        graph.sim.inject(
            Fault::new(Effect::Throttled { retry_after: Some("600".to_owned()) }).on("/{tenant}/oauth2/v2.0/token").times(1),
        );
        let worker = graph.worker(&world.store);
        assert_eq!(worker.run_queue_now().await.unwrap(), 1);
        let who = world.sign_in(&world.owner).await;
        let sight = world.store.access().run(&who, run.id).await.unwrap();
        assert_eq!(world.store.runs().find(&sight).await.unwrap().status, Status::Queued);
        assert_eq!(of("runs_put_off_total{type=\"inventory_sync\",reason=\"throttled\"}"), 1.0);
        assert_eq!(of("graph_throttles_total"), 1.0);
        assert_eq!((of("runs_claimed_total{type=\"inventory_sync\"}"), of("worker_runs")), (1.0, 0.0));

        t.clock.advance(Duration::from_secs(700));
        assert_eq!(graph.worker(&world.store).run_queue_now().await.unwrap(), 1);
        assert_eq!(of("runs_claimed_total{type=\"inventory_sync\"}"), 2.0);
        assert_eq!(of("run_wait_seconds_count{type=\"inventory_sync\"}"), 1.0, "the first claim alone is a wait");
        assert_eq!(of("runs_completed_total{type=\"inventory_sync\",outcome=\"succeeded\"}"), 1.0);
        assert_eq!(of("graph_retries_total"), 0.0);
    })
    .await;
}
