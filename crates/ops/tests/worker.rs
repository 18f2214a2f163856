//! The worker's loops, on both databases and in real time: cancel, shutdown, resume, lost leases, the gate.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use model::access::can;
use model::operations::inventory_sync::Arguments;
use model::run::{CountKey, Outcome, Run, Started, Status, Trigger};
use ops::{Worker, WorkerOptions};
use store::runs::{LEASE, WorkerId};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both_in_real_time};
use testkit::world::World;
use tokio_util::sync::CancellationToken;

/// Requests of a session that may be under way.
const IN_FLIGHT: u64 = 8;

struct Scene {
    world: World,
    graph: TestGraph,
}

impl Scene {
    async fn set(t: &TestStore) -> Self {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 120).await;
        Self { world, graph }
    }

    async fn start(&self) -> Run {
        self.try_start().await.run().clone()
    }

    async fn try_start(&self) -> Started {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let request = Arguments::everything().request(self.world.tenant);
        self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap()
    }

    async fn look(&self, run: &Run) -> Run {
        let who = self.world.sign_in(&self.world.owner).await;
        let sight = self.world.store.access().run(&who, run.id).await.unwrap();
        self.world.store.runs().find(&sight).await.unwrap()
    }

    fn worker(&self) -> Worker {
        let quick = Duration::from_millis(40);
        let options = WorkerOptions { heartbeat: quick, poll: quick, sweep: quick, ..WorkerOptions::default() };
        self.graph.worker_with(&self.world.store, options)
    }

    /// Waits, by the store's own hints, until the run is as wanted.
    async fn until(&self, run: &Run, wanted: impl Fn(&Run) -> bool) -> Run {
        let mut hints = self.world.store.changes().subscribe();
        let waiting = async {
            loop {
                let now = self.look(run).await;
                if wanted(&now) {
                    return now;
                }
                let _ = hints.recv().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the run gets there")
    }
}

fn processed(run: &Run) -> i64 {
    run.counts.get(CountKey::Processed).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_cancelling_a_running_sync_ends_it_at_a_checkpoint() {
    on_both_in_real_time(|t| async move {
        let scene = Scene::set(&t).await;
        scene.graph.sim.set_latency(Duration::from_millis(20));
        let run = scene.start().await;
        let (worker, stop) = (scene.worker(), CancellationToken::new());
        let working = tokio::spawn({
            let stop = stop.clone();
            async move { worker.run(stop).await }
        });
        scene.until(&run, |run| processed(run) >= 1).await;
        let who = scene.world.sign_in(&scene.world.operator_member).await;
        let sight = scene.world.store.access().run(&who, run.id).await.unwrap();
        scene.world.store.runs().cancel(&sight).await.unwrap();
        let ended = scene.until(&run, |run| run.status == Status::Completed).await;
        assert_eq!((ended.outcome, ended.reason_code.as_deref()), (Outcome::Cancelled, Some("run.cancelled")));
        assert!(processed(&ended) < ended.counts.get(CountKey::Total).unwrap());
        stop.cancel();
        working.await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_shuts_down_hands_back_and_the_next_one_goes_on_from_there() {
    on_both_in_real_time(|t| async move {
        let scene = Scene::set(&t).await;
        scene.graph.sim.set_latency(Duration::from_millis(10));
        let run = scene.start().await;
        let (worker, stop) = (scene.worker(), CancellationToken::new());
        let working = tokio::spawn({
            let stop = stop.clone();
            async move { worker.run(stop).await }
        });
        scene.until(&run, |run| processed(run) >= 3).await;
        stop.cancel();
        working.await.unwrap();
        let back = scene.look(&run).await;
        assert_eq!((back.status, back.attempt), (Status::Queued, 0), "a shutdown consumes no attempt");
        let done_before = processed(&back);
        scene.graph.sim.set_latency(Duration::ZERO);
        let mark = scene.graph.sim.mark();
        assert_eq!(scene.worker().run_queue_now().await.unwrap(), 1);
        let ended = scene.look(&run).await;
        assert_eq!(ended.outcome, Outcome::Succeeded, "{:?}", ended.failures);
        assert_eq!(processed(&ended), ended.counts.get(CountKey::Total).unwrap());
        assert!(done_before >= 3);
        let second = i64::try_from(scene.graph.sim.requests_since(mark)).unwrap();
        assert!(second < ended.counts.get(CountKey::Requests).unwrap(), "what was done is not asked for again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l3_a_worker_whose_lease_was_taken_stops_and_writes_nothing() {
    on_both_in_real_time(|t| async move {
        let scene = Scene::set(&t).await;
        scene.graph.sim.set_latency(Duration::from_millis(20));
        let run = scene.start().await;
        let (worker, stop) = (scene.worker(), CancellationToken::new());
        let working = tokio::spawn({
            let (worker, stop) = (worker.clone(), stop.clone());
            async move { worker.run(stop).await }
        });
        scene.until(&run, |run| processed(run) >= 1).await;
        // Somebody else takes the run, as a rescue after a long pause would.
        t.store.queue().release_all().await.unwrap();
        stop.cancel();
        working.await.unwrap();
        let other = WorkerId::new("other");
        let mut claims = t.store.queue().claim(&other, model::operations::Operation::ALL, 1, LEASE).await.unwrap();
        if let Some(claim) = claims.pop() {
            assert!(claim.token() > 1, "the token grows with every claim");
        }
        let now = scene.look(&run).await;
        assert_ne!(now.status, Status::Completed, "the worker that lost it did not end it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_initiator_may_no_longer_do_is_blocked_at_the_gate() {
    on_both_in_real_time(|t| async move {
        let scene = Scene::set(&t).await;
        let scope = scene.world.tenant_scope(&scene.world.manager).await;
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let request = Arguments::everything().request(scene.world.tenant);
        let run = t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        t.store.members().remove_from_workspace(&t.operator, scene.world.workspace, scene.world.manager.id).await.unwrap();
        let mark = scene.graph.sim.mark();
        scene.worker().run_queue_now().await.unwrap();
        let ended = scene.look(&run).await;
        assert_eq!((ended.outcome, ended.reason_code.as_deref()), (Outcome::Blocked, Some("initiator.not_entitled")));
        assert_eq!(scene.graph.sim.requests_since(mark), 0, "nothing was attempted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_stops_when_its_connection_is_switched_off_or_removed() {
    on_both_in_real_time(|t| async move {
        let scene = Scene::set(&t).await;
        scene.graph.sim.set_latency(Duration::from_millis(40));
        let owner = scene.world.tenant_scope(&scene.world.owner).await;
        let connections = t.store.connections();
        let (worker, stop) = (scene.worker(), CancellationToken::new());
        let working = tokio::spawn({
            let stop = stop.clone();
            async move { worker.run(stop).await }
        });
        for code in ["connection.disabled", "connection.missing"] {
            connections.switch(&owner.permit().unwrap(), true, "").await.unwrap();
            let run = scene.start().await;
            scene.until(&run, |run| processed(run) >= 1).await;
            match code {
                "connection.disabled" => connections.switch(&owner.permit().unwrap(), false, "moving house").await.unwrap(),
                _ => connections.delete(&owner.permit().unwrap()).await.unwrap(),
            }
            let ended = scene.until(&run, |run| run.status == Status::Completed).await;
            assert_eq!((ended.outcome, ended.reason_code.as_deref()), (Outcome::Blocked, Some(code)));
            assert!(processed(&ended) < ended.counts.get(CountKey::Total).unwrap(), "{:?}", ended.counts);
            let mark = scene.graph.sim.mark();
            assert!(matches!(scene.try_start().await, Started::Blocked(_)));
            // Those that were under way are counted when the simulator has answered them.
            let asked = scene.graph.sim.requests_since(mark);
            assert!(asked <= IN_FLIGHT, "{asked} more were asked");
        }
        stop.cancel();
        working.await.unwrap();
    })
    .await;
}
