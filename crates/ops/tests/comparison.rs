//! What truly changed in a tenant is what a comparison with its past tells: no more, no less, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use graph_sim::{Mutation, Mutator, TenantState, Truth, What};
use model::access::can;
use model::comparison::{ComparisonFilter, Difference, PolicyPair};
use model::diff::{Area, Change, Comparison, Effect, MOST_CHANGES, compare, pointer_after, pointer_before};
use model::json::Json;
use model::operations::inventory_sync::Arguments;
use model::resource_types;
use model::run::{Outcome, Trigger};
use model::time::Moment;
use model::version::PastFilter;
use store::access::TenantScope;
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

/// Kinds that change one object and leave it there.
const KINDS: [Mutation; 9] = [
    Mutation::ValueChanged,
    Mutation::PropertyAdded,
    Mutation::PropertyRemoved,
    Mutation::ListReordered,
    Mutation::AssignmentAdded,
    Mutation::AssignmentRemoved,
    Mutation::ScopeTagChanged,
    Mutation::Renamed,
    Mutation::Nested,
];
const CHANGES: usize = 54;

async fn sync(world: &World, graph: &TestGraph) {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
    // Not every change moves the time that a list tells: what is compared here is what was read.
    let request = Arguments::everything().reading_everything(true).request(world.tenant);
    let run = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
    // A check for drift follows every sync but a tenant's first.
    assert!(graph.worker(&world.store).run_queue_now().await.unwrap() >= 1);
    let run = world.run(run.id).await;
    assert!(matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded), "{:?}", run.outcome);
}

/// Changes objects, each once.
fn change(graph: &TestGraph) -> Vec<Truth> {
    let mut mutator = Mutator::new(&graph.sim, 11);
    let (mut truths, mut touched) = (Vec::new(), BTreeSet::new());
    let mut tries = 0;
    while truths.len() < CHANGES && tries < 20_000 {
        // Tried until an object is found that can be changed so.
        let kind = KINDS[truths.len() % KINDS.len()];
        tries += 1;
        let kept = |key: &str| resource_types::find(key).is_some_and(resource_types::ResourceType::in_inventory);
        let keys: Vec<&str> = graph.sim.read_state(graph.tenant, |state| state.type_keys()).unwrap();
        let key = keys[(tries * 7) % keys.len()];
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(key)).unwrap();
        let singleton = resource_types::find(key).is_none_or(|kind| kind.is_singleton() || kind.create.is_none());
        if !kept(key) || singleton || ids.is_empty() {
            continue;
        }
        let id = &ids[(tries * 13) % ids.len()];
        if touched.contains(&(key.to_owned(), id.clone())) {
            continue;
        }
        let done = mutator.mutate_object(graph.tenant, kind, key, id).unwrap();
        if !done.is_empty() {
            touched.insert((key.to_owned(), id.clone()));
        }
        truths.extend(done);
    }
    truths
}

/// The way of a truth as a JSON Pointer.
fn pointer(path: &[String]) -> String {
    path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Whether what was told is what truly happened to the object.
fn fits(truth: &Truth, found: &Comparison<'_>) -> bool {
    let What::Value { path, .. } = &truth.what else { return false };
    let root = format!("/{}", path[0]);
    let within = |change: &Change<'_>| {
        let places = [pointer_before(&change.path), pointer_after(&change.path)];
        places.iter().flatten().all(|place| *place == root || place.starts_with(&format!("{root}/")))
    };
    if !found.changes.iter().all(within) {
        return false;
    }
    let effects: Vec<&str> = found.changes.iter().map(|change| change.effect.code()).collect();
    let areas = |area: Area| found.count(area) == found.total;
    match truth.mutation {
        Mutation::AssignmentAdded => effects == ["added"] && areas(Area::Assignments),
        Mutation::AssignmentRemoved => effects == ["removed"] && areas(Area::Assignments),
        Mutation::ScopeTagChanged => effects == ["added"],
        Mutation::Renamed => effects == ["changed"] && areas(Area::Name),
        Mutation::PropertyAdded | Mutation::Nested => effects == ["added"],
        Mutation::PropertyRemoved => effects == ["removed"],
        Mutation::ListReordered => !effects.is_empty() && effects.iter().all(|effect| *effect == "moved"),
        // An element without order that is nothing but its value goes, and another one comes.
        Mutation::ValueChanged if effects == ["removed", "added"] || effects == ["added", "removed"] => true,
        Mutation::ValueChanged => {
            // Lists without order are stored as they came, so that places are those that Graph gave.
            matches!(found.changes.as_slice(), [Change { effect: Effect::Changed(..), path: way, .. }]
                if pointer_before(way).is_some_and(|place| place == pointer(path)))
        }
        _ => false,
    }
}

async fn exactly_the_truth(t: &TestStore, state: TenantState) {
    let world = World::of(t).await;
    let graph = TestGraph::serving(&world, state).await;
    sync(&world, &graph).await;
    let then = t.store.now().await.unwrap();
    t.clock.advance(Duration::from_secs(3_600));
    let truths = change(&graph);
    assert!(truths.len() >= 50, "{} changes", truths.len());
    let kinds: BTreeSet<Mutation> = truths.iter().map(|truth| truth.mutation).collect();
    assert_eq!(kinds, KINDS.into_iter().collect(), "each kind of change was made");
    assert!(truths.iter().any(|truth| !truth.matters), "also one that means nothing");
    sync(&world, &graph).await;
    let now = t.store.now().await.unwrap();
    let scope = world.tenant_scope(&world.owner).await;
    let wanted = ComparisonFilter { before_at: Some(then), ..ComparisonFilter::default() };
    let told = t.store.inventory().compare(&scope, &scope, &wanted, None, 2_000).await.unwrap().page.rows;
    let by_object: BTreeMap<(&str, &str), &PolicyPair> = told
        .iter()
        .map(|pair| {
            let state = pair.latest().unwrap();
            ((state.resource_type.as_str(), state.object_id.as_str()), pair)
        })
        .collect();
    let mattered: BTreeSet<(&str, &str)> =
        truths.iter().filter(|truth| truth.matters).map(|truth| (truth.type_key, truth.id.as_str())).collect();
    assert_eq!(by_object.keys().copied().collect::<BTreeSet<_>>(), mattered, "exactly what changed is told");
    for truth in truths.iter().filter(|truth| truth.matters) {
        let pair = by_object[&(truth.type_key, truth.id.as_str())];
        assert_eq!(pair.difference(), Difference::Different);
        assert_eq!(pair.renamed(), truth.mutation == Mutation::Renamed, "{truth:?}");
        let (before, after) = (pair.before.as_ref().unwrap(), pair.after.as_ref().unwrap());
        let versions = t.store.policy_versions();
        let old = versions.find(&scope, before.item_id, before.version).await.unwrap().content.unwrap();
        let new = versions.find(&scope, after.item_id, after.version).await.unwrap().content.unwrap();
        let found = compare(resource_types::find(truth.type_key), &old, &new, MOST_CHANGES);
        assert!(fits(truth, &found), "{truth:?}: {:?}", found.changes);
        let changed = pair.changed().unwrap();
        assert_eq!(changed.assignments, found.count(Area::Assignments) > 0, "{truth:?}");
        assert_eq!(changed.scope_tags, found.count(Area::ScopeTags) > 0, "{truth:?}");
        assert_eq!(changed.body, found.count(Area::Name) + found.count(Area::Settings) > 0, "{truth:?}");
        if truth.mutation == Mutation::Nested {
            assert!(found.changes.iter().all(|change| depth(change.effect.after().unwrap()) >= 30), "{truth:?}");
        }
        // Each state is where travelling leads to.
        for (at, state) in [(then, before), (now, after)] {
            assert_eq!(versions.number_at(&scope, state.item_id, at).await.unwrap(), Some(state.version), "{truth:?}");
        }
    }
    both_states_are_travelled_to(t, &scope, (then, now), &truths).await;
}

/// How many objects lie within each other.
fn depth(value: &Json) -> usize {
    std::iter::successors(Some(value), |value| Some(&value.as_object()?.first()?.1)).count() - 1
}

/// Of what changed the list of then has the version before, and that of now the one after; all else stands in both as it was.
async fn both_states_are_travelled_to(t: &TestStore, scope: &TenantScope, (then, now): (Moment, Moment), truths: &[Truth]) {
    let at = async |at: Moment| {
        let page = t.store.policy_versions().at(scope, at, &PastFilter::default(), None, 20_000).await.unwrap();
        page.rows.into_iter().map(|item| (item.item_id, (item.name, item.number))).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (at(then).await, at(now).await);
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>(), "nothing came, nothing went");
    let moved: BTreeMap<_, _> = old.iter().filter(|(id, state)| new[*id] != **state).collect();
    let mattered: BTreeSet<_> = truths.iter().filter(|truth| truth.matters).map(|truth| (truth.type_key, &truth.id)).collect();
    assert_eq!(moved.len(), mattered.len());
    for (id, (name, number)) in moved {
        let (new_name, new_number) = &new[id];
        assert_eq!(*new_number, number + 1, "one change is one version");
        let renamed = truths.iter().any(|truth| truth.mutation == Mutation::Renamed && truth.name == *name && name != new_name);
        assert!(name == new_name || renamed, "{name} {new_name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_true_changes_of_an_invented_tenant_are_told() {
    on_both(async |t: TestStore| {
        let size = graph_sim::Size { policies: 150, groups: 20 };
        exactly_the_truth(&t, graph_sim::generate(7, size, testkit::stores::start_of_time())).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_true_changes_of_collected_tenants_are_told() {
    let Some(data) = test_data("exactly_the_true_changes_of_collected_tenants_are_told") else { return };
    on_both(async |t: TestStore| {
        let mut folders: Vec<_> = std::fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        let folders: Vec<_> = folders.into_iter().filter(|folder| folder.is_dir()).collect();
        let (state, _) = graph_sim::load_folders(folders.iter().map(std::path::PathBuf::as_path)).unwrap();
        exactly_the_truth(&t, state).await;
    })
    .await;
}
