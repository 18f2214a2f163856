//! What the tests of restores do again and again.

use std::collections::BTreeSet;
use std::time::Duration;

use model::access::can;
use model::backup::{BackupSet, Selection};
use model::ids::RestoreId;
use model::json::Json;
use model::operations::backup_set_capture;
use model::restore::Source;
use model::run::{Run, Trigger};
use store::access::{Confirmed, Permit, TenantScope};
use store::{Choice, ItemFilter, Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::TestStore;
use testkit::world::World;

use crate::objects::CATALOG;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn scope(world: &World) -> TenantScope {
    world.tenant_scope(&world.owner).await
}

pub(crate) async fn permit(world: &World) -> Permit<can::RestoreExecute> {
    scope(world).await.permit().unwrap()
}

/// A set of these types; empty: of everything.
pub(crate) async fn backup(world: &World, graph: &TestGraph, types: &[&str]) -> BackupSet {
    let permit = scope(world).await.permit::<can::BackupsRun>().unwrap();
    let selection = if types.is_empty() { Selection::All } else { Selection::of_types(types.iter().copied()).unwrap() };
    let request = backup_set_capture::Arguments::of(selection).request(world.tenant);
    let run = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let set = world.store.backups().list(&scope(world).await, None, None, 1).await.unwrap().rows.remove(0);
    assert_eq!(set.run_id, Some(run));
    set
}

/// A restore of what a choice means, checked.
pub(crate) async fn checked(world: &World, source: &Source, choice: &Choice) -> Restore {
    let (permit, scope) = (permit(world).await, scope(world).await);
    let id = world.store.restores().create(&permit, &scope, source, "").await.unwrap();
    let made = world.store.restores().find(&scope, id).await.unwrap();
    let revision = match source {
        Source::Version { .. } => made.revision,
        _ => world.store.restores().choose(&permit, &scope, id, made.revision, choice).await.unwrap(),
    };
    world.store.restores().check(&permit, &scope, id, revision).await.unwrap();
    world.store.restores().find(&scope, id).await.unwrap()
}

pub(crate) async fn preview(world: &World, graph: &TestGraph, id: RestoreId) -> (Run, Restore) {
    let (permit, scope) = (permit(world).await, scope(world).await);
    let now = world.store.restores().find(&scope, id).await.unwrap();
    let started = world.store.restores().start_preview(&permit, id, now.revision, Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    (world.run(started.run().id).await, world.store.restores().find(&scope, id).await.unwrap())
}

/// Confirms the plan; nobody works on it yet.
pub(crate) async fn confirm(world: &World, id: RestoreId) -> Run {
    let scope = scope(world).await;
    let restore = world.store.restores().find(&scope, id).await.unwrap();
    let typed = restore.tenant_name.clone();
    let confirmed = Confirmed::typed(permit(world).await, &restore, &typed).unwrap();
    let plan = restore.plan_hash.clone().expect("a plan");
    let started = world.store.restores().execute(&confirmed, restore.revision, &plan, Trigger::Manual).await.unwrap();
    started.run().clone()
}

pub(crate) async fn execute(world: &World, graph: &TestGraph, id: RestoreId) -> (Run, Restore) {
    let run = confirm(world, id).await;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let scope = scope(world).await;
    (world.run(run.id).await, world.store.restores().find(&scope, id).await.unwrap())
}

pub(crate) async fn items(world: &World, id: RestoreId) -> Vec<RestoreItem> {
    world.store.restores().items(&scope(world).await, id, &ItemFilter::default(), None, 5_000).await.unwrap().rows
}

/// The ids of a type in the simulator.
pub(crate) fn ids(graph: &TestGraph, key: &str) -> BTreeSet<String> {
    graph.sim.read_state(graph.tenant, |state| state.ids(key)).unwrap().into_iter().collect()
}

pub(crate) fn object(graph: &TestGraph, key: &str, id: &str) -> Json {
    graph.sim.read_state(graph.tenant, |state| state.object(key, id)).unwrap().expect("an object")
}

pub(crate) fn put(graph: &TestGraph, key: &'static str, object: Json) {
    graph.sim.change_state(graph.tenant, |state| state.put(key, object)).unwrap().unwrap();
}

/// Reads the groups, so that references to them are known.
pub(crate) async fn directory(world: &World, graph: &TestGraph) {
    let permit = scope(world).await.permit::<can::DirectorySync>().unwrap();
    let groups = model::operations::entra_group_sync::Arguments::default().request(world.tenant);
    let roles = model::operations::directory_role_definitions_sync::request(world.tenant);
    for request in [groups, roles] {
        world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    }
    graph.worker(&world.store).run_queue_now().await.unwrap();
}

/// Chosen, checked, previewed.
pub(crate) async fn previewed(world: &World, graph: &TestGraph, source: &Source, choice: &Choice) -> Restore {
    let restore = checked(world, source, choice).await;
    let (run, restore) = preview(world, graph, restore.id).await;
    assert_eq!(restore.state, model::restore::RestoreState::Previewed, "{:?}", run.failures);
    restore
}

/// An invented tenant with so many policies, and what was backed up of it an hour ago.
pub(crate) async fn backed_up(t: &TestStore, policies: usize) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let graph = TestGraph::inventing(&world, policies).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG]).await;
    t.clock.advance(HOUR);
    (world, graph, Source::BackupSet { set: set.id })
}

/// Somebody changes something of a policy by hand.
pub(crate) fn touch(graph: &TestGraph, id: &str, change: impl FnOnce(&mut Json)) {
    let mut other = object(graph, CATALOG, id);
    change(&mut other);
    put(graph, CATALOG, other);
}

/// Somebody removes one policy and describes another one anew.
pub(crate) fn disturb(graph: &TestGraph, gone: &str, changed: &str) {
    graph.sim.remove_object(graph.tenant, CATALOG, gone).unwrap();
    touch(graph, changed, |policy| policy.set("description", Json::text("changed by hand")));
}
