//! A tenant whose audit log is read, and what is told of it.

use std::time::Duration;

use graph_sim::{AuditActor, Size};
use model::access::can;
use model::attribution::Attribution;
use model::inventory::{InventoryFilter, InventoryItem};
use model::json::Json;
use model::operations::audit_events_sync;
use model::run::{CountKey, Outcome, Run, Trigger};
use store::AskedOf;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, start_of_time};
use testkit::world::{World, sync_of};

pub(crate) const POLICIES: &str = "settings_catalog_policy";
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A world with a tenant at Microsoft whose clock is the one of the database.
pub(crate) async fn made(t: &TestStore) -> (World, TestGraph) {
    let world = World::build(&t.store, &t.operator).await;
    let state = graph_sim::generate(7, Size { policies: 30, groups: 5 }, start_of_time());
    let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
    (world, graph)
}

pub(crate) async fn events(world: &World, graph: &TestGraph) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::DriftRun>().unwrap();
    let request = audit_events_sync::request(world.tenant);
    let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(id).await
}

/// A sync that does not read the log itself: the lists of policies tell what changed.
pub(crate) async fn sync(world: &World, graph: &TestGraph) {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
    let id = world.store.runs().start(&permit, &sync_of(world.tenant, &[POLICIES]), Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let run = world.run(id).await;
    assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
}

pub(crate) fn ann() -> AuditActor {
    AuditActor::Person { name: "ann@contoso.com".to_owned(), app: "Intune portal".to_owned() }
}

pub(crate) fn terraform() -> AuditActor {
    AuditActor::Application { name: "Terraform".to_owned() }
}

/// The first policy changes its description.
pub(crate) fn change(graph: &TestGraph, text: &str) -> String {
    let id = graph.sim.read_state(graph.tenant, |state| state.ids(POLICIES)).unwrap()[0].clone();
    let mut policy = graph.sim.read_state(graph.tenant, |state| state.object(POLICIES, &id)).unwrap().unwrap();
    policy.set("description", Json::text(text));
    graph.sim.put_object(graph.tenant, POLICIES, policy).unwrap().unwrap();
    id
}

async fn item(world: &World, object: &str) -> InventoryItem {
    let scope = world.tenant_scope(&world.owner).await;
    let items = world.store.inventory().list(&scope, &InventoryFilter::default(), None, 500).await.unwrap().rows;
    items.into_iter().find(|item| item.object_id == object).unwrap()
}

/// Who the versions of an object are by, the first version first.
pub(crate) async fn by(world: &World, object: &str) -> Vec<Attribution> {
    let scope = world.tenant_scope(&world.owner).await;
    let item = item(world, object).await;
    let mut versions = world.store.policy_versions().of_item(&scope, item.id, None, 100).await.unwrap();
    versions.reverse();
    let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(&item.resource_type, &item.object_id, v)).collect();
    world.store.tenant_events().attribute(&scope, &asked).await.unwrap()
}

/// The same in words: what is known, and who is named.
pub(crate) async fn words(world: &World, object: &str) -> Vec<String> {
    let words = |by: &Attribution| {
        let known = match by {
            Attribution::One(_) => "by",
            Attribution::Several(_) => "several",
            Attribution::SoFar(_) => "so far",
            Attribution::AtLeast(_) => "at least",
            Attribution::Nobody => "nobody",
            Attribution::NotRead => "not read",
            Attribution::NotRecorded => "not recorded",
            Attribution::BeforeUs => "before",
        };
        std::iter::once(known.to_owned()).chain(by.named().iter().map(|by| by.actor.words())).collect::<Vec<_>>().join(" ")
    };
    by(world, object).await.iter().map(words).collect()
}

pub(crate) fn counts(run: &Run) -> [i64; 3] {
    [CountKey::Items, CountKey::Created, CountKey::Unchanged].map(|key| run.counts.get(key).unwrap_or(0))
}
