//! Inventory sync against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::Duration;

use graph_sim::{Effect, Fault, Filter, Size, TenantState};
use model::access::can;
use model::canonical::canonical;
use model::ids::InventoryItemId;
use model::inventory::{InventoryFilter, Presence};
use model::json::Json;
use model::operations::inventory_sync::Arguments;
use model::resource_types;
use model::run::{CountKey, Outcome, Run, Status, Trigger};
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both, start_of_time};
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
    // A check for drift follows every sync but a tenant's first.
    assert!(graph.worker(&world.store).run_queue_now().await.unwrap() >= 1);
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

const POLICIES: &str = "/deviceManagement/configurationPolicies";

/// Objects of the tenant that a sync reads.
fn served(graph: &TestGraph) -> i64 {
    let counts = graph.sim.count_by_type(graph.tenant).unwrap();
    let kept = |key: &str| resource_types::find(key).is_some_and(resource_types::ResourceType::in_inventory);
    i64::try_from(counts.into_iter().filter(|(key, _)| kept(key)).map(|(_, count)| count).sum::<usize>()).unwrap()
}

/// Requests for details (of one object, or below one) since the mark in the ledger.
fn details(graph: &TestGraph) -> u64 {
    let counts = graph.sim.ledger().counts(&Filter { method: Some("GET".to_owned()), ..Filter::default() });
    counts.iter().filter(|count| count.template.contains("{id}")).map(|count| count.count).sum()
}

/// Whether requests of that template are for a list, below another object.
fn is_list(template: &str) -> bool {
    let below = |kind: &resource_types::ResourceType| template.ends_with(&kind.collection.replace("{parent}", "{id}"));
    resource_types::all().iter().any(|kind| kind.collection.contains("{parent}") && below(kind))
}

/// Templates of requests for details since the ledger was cleared.
fn details_of(graph: &TestGraph) -> Vec<String> {
    let counts = graph.sim.ledger().counts(&Filter { method: Some("GET".to_owned()), ..Filter::default() });
    let asked = counts.into_iter().map(|count| count.template);
    asked.filter(|template| template.contains("{id}") && !is_list(template)).collect()
}

async fn versions(t: &TestStore) -> i64 {
    t.number("select count(*) from policy_versions").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_tenant_costs_no_detail_and_what_changed_costs_its_own() {
    on_both(|t: TestStore| async move {
        let world = world(&t).await;
        let graph = TestGraph::inventing(&world, 150).await;
        let only = Arguments::only(["settings_catalog_policy", "compliance_policy", "mobile_app"]).unwrap();
        let first = sync(&world, &graph, &only).await;
        let objects = count(&first, CountKey::Items);
        assert!(details(&graph) > 0);
        assert_eq!(versions(&t).await, objects, "a version of each object");
        t.clock.advance(Duration::from_secs(60));
        graph.sim.clear_ledger();
        let second = sync(&world, &graph, &only).await;
        assert_eq!((count(&second, CountKey::Unchanged), count(&second, CountKey::Missing)), (objects, 0));
        assert_eq!((details(&graph), versions(&t).await), (0, objects));

        // One policy changes, and says so.
        let key = "settings_catalog_policy";
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(key)).unwrap();
        let change = |id: &str, property: &str, value: &str| {
            let mut object = graph.sim.read_state(graph.tenant, |state| state.object(key, id)).unwrap().unwrap();
            object.set(property, Json::text(value));
            object.set("description", Json::text(format!("{property} {value}")));
            graph.sim.change_state(graph.tenant, |state| state.put(key, object)).unwrap().unwrap();
        };
        change(&ids[0], "lastModifiedDateTime", "2027-01-01T00:00:00Z");
        t.clock.advance(Duration::from_secs(60));
        graph.sim.clear_ledger();
        let third = sync(&world, &graph, &only).await;
        assert_eq!((count(&third, CountKey::Updated), count(&third, CountKey::Unchanged)), (1, objects - 1));
        assert_eq!((details(&graph), versions(&t).await), (1, objects + 1));

        // What an assignment to a hidden place changes shows only when every detail is read: on demand, or after some days.
        let mut settings = graph.sim.read_state(graph.tenant, |state| state.object(key, &ids[1])).unwrap().unwrap();
        settings.set("settings", Json::Array(Vec::new()));
        graph.sim.change_state(graph.tenant, |state| state.put(key, settings)).unwrap().unwrap();
        let blind = sync(&world, &graph, &only).await;
        assert_eq!(count(&blind, CountKey::Updated), 0, "the list shows no sign of it");
        let seeing = sync(&world, &graph, &only.clone().reading_everything(true)).await;
        assert_eq!(count(&seeing, CountKey::Updated), 1);
        let who = world.sign_in(&world.owner).await;
        let sight = world.store.access().run(&who, seeing.id).await.unwrap();
        let events = world.store.runs().events(&sight, 100).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.code == "changed_without_sign").count(), 1);
        t.clock.advance(Duration::from_secs(8 * 86_400));
        graph.sim.clear_ledger();
        sync(&world, &graph, &only).await;
        assert!(details(&graph) > 0, "after a week every detail is read again");
    })
    .await;
}

/// Types whose lists cannot tell that something changed: the audit log does.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_list_tells_is_read_when_the_audit_log_names_it() {
    on_both(|t: TestStore| async move {
        let world = world(&t).await;
        let mut state = graph_sim::generate(7, Size { policies: 150, groups: 10 }, start_of_time());
        graph_sim::broaden(&mut state, 7, start_of_time());
        let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
        let key = "scope_tag";
        let only = Arguments::only([key, "policy_set", "terms_and_conditions"]).unwrap();
        let objects = count(&sync(&world, &graph, &only).await, CountKey::Items);
        let tags = graph.sim.read_state(graph.tenant, |state| state.ids(key)).unwrap();
        let asked = async |graph: &TestGraph| {
            t.clock.advance(Duration::from_secs(3600));
            graph.sim.clear_ledger();
            let run = sync(&world, graph, &only).await;
            assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, objects), "{:?}", run.failures);
            (details(graph), count(&run, CountKey::Updated))
        };
        assert_eq!(asked(&graph).await, (0, 0), "nothing happened");

        let mut tag = graph.sim.read_state(graph.tenant, |state| state.object(key, &tags[0])).unwrap().unwrap();
        let group = r##"[{"id":"x","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"00000000-0000-4000-8000-0000000000aa"}}]"##;
        tag.set("assignments", Json::parse(group.as_bytes()).unwrap());
        graph.sim.put_object(graph.tenant, key, tag).unwrap().unwrap();
        let many = u64::try_from(tags.len()).unwrap();
        assert_eq!(asked(&graph).await, (many, 1), "all of the kind are looked at");
        assert_eq!(asked(&graph).await, (many, 0), "an event that has just arrived counts for the next sync, too");
        assert_eq!(asked(&graph).await, (0, 0));

        // A log that may not be read tells nothing: then the details are read, and that is no failure.
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/deviceManagement/auditEvents"));
        assert!(asked(&graph).await.0 > many, "the details of all three types");
        graph.sim.clear_faults();
        t.clock.advance(Duration::from_secs(3 * 86_400));
        assert!(asked(&graph).await.0 > many, "too long ago for the log to be asked");
    })
    .await;
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
        let objects = served(&graph);
        assert!(objects >= 150);
        assert_eq!(count(&first, CountKey::Items), objects);
        assert_eq!(count(&first, CountKey::Created), objects);
        assert_eq!(i64::try_from(present(&world, None).await).unwrap(), objects);
        assert_eq!(count(&first, CountKey::Total), count(&first, CountKey::Processed));
        t.clock.advance(std::time::Duration::from_secs(60));
        graph.sim.clear_ledger();
        let second = sync(&world, &graph, &Arguments::everything()).await;
        assert_eq!(second.outcome, Outcome::Succeeded);
        assert_eq!(details_of(&graph), Vec::<String>::new());
        assert_eq!(count(&second, CountKey::Unchanged), objects);
        assert_eq!(count(&second, CountKey::Created) + count(&second, CountKey::Updated), 0);
        assert_eq!(count(&second, CountKey::Missing), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_real_export_is_synced_with_its_content() {
    let Some(data) = test_data("every_real_export_is_synced_with_its_content") else { return };
    let mut folders: Vec<_> = std::fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("index.json").is_file());
    folders.sort();
    assert!(!folders.is_empty());
    // Each folder is a tenant of its own.
    for folder in folders {
        on_both(|t| {
            let folder = folder.clone();
            async move {
                let world = world(&t).await;
                let (state, _) = graph_sim::load_folders([&folder]).unwrap();
                let graph = TestGraph::serving(&world, state).await;
                let run = sync(&world, &graph, &Arguments::everything()).await;
                assert_eq!(run.outcome, Outcome::Succeeded, "{}: {:?}", folder.display(), run.failures);
                assert_eq!(count(&run, CountKey::Items), served(&graph), "{}", folder.display());
                same_content(&world, &graph, &folder.display().to_string()).await;
            }
        })
        .await;
    }
}

/// Every object that the simulator has, of every type that a sync reads, is in the inventory with the same canonical content.
async fn same_content(world: &World, graph: &TestGraph, what: &str) {
    let scope = world.tenant_scope(&world.owner).await;
    let inventory = world.store.inventory();
    let items = inventory.list(&scope, &InventoryFilter::default(), None, 5_000).await.unwrap().rows;
    let mut found: BTreeMap<(String, String), InventoryItemId> =
        items.into_iter().map(|item| ((item.resource_type, item.object_id), item.id)).collect();
    for kind in resource_types::all().iter().filter(|kind| kind.in_inventory()) {
        for id in graph.sim.read_state(graph.tenant, |state| state.ids(&kind.key)).unwrap() {
            let object = graph.sim.read_state(graph.tenant, |state| state.object(&kind.key, &id)).unwrap().unwrap();
            let known = kind.id_of(&object).unwrap().to_owned();
            let Some(item) = found.remove(&(kind.key.clone(), known)) else { panic!("{what}: {} {id} was not found", kind.key) };
            let mut content = inventory.find(&scope, item).await.unwrap().content;
            // What was asked for and is not there comes as an empty list or null; the export left it out.
            let nothing = |value: &Json| *value == Json::Null || value.as_array().is_some_and(<[Json]>::is_empty);
            let names: Vec<String> = content.as_object().unwrap().iter().map(|(name, _)| name.clone()).collect();
            for name in names {
                if object.get(&name).is_none() && content.get(&name).is_some_and(nothing) {
                    content.remove(&name);
                }
            }
            let expected = canonical(kind, object);
            let stored = canonical(kind, content);
            let differs = stored.text.bytes().zip(expected.text.bytes()).position(|(a, b)| a != b).unwrap_or(0);
            let near = |text: &str| {
                String::from_utf8_lossy(&text.as_bytes()[differs.saturating_sub(60)..]).chars().take(200).collect::<String>()
            };
            let words = format!("{what}: {} {id}: {} but {}", kind.key, near(&stored.text), near(&expected.text));
            assert_eq!(stored.semantic, expected.semantic, "{words}");
        }
    }
    assert!(found.is_empty(), "{what}: not in the tenant: {found:?}");
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
        let sharing = resource_types::all().iter().filter(|t| t.in_inventory() && t.collection == POLICIES).count();
        assert_eq!(count(&run, CountKey::Failed), i64::try_from(sharing).unwrap(), "types that share that collection");
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
