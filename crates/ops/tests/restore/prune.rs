//! "Make it exactly so": what is extra is removed, and nothing but that.

use std::collections::BTreeSet;
use std::time::Duration;

use graph_sim::Wrote;
use model::json::Json;
use model::restore::{Action, CheckKind, Outcome as ItemOutcome, RestoreState, Source};
use model::run::{CountKey, Outcome};
use store::{Choice, Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::journey::of_types;
use crate::objects::*;

/// Two policies and a filter; since the backup there are another policy, another compliance policy and another filter.
async fn extra(t: &TestStore) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let graph = serving(
        &world,
        &[policy(10, "Kept", 1, &[]), policy(11, "Kept too", 2, &[]), filter(20, "Filter"), compliance(30, "C", &[])],
    )
    .await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG, FILTER, COMPLIANCE]).await;
    t.clock.advance(Duration::from_secs(3600));
    for (key, object) in [policy(19, "Extra", 9, &[]), filter(29, "Extra"), compliance(39, "Extra", &[])] {
        put(&graph, key, object);
    }
    graph.sim.clear_effects();
    (world, graph, Source::BackupSet { set: set.id })
}

/// Chosen; from now on exactly so.
async fn exactly(world: &World, source: &Source, choice: &Choice, on: bool) -> Restore {
    let draft = checked(world, source, choice).await;
    let (permit, scope) = (permit(world).await, scope(world).await);
    let store = world.store.restores();
    let revision = store.set_prune(&permit, draft.id, draft.revision, on).await.unwrap();
    store.check(&permit, &scope, draft.id, revision).await.unwrap();
    store.find(&scope, draft.id).await.unwrap()
}

async fn removals(world: &World, restore: &Restore) -> Vec<RestoreItem> {
    items(world, restore.id).await.into_iter().filter(|item| item.action == Some(Action::Delete)).collect()
}

/// What a preview of that restore would remove.
async fn planned(world: &World, graph: &TestGraph, restore: &Restore) -> Vec<String> {
    let (run, _) = preview(world, graph, restore.id).await;
    assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
    removals(world, restore).await.into_iter().filter_map(|item| item.target_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_what_is_extra_of_the_chosen_types_is_removed() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = extra(&t).await;
        let restore = exactly(&world, &source, &every(CATALOG), true).await;
        let told = restore.checks.as_ref().unwrap().iter().find(|check| check.kind() == CheckKind::Prunes);
        assert!(told.is_some(), "the checks say that objects are removed");
        assert_eq!(planned(&world, &graph, &restore).await, [id(19)]);
        // An object that comes after the preview was not confirmed.
        let (key, late) = policy(18, "Late", 8, &[]);
        put(&graph, key, late);
        let (run, done_with) = execute(&world, &graph, restore.id).await;
        assert_eq!((run.outcome, done_with.state), (Outcome::Succeeded, RestoreState::Completed), "{:?}", run.failures);
        assert_eq!((run.counts.get(CountKey::Deleted), done(&graph)), (Some(1), vec![(Wrote::Deleted, id(19), 1)]));
        assert_eq!(ids(&graph, CATALOG), BTreeSet::from([id(10), id(11), id(18)]));
        assert_eq!((ids(&graph, FILTER).len(), ids(&graph, COMPLIANCE).len()), (2, 2), "other types are not touched");
        // It comes back by an undo.
        let undo = t.store.restores().undo(&permit(&world).await, restore.id, false).await.unwrap();
        let draft = t.store.restores().find(&scope(&world).await, undo).await.unwrap();
        t.store.restores().check(&permit(&world).await, &scope(&world).await, undo, draft.revision).await.unwrap();
        preview(&world, &graph, undo).await;
        execute(&world, &graph, undo).await;
        assert_eq!(ids(&graph, CATALOG).len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_removed_unless_it_was_chosen_and_the_type_is_chosen_as_a_whole() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = extra(&t).await;
        let restore = exactly(&world, &source, &of_types(&[CATALOG, FILTER]), false).await;
        assert_eq!(planned(&world, &graph, &restore).await, Vec::<String>::new(), "nobody chose exactly so");
        // By a search it is not known what is not wanted.
        let Choice::Matching(mut of_name) = every(CATALOG) else { panic!("a filter") };
        of_name.text = Some("Kept".to_owned());
        let restore = exactly(&world, &source, &Choice::Matching(of_name), true).await;
        assert_eq!(planned(&world, &graph, &restore).await, Vec::<String>::new(), "two of two, and still not the type");
        // One was left out of a type that was chosen as a whole: of the other type it is still known.
        let restore = exactly(&world, &source, &of_types(&[CATALOG, COMPLIANCE]), true).await;
        let one = items(&world, restore.id).await.into_iter().find(|item| item.resource_type == CATALOG).unwrap();
        let (permit, scope) = (permit(&world).await, scope(&world).await);
        let store = t.store.restores();
        let revision = store.leave_out(&permit, restore.id, restore.revision, &BTreeSet::from([one.number])).await.unwrap();
        store.check(&permit, &scope, restore.id, revision).await.unwrap();
        assert_eq!(planned(&world, &graph, &restore).await, [id(39)]);
        assert!(done(&graph).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_item_may_be_and_what_was_changed_since_is_not_removed() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = extra(&t).await;
        // One policy was replaced by hand: the new one is called the same, and nobody said that it is not it.
        graph.sim.remove_object(graph.tenant, CATALOG, &id(11)).unwrap();
        let (key, twin) = policy(12, "Kept too", 5, &[]);
        put(&graph, key, twin);
        let restore = exactly(&world, &source, &every(CATALOG), true).await;
        assert_eq!(planned(&world, &graph, &restore).await, [id(19)]);
        let (key, extra) = policy(19, "Extra", 9, &[]);
        put(&graph, key, with(&extra, "description", Json::text("somebody needs it now")));
        let (run, _) = execute(&world, &graph, restore.id).await;
        assert_ne!(run.outcome, Outcome::Succeeded);
        let item = removals(&world, &restore).await.remove(0);
        assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Skipped), Some("restore.object_changed")));
        assert_eq!(ids(&graph, CATALOG), BTreeSet::from([id(10), id(12), id(19)]));
        assert!(done(&graph).is_empty());
    })
    .await;
}
