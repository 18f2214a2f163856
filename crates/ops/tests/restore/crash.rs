//! A worker that is killed at any request: the next one goes on, nothing is made twice, nothing beside the plan is touched.

use std::collections::BTreeSet;
use std::time::Duration;

use graph_sim::{Effect, Fault, FaultId, Size, Which, Wrote};
use model::json::Json;
use model::restore::{Action, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use store::{Backend, Restore};
use testkit::eventually::eventually;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, start_of_time};
use testkit::world::World;

use crate::help::*;
use crate::journey::of_types;

const CATALOG: &str = "settings_catalog_policy";
const COMPLIANCE: &str = "compliance_policy";
const CONFIGURATION: &str = "device_configuration";
const TYPES: [&str; 3] = [CATALOG, COMPLIANCE, CONFIGURATION];

/// Six objects: three were changed, three removed.
async fn six(world: &World, graph: &TestGraph, t: &TestStore) -> Restore {
    directory(world, graph).await;
    let set = backup(world, graph, &TYPES).await;
    t.clock.advance(Duration::from_secs(3600));
    for key in TYPES {
        let mut ids = ids(graph, key).into_iter();
        graph.sim.remove_object(graph.tenant, key, &ids.next().unwrap()).unwrap();
        let mut other = object(graph, key, &ids.next().unwrap());
        other.set("description", Json::text("changed by hand"));
        put(graph, key, other);
    }
    graph.sim.clear_effects();
    let all = of_types(&TYPES);
    let restore = previewed(world, graph, &Source::BackupSet { set: set.id }, &all).await;
    let writes = items(world, restore.id).await.iter().filter(|item| item.action.is_some_and(Action::writes)).count();
    assert_eq!(
        writes,
        6,
        "{:?}",
        items(world, restore.id).await.iter().map(|item| (item.name.clone(), item.action, item.hindrance)).collect::<Vec<_>>()
    );
    restore
}

async fn hit(graph: &TestGraph, fault: FaultId) {
    eventually("the fault", async || (graph.sim.times_applied(fault) > 0).then_some(())).await;
}

/// Everything is as it was wanted, and nothing else was written.
async fn judged(world: &World, graph: &TestGraph, restore: &Restore, what: &str) {
    let items = items(world, restore.id).await;
    let bad: Vec<_> = items
        .iter()
        .filter(|item| item.action.is_some_and(Action::writes) && item.outcome != Some(ItemOutcome::Verified))
        .map(|item| (item.resource_type.as_str(), item.action, item.outcome, item.code.as_deref()))
        .collect();
    assert!(bad.is_empty(), "{what}: {bad:?}");
    let twice = graph.sim.created_twice(graph.tenant);
    assert!(twice.is_empty(), "{what}: {twice:?}");
    let planned: BTreeSet<&str> = items
        .iter()
        .filter(|item| item.action.is_some_and(Action::writes))
        .filter_map(|item| item.result_id.as_deref())
        .collect();
    for effect in graph.sim.effects(Some(graph.tenant)) {
        assert!(planned.contains(effect.id.as_str()), "{what}: beside the plan: {effect:?}");
        assert!(effect.wrote != Wrote::Deleted, "{what}: {effect:?}");
    }
}

/// Kills the worker at that request, and lets another one go on; `false`: there is no such request.
async fn killed_at(request: u32, effect: Effect) -> bool {
    let what = format!("{effect:?} at request {request}");
    let go_on = std::sync::atomic::AtomicBool::new(true);
    let test = async |t: TestStore| {
        let world = World::of(&t).await;
        let state = graph_sim::generate(7, Size { policies: 40, groups: 4 }, start_of_time());
        let graph = TestGraph::serving(&world, state).await;
        let restore = six(&world, &graph, &t).await;
        let run = confirm(&world, restore.id).await;
        let fault = graph.sim.inject(Fault::new(effect.clone()).which(Which::Nth(request)));
        let worker = graph.worker(&t.store);
        let ended = tokio::select! {
            done = worker.run_queue_now() => { done.unwrap(); true }
            () = hit(&graph, fault) => false,
        };
        graph.sim.clear_faults();
        if ended {
            go_on.store(false, std::sync::atomic::Ordering::Relaxed);
        } else {
            rescued(&t).await;
            graph.worker(&t.store).run_queue_now().await.unwrap();
        }
        let run = world.run(run.id).await;
        let now = t.store.restores().find(&scope(&world).await, restore.id).await.unwrap();
        assert_eq!((run.outcome, now.state), (Outcome::Succeeded, RestoreState::Completed), "{what}: {:?}", run.failures);
        judged(&world, &graph, &now, &what).await;
    };
    testkit::stores::on(Backend::Sqlite, true, &test).await;
    go_on.load(std::sync::atomic::Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_at_any_request_is_replaced_and_nothing_is_done_twice() {
    for request in 1.. {
        // What was asked is done, and nobody hears of it; or it is not done.
        let after = killed_at(request, Effect::Hang).await;
        let before = killed_at(request, Effect::HungBefore).await;
        if !after && !before {
            assert!(request > 20, "{request} requests are too few for six objects");
            return;
        }
    }
}
