//! Inventory sync against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use graph_sim::{Effect, Fault, TenantState};
use model::access::can;
use model::inventory::{InventoryFilter, Presence};
use model::operations::inventory_sync::Arguments;
use model::run::{CountKey, Outcome, Run, Status, Trigger};
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn start(world: &World, arguments: &Arguments) -> Run {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::InventorySync>().unwrap();
    let started = world.store.runs().start(&permit, &arguments.request(world.tenant), Trigger::Manual).await.unwrap();
    started.run().clone()
}

async fn look(world: &World, run: &Run) -> Run {
    let who = world.sign_in(&world.owner).await;
    let sight = world.store.access().run(&who, run.id).await.unwrap();
    world.store.runs().find(&sight).await.unwrap()
}

async fn sync(world: &World, graph: &TestGraph, arguments: &Arguments) -> Run {
    let run = start(world, arguments).await;
    assert_eq!(graph.worker(&world.store).run_queue_now().await.unwrap(), 1);
    look(world, &run).await
}

fn count(run: &Run, key: CountKey) -> i64 {
    run.counts.get(key).unwrap_or(0)
}

async fn present(world: &World, missing: Option<bool>) -> usize {
    let scope = world.tenant_scope(&world.owner).await;
    let filter = InventoryFilter { missing, ..InventoryFilter::default() };
    world.store.inventory().list(&scope, &filter, None, 2000).await.unwrap().rows.len()
}

async fn world(t: &TestStore) -> World {
    World::build(&t.store, &t.operator).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_finds_every_object_and_a_second_one_changes_nothing() {
    on_both(|t| async move {
        let world = world(&t).await;
        let graph = TestGraph::inventing(&world, 150).await;
        let first = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!((first.status, first.outcome), (Status::Completed, Outcome::Succeeded), "{:?}", first.failures);
        assert_eq!(count(&first, CountKey::Items), 150);
        assert_eq!(count(&first, CountKey::Created), 150);
        assert_eq!(present(&world, None).await, 150);
        assert_eq!(count(&first, CountKey::Total), count(&first, CountKey::Processed));
        t.clock.advance(std::time::Duration::from_secs(60));
        let second = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!(second.outcome, Outcome::Succeeded);
        assert_eq!(count(&second, CountKey::Unchanged), 150);
        assert_eq!(count(&second, CountKey::Created) + count(&second, CountKey::Updated), 0);
        assert_eq!(count(&second, CountKey::Missing), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_exports_are_found_by_type_as_in_their_index() {
    let Some(data) = test_data("real_exports_are_found_by_type_as_in_their_index") else { return };
    let folder = data.join("tenants/modern-workplace");
    let index: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("index.json")).unwrap()).unwrap();
    on_both(|t| {
        let (folder, index) = (folder.clone(), index.clone());
        async move {
            let world = world(&t).await;
            let (state, _) = graph_sim::load_folders([&folder]).unwrap();
            let graph = TestGraph::serving(&world, state).await;
            let run = sync(&world, &graph, &Arguments::everything()).await;
            assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
            assert_eq!(count(&run, CountKey::Items), 709);
            let scope = world.tenant_scope(&world.owner).await;
            let found = world.store.inventory().summary(&scope).await.unwrap();
            for (key, expected) in index["counts"].as_object().unwrap() {
                let line = found.iter().find(|line| line.resource_type == *key);
                assert_eq!(line.map(|line| line.items), expected.as_i64(), "{key}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_cannot_be_read_fails_alone_and_loses_nothing() {
    on_both(|t| async move {
        let world = world(&t).await;
        let graph = TestGraph::inventing(&world, 150).await;
        sync(&world, &graph, &Arguments::everything()).await;
        t.clock.advance(std::time::Duration::from_secs(60));
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/beta/deviceManagement/configurationPolicies"));
        let run = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!(run.outcome, Outcome::PartiallySucceeded);
        assert_eq!(count(&run, CountKey::Failed), 3, "three types share that collection");
        assert_eq!(count(&run, CountKey::Missing), 0);
        assert_eq!(present(&world, Some(true)).await, 0, "a failed read never makes anything missing");
        assert!(run.failures.iter().any(|line| line.code == "graph.forbidden"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_complete_list_does_not_have_is_missing() {
    on_both(|t| async move {
        let world = world(&t).await;
        let graph = TestGraph::inventing(&world, 60).await;
        sync(&world, &graph, &Arguments::everything()).await;
        t.clock.advance(std::time::Duration::from_secs(60));
        let gone = graph.sim.read_state(graph.tenant, |s| s.ids("settings_catalog_policy")[0].clone()).unwrap();
        graph.sim.remove_object(graph.tenant, "settings_catalog_policy", &gone).unwrap();
        let run = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!(count(&run, CountKey::Missing), 1);
        assert_eq!(present(&world, Some(true)).await, 1);
        let scope = world.tenant_scope(&world.owner).await;
        let filter = InventoryFilter { missing: Some(true), ..InventoryFilter::default() };
        let rows = world.store.inventory().list(&scope, &filter, None, 10).await.unwrap().rows;
        assert_eq!(rows[0].object_id, gone);
        assert_eq!(rows[0].presence, Presence::Missing);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_fails_the_run_with_a_stable_code() {
    on_both(|t| async move {
        let world = world(&t).await;
        let graph = TestGraph::serving(&world, TenantState::new()).await;
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = "rotated".to_owned()).unwrap();
        let run = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("connection.credentials_invalid")));
    })
    .await;
}
