//! "Capture now" of one object, against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use graph_sim::{Effect, Fault, Mutation, Mutator, Size};
use model::access::can;
use model::ids::InventoryItemId;
use model::inventory::{InventoryFilter, InventoryItem};
use model::json::Json;
use model::operations::inventory_sync;
use model::operations::policy_capture_snapshot::Arguments;
use model::run::{CountKey, Outcome, Run, Trigger};
use model::version::Change;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

const HOUR: Duration = Duration::from_secs(3600);

async fn capture(world: &World, graph: &TestGraph, item: InventoryItemId) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let request = Arguments { item }.request(world.tenant);
    let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(id).await
}

async fn sync(world: &World, graph: &TestGraph) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
    let request = inventory_sync::Arguments::everything().request(world.tenant);
    let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(id).await
}

async fn items(world: &World) -> Vec<InventoryItem> {
    let scope = world.tenant_scope(&world.owner).await;
    world.store.inventory().list(&scope, &InventoryFilter::default(), None, 2_000).await.unwrap().rows
}

fn figures(run: &Run) -> [i64; 2] {
    [CountKey::Updated, CountKey::Unchanged].map(|key| run.counts.get(key).unwrap_or(0))
}

/// One object of every type is read by itself exactly as its list and details were: else each capture would write a version.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_did_not_change_has_no_new_version_whatever_its_type() {
    let test = async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let mut state = graph_sim::generate(7, Size { policies: 60, groups: 10 }, start_of_time());
        graph_sim::broaden(&mut state, 7, start_of_time());
        let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
        sync(&world, &graph).await;
        let mut types = BTreeSet::new();
        for item in items(&world).await {
            if types.insert(item.resource_type.clone()) {
                let run = capture(&world, &graph, item.id).await;
                assert_eq!(run.outcome, Outcome::Succeeded, "{}: {:?}", item.resource_type, run.failures);
                assert_eq!(figures(&run), [0, 1], "{}", item.resource_type);
            }
        }
        assert!(types.len() > 30, "{types:?}");
    };
    testkit::stores::on(store::Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_captured_without_a_sync_and_what_is_gone_is_told() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let state = graph_sim::generate(7, Size { policies: 30, groups: 5 }, start_of_time());
        let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
        sync(&world, &graph).await;
        let item = items(&world).await.into_iter().find(|item| item.resource_type == "settings_catalog_policy").unwrap();
        t.clock.advance(HOUR);
        let mut mutator = Mutator::new(&graph.sim, 3);
        let truths = mutator.mutate_object(graph.tenant, Mutation::ValueChanged, &item.resource_type, &item.object_id).unwrap();
        assert_eq!(truths.len(), 1);
        let run = capture(&world, &graph, item.id).await;
        assert_eq!((run.outcome, figures(&run)), (Outcome::Succeeded, [1, 0]), "{:?}", run.failures);
        let again = capture(&world, &graph, item.id).await;
        assert_eq!((again.outcome, figures(&again)), (Outcome::Succeeded, [0, 1]));
        assert_ne!(again.id, run.id);
        let scope = world.tenant_scope(&world.owner).await;
        let versions = async || t.store.policy_versions().of_item(&scope, item.id, None, 9).await.unwrap();
        let told: Vec<_> = versions().await.iter().map(|version| (version.number, version.change)).collect();
        assert_eq!(told, [(2, Change::Changed), (1, Change::FirstSeen)]);
        // A sync that follows finds the same content.
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(versions().await.len(), 2);
        graph.sim.remove_object(graph.tenant, &item.resource_type, &item.object_id).unwrap();
        let gone = capture(&world, &graph, item.id).await;
        assert_eq!((gone.outcome, gone.reason_code.as_deref()), (Outcome::Failed, Some("graph.not_found")));
        assert_eq!(versions().await.len(), 2, "only a complete list tells that something disappeared");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(versions().await[0].change, Change::Disappeared);
        // It is there again, and captured as such.
        t.clock.advance(HOUR);
        let mut back = Json::from([("id", Json::text(&item.object_id)), ("name", Json::text("Back"))]);
        back.set("settings", Json::Array(Vec::new()));
        graph.sim.put_object(graph.tenant, &item.resource_type, back).unwrap().unwrap();
        assert_eq!(capture(&world, &graph, item.id).await.outcome, Outcome::Succeeded);
        assert_eq!(versions().await[0].change, Change::Reappeared);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_object_is_captured_once_at_a_time_and_a_refusal_leaves_it_as_it_was() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let state = graph_sim::generate(7, Size { policies: 30, groups: 5 }, start_of_time());
        let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
        sync(&world, &graph).await;
        let all = items(&world).await;
        let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
        let mut runs = BTreeSet::new();
        for item in [&all[0], &all[1], &all[0]] {
            let request = Arguments { item: item.id }.request(world.tenant);
            runs.insert(t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id);
        }
        assert_eq!(runs.len(), 2, "each object by itself");
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let policy = all.iter().find(|item| item.resource_type == "settings_catalog_policy").unwrap();
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/beta/deviceManagement/configurationPolicies/{id}"));
        let run = capture(&world, &graph, policy.id).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("graph.forbidden")));
        let unknown = capture(&world, &graph, InventoryItemId::generate()).await;
        assert_eq!((unknown.outcome, unknown.reason_code.as_deref()), (Outcome::Failed, Some("run.context_missing")));
    })
    .await;
}
