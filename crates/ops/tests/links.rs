//! Links after syncs: of collected tenants, and of invented ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::inventory::InventoryFilter;
use model::links::{Depth, EndState, LinkKind, links};
use model::operations::{entra_group_sync, inventory_sync};
use model::resource_types;
use model::restore::Reference;
use model::run::Trigger;
use store::access::TenantScope;
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

/// Syncs the inventory and the groups.
async fn sync(world: &World, graph: &TestGraph) -> TenantScope {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::InventorySync>().unwrap();
    let inventory = inventory_sync::Arguments::everything().request(world.tenant);
    world.store.runs().start(&permit, &inventory, Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let groups = entra_group_sync::Arguments { full: true }.request(world.tenant);
    let permit = scope.permit::<can::DirectorySync>().unwrap();
    world.store.runs().start(&permit, &groups, Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    scope
}

/// For every item: its links are the references of its content, and lead back to it. How many there are.
async fn both_ways(world: &World, scope: &TenantScope, what: &str) -> usize {
    let items = world.store.inventory().list(scope, &InventoryFilter::default(), None, 5_000).await.unwrap().rows;
    let store = world.store.links();
    let mut users: BTreeMap<Reference, BTreeSet<String>> = BTreeMap::new();
    let mut count = 0;
    for item in &items {
        let content = world.store.inventory().find(scope, item.id).await.unwrap().content;
        let expected = links(resource_types::find(&item.resource_type).unwrap(), &content);
        let expected: Vec<_> = expected.into_iter().map(|link| (link.kind, link.to, link.pointer)).collect();
        let found = store.uses(scope, item.id, None, 5_000).await.unwrap().rows;
        let found: Vec<_> = found.into_iter().map(|link| (link.kind, link.end.to, link.pointer)).collect();
        assert_eq!(found, expected, "{what}: {} {}", item.resource_type, item.name);
        count += found.len();
        for (_, to, _) in found {
            users.entry(to).or_default().insert(item.object_id.clone());
        }
    }
    let ids: BTreeMap<_, _> = items.iter().map(|item| (item.id, item.object_id.clone())).collect();
    for (to, expected) in users {
        let found = store.used_by(scope, &to, None, 5_000).await.unwrap().rows;
        let found: BTreeSet<String> = found.into_iter().map(|user| ids[&user.item].clone()).collect();
        assert!(expected.is_subset(&found), "{what}: {to:?}");
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn every_object_of_collected_tenants_is_linked_both_ways() {
    let Some(data) = test_data("every_object_of_collected_tenants_is_linked_both_ways") else { return };
    let mut folders: Vec<_> = std::fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("index.json").is_file());
    folders.sort();
    for folder in folders {
        on_both(|t: TestStore| {
            let folder = folder.clone();
            async move {
                let world = World::build(&t.store, &t.operator).await;
                let (state, _) = graph_sim::load_folders([&folder]).unwrap();
                let graph = TestGraph::serving(&world, state).await;
                let scope = sync(&world, &graph).await;
                let count = both_ways(&world, &scope, &folder.display().to_string()).await;
                if folder.ends_with("ca-baseline") {
                    assert!(count > 50, "{count}");
                    a_known_policy(&world, &scope).await;
                }
            }
        })
        .await;
    }
}

/// A policy of the collected baseline of conditional access, as its file has it.
async fn a_known_policy(world: &World, scope: &TenantScope) {
    const COUNTRIES: &str = "1cc7e30b-f894-43a2-9da6-30aa7c085dda";
    const LEFT_OUT: &str = "813e2655-e8b9-4255-91f5-7761ee2824bb";
    let location = Reference::new("named_location", COUNTRIES);
    let users = world.store.links().used_by(scope, &location, None, 50).await.unwrap().rows;
    let policy = users.iter().find(|user| user.name.starts_with("CA301-ServiceAccounts")).expect("its policy uses the location");
    assert_eq!((policy.kind, policy.pointer.as_str()), (LinkKind::Exclude, "/conditions/locations/excludeLocations/0"));
    let uses = world.store.links().uses(scope, policy.item, None, 50).await.unwrap().rows;
    let location = uses.iter().find(|link| link.end.to.id == COUNTRIES).unwrap();
    assert_eq!(location.end.name.as_deref(), Some("ALLOWED COUNTRIES - SERVICE ACCOUNTS"));
    assert!(location.end.item.is_some());
    let group = uses.iter().find(|link| link.end.to.id == LEFT_OUT).unwrap();
    assert_eq!((group.kind, group.end.to.resource_type.as_str()), (LinkKind::Exclude, "group"));
    let others = world.store.links().used_by(scope, &Reference::new("group", LEFT_OUT), None, 200).await.unwrap().rows;
    assert!(others.len() > 1, "the group is left out of several policies");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_tenant_is_linked_and_what_is_removed_from_it_dangles() {
    on_both(|t: TestStore| async move {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 120).await;
        let scope = sync(&world, &graph).await;
        assert!(both_ways(&world, &scope, "invented").await > 100);
        let store = world.store.links();
        let policies = world.store.inventory().list(&scope, &InventoryFilter::default(), None, 500).await.unwrap().rows;
        let mut named = 0;
        for item in &policies {
            let graph = store.around(&scope, item.id, Depth::Two).await.unwrap();
            named += graph.nodes.iter().filter(|node| node.end.state == EndState::Present).count();
        }
        assert!(named > policies.len(), "neighbours have names");
        // What refers to a filter that is removed is told, with the name that it had.
        let filters = InventoryFilter { types: vec!["assignment_filter".to_owned()], ..InventoryFilter::default() };
        let filters = world.store.inventory().list(&scope, &filters, None, 50).await.unwrap().rows;
        let mut used = None;
        for filter in &filters {
            let object = Reference::new("assignment_filter", filter.object_id.as_str());
            let users = store.used_by(&scope, &object, None, 500).await.unwrap().rows;
            if !users.is_empty() {
                used = Some((filter, users));
            }
        }
        let (filter, users) = used.expect("a filter that is used");
        let before = store.dangling(&scope, None, 500).await.unwrap().rows;
        assert!(!before.iter().any(|one| one.end.to.id == filter.object_id));
        assert!(graph.sim.remove_object(graph.tenant, "assignment_filter", &filter.object_id).unwrap());
        t.clock.advance(std::time::Duration::from_secs(3600));
        sync(&world, &graph).await;
        let after = store.dangling(&scope, None, 500).await.unwrap().rows;
        let told: Vec<_> = after.iter().filter(|one| one.end.to.id == filter.object_id).collect();
        assert_eq!(told.len(), users.len());
        for one in told {
            assert_eq!(
                (one.end.state, one.end.name.as_deref(), one.confirmed),
                (EndState::Gone, Some(filter.name.as_str()), true)
            );
        }
    })
    .await;
}
