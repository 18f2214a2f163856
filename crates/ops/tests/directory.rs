//! The syncs of the directory cache against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use graph_sim::{DeltaEnd, DeltaSettings, Effect, Fault, TenantState};
use model::access::can;
use model::directory::{DirectoryFilter, DirectoryKind};
use model::json::Json;
use model::operations::{directory_role_definitions_sync, entra_group_sync, inventory_sync};
use model::run::{CountKey, Outcome, Run, RunRequest, Trigger};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const GROUPS: &str = "/v1.0/groups/delta";

async fn run(world: &World, graph: &TestGraph, request: &RunRequest) -> Run {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::DirectorySync>().unwrap();
    let started = world.store.runs().start(&permit, request, Trigger::Manual).await.unwrap();
    let id = started.run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(id).await
}

async fn groups(world: &World, graph: &TestGraph, full: bool) -> Run {
    run(world, graph, &entra_group_sync::Arguments { full }.request(world.tenant)).await
}

fn count(run: &Run, key: CountKey) -> i64 {
    run.counts.get(key).unwrap_or(0)
}

fn counts(run: &Run) -> [i64; 5] {
    [CountKey::Items, CountKey::Created, CountKey::Updated, CountKey::Unchanged, CountKey::Deleted].map(|key| count(run, key))
}

fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

fn group(number: usize, name: &str) -> Json {
    Json::from([
        ("id", Json::text(id(number))),
        ("displayName", Json::text(name)),
        ("groupTypes", Json::Array(Vec::new())),
        ("securityEnabled", Json::Bool(true)),
    ])
}

fn with_groups(many: usize) -> TenantState {
    let mut state = TenantState::new();
    for number in 0..many {
        state.put("group", group(number, &format!("Group {number:04}"))).unwrap();
    }
    state
}

async fn names(world: &World, gone: bool) -> Vec<String> {
    let scope = world.tenant_scope(&world.owner).await;
    let filter = DirectoryFilter { gone, ..DirectoryFilter::default() };
    let page = world.store.directory().groups(&scope, &filter, None, 2_000).await.unwrap();
    page.rows.into_iter().map(|group| group.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_groups_are_read_once_and_then_only_what_changed() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::serving(&world, with_groups(80)).await;
        let first = groups(&world, &graph, false).await;
        assert_eq!(first.outcome, Outcome::Succeeded, "{:?}", first.failures);
        assert_eq!(counts(&first), [80, 80, 0, 0, 0]);
        assert_eq!(names(&world, false).await.len(), 80);
        t.clock.advance(Duration::from_secs(3600));
        let mark = graph.sim.mark();
        let idle = groups(&world, &graph, false).await;
        assert_eq!((idle.outcome, counts(&idle)), (Outcome::Succeeded, [0; 5]));
        assert_eq!(graph.sim.requests_since(mark), 2, "a token, and one request for nothing new");
        // Renamed, deleted, made, and made anew with the name of one that is gone.
        graph.sim.put_object(graph.tenant, "group", group(3, "Ünïcode 東京")).unwrap().unwrap();
        graph.sim.remove_object(graph.tenant, "group", &id(4)).unwrap();
        graph.sim.put_object(graph.tenant, "group", group(900, "Group 0004")).unwrap().unwrap();
        t.clock.advance(Duration::from_secs(3600));
        let changed = groups(&world, &graph, false).await;
        assert_eq!(changed.outcome, Outcome::Succeeded, "{:?}", changed.failures);
        assert_eq!(counts(&changed)[1..], [1, 1, 0, 1]);
        let now = names(&world, false).await;
        assert!(now.contains(&"Ünïcode 東京".to_owned()) && now.len() == 80);
        assert_eq!(names(&world, true).await, ["Group 0004"], "the one that is gone");
        // Everything again finds nothing new.
        t.clock.advance(Duration::from_secs(3600));
        let full = groups(&world, &graph, true).await;
        assert_eq!(counts(&full), [80, 0, 0, 80, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_not_taken_any_more_leads_to_a_full_sync() {
    for end in [DeltaEnd::Gone, DeltaEnd::SyncStateNotFound, DeltaEnd::ResyncRequired] {
        on_both(move |t: TestStore| async move {
            let world = World::build(&t.store, &t.operator).await;
            let clock = Arc::clone(&t.clock);
            let graph = TestGraph::serving_at(&world, with_groups(30), clock).await;
            graph.sim.change_settings(|settings| settings.delta = DeltaSettings { end, ..settings.delta });
            groups(&world, &graph, false).await;
            t.clock.advance(Duration::from_secs(8 * 86_400));
            // Gone without a word, as the token is: only a full pass can tell.
            graph.sim.remove_object(graph.tenant, "group", &id(7)).unwrap();
            let run = groups(&world, &graph, false).await;
            assert_eq!(run.outcome, Outcome::Succeeded, "{end:?} {:?}", run.failures);
            assert_eq!(counts(&run), [29, 0, 0, 29, 1], "{end:?}");
            assert_eq!(names(&world, true).await, ["Group 0007"]);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_a_foreign_host_in_the_stored_link_are_not_followed() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::serving(&world, with_groups(30)).await;
        for link in ["https://evil.example/v1.0/groups/delta?$deltatoken=x", "garbage", "", "/v1.0/groups"] {
            groups(&world, &graph, false).await;
            t.execute(&format!("update directory_state set delta_link = '{link}'")).await;
            t.clock.advance(Duration::from_secs(60));
            let run = groups(&world, &graph, false).await;
            assert_eq!((run.outcome, counts(&run)), (Outcome::Succeeded, [30, 0, 0, 30, 0]), "{link}: {:?}", run.failures);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_replays_and_any_order_change_nothing() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::serving(&world, with_groups(60)).await;
        graph.sim.change_settings(|settings| {
            settings.delta =
                DeltaSettings { repeats: true, backwards: true, replays: 5, removed_in_first_round: true, ..settings.delta };
        });
        groups(&world, &graph, false).await;
        for name in ["One", "Two", "Three"] {
            t.clock.advance(Duration::from_secs(60));
            graph.sim.put_object(graph.tenant, "group", group(9, name)).unwrap().unwrap();
            graph.sim.put_object(graph.tenant, "group", group(10, &format!("{name} too"))).unwrap().unwrap();
            let run = groups(&world, &graph, false).await;
            assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        }
        let now = names(&world, false).await;
        assert!(now.len() == 60 && now.contains(&"Three too".to_owned()), "{now:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_breaks_off_calls_nothing_gone_and_keeps_what_it_read() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::serving(&world, with_groups(60)).await;
        groups(&world, &graph, false).await;
        for effect in [
            Effect::Forbidden,
            Effect::Html,
            Effect::ForeignNextLink { base_url: "https://evil.example".to_owned() },
            Effect::LoopingNextLink,
        ] {
            t.clock.advance(Duration::from_secs(60));
            let fault = graph.sim.inject(Fault::new(effect.clone()).on(GROUPS));
            let run = groups(&world, &graph, true).await;
            assert_eq!(run.outcome, Outcome::Failed, "{effect:?}");
            graph.sim.remove_fault(fault);
            assert_eq!(names(&world, false).await.len(), 60, "{effect:?}");
            let scope = world.tenant_scope(&world.owner).await;
            let state = world.store.directory().state(&scope, DirectoryKind::Groups).await.unwrap();
            assert_eq!(state.failure_code.as_deref(), run.reason_code.as_deref(), "{effect:?}");
            assert!(state.complete_at.is_some());
        }
        let run = groups(&world, &graph, false).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_counted_for_assigned_groups_only() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 120).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let sync = inventory_sync::Arguments::everything().request(world.tenant);
        world.store.runs().start(&permit, &sync, Trigger::Manual).await.unwrap();
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let run = groups(&world, &graph, false).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        let directory = world.store.directory();
        let all = directory.groups(&scope, &DirectoryFilter::default(), None, 500).await.unwrap().rows;
        let mut assigned = 0;
        for group in &all {
            let object = model::restore::Reference::new("group", group.object_id.as_str());
            let used = !world.store.links().used_by(&scope, &object, None, 1).await.unwrap().rows.is_empty();
            assert_eq!(group.members.is_some(), used, "{}", group.name);
            assigned += usize::from(used);
        }
        assert!(assigned > 0 && assigned <= all.len());
        // Without the permission the groups stay, and the run says what it could not do.
        t.clock.advance(Duration::from_secs(86_400 * 2));
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/groups/{id}/members/$count"));
        let run = groups(&world, &graph, false).await;
        assert_eq!(run.outcome, Outcome::PartiallySucceeded, "{:?}", run.failures);
        let again = directory.groups(&scope, &DirectoryFilter::default(), None, 500).await.unwrap().rows;
        assert_eq!(again, all, "as they were counted before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn role_definitions_follow_their_list() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 20).await;
        let scope = world.tenant_scope(&world.owner).await;
        let sync = async || run(&world, &graph, &directory_role_definitions_sync::request(world.tenant)).await;
        let first = sync().await;
        assert_eq!(first.outcome, Outcome::Succeeded, "{:?}", first.failures);
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids("directory_role_definition")).unwrap();
        assert_eq!(count(&first, CountKey::Created), i64::try_from(ids.len()).unwrap());
        t.clock.advance(Duration::from_secs(60));
        graph.sim.remove_object(graph.tenant, "directory_role_definition", &ids[0]).unwrap();
        let second = sync().await;
        assert_eq!(count(&second, CountKey::Deleted), 1);
        t.clock.advance(Duration::from_secs(60));
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/roleManagement/directory/roleDefinitions"));
        assert_eq!(sync().await.outcome, Outcome::Failed);
        let state = world.store.directory().state(&scope, DirectoryKind::RoleDefinitions).await.unwrap();
        assert_eq!(
            (state.objects, state.failure_code.as_deref()),
            (i64::try_from(ids.len()).unwrap() - 1, Some("graph.forbidden"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_could_not_sign_in_is_shown_as_one() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::serving(&world, with_groups(3)).await;
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = "rotated".to_owned()).unwrap();
        for (kind, request) in [
            (DirectoryKind::Groups, entra_group_sync::Arguments::default().request(world.tenant)),
            (DirectoryKind::RoleDefinitions, directory_role_definitions_sync::request(world.tenant)),
        ] {
            let failed = run(&world, &graph, &request).await;
            assert_eq!(
                (failed.outcome, failed.reason_code.as_deref()),
                (Outcome::Failed, Some("connection.credentials_invalid"))
            );
            let scope = world.tenant_scope(&world.owner).await;
            let state = world.store.directory().state(&scope, kind).await.unwrap();
            assert_eq!(state.failure_code.as_deref(), Some("connection.credentials_invalid"), "{kind:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_all_groups_is_not_served_by_a_run_that_reads_what_changed() {
    on_both(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let permit = world.tenant_scope(&world.owner).await.permit::<can::DirectorySync>().unwrap();
        let mut runs = std::collections::BTreeSet::new();
        for full in [false, true, false, true] {
            let request = entra_group_sync::Arguments { full }.request(world.tenant);
            runs.insert(world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id);
        }
        assert_eq!(runs.len(), 2);
    })
    .await;
}
