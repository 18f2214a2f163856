//! Creates whose answers are lost, of objects that cannot be told from each other: nobody guesses, and nothing is made twice.

use std::collections::BTreeSet;
use std::time::Duration;

use graph_sim::{Effect, Fault, Which};
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use store::{Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::*;

/// Three policies that say the same and are called the same were removed.
async fn alike(t: &TestStore) -> (World, TestGraph, Restore) {
    let world = World::of(t).await;
    let objects = [10, 11, 12].map(|number| policy(number, "The same", 1, &[]));
    let graph = serving(&world, &objects).await;
    let set = backup(&world, &graph, &[CATALOG]).await;
    t.clock.advance(Duration::from_secs(3600));
    for number in [10, 11, 12] {
        graph.sim.remove_object(graph.tenant, CATALOG, &id(number)).unwrap();
    }
    graph.sim.clear_effects();
    let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &every(CATALOG)).await;
    assert!(items(&world, restore.id).await.iter().all(|item| item.action == Some(Action::Recreate)));
    (world, graph, restore)
}

fn outcomes(items: &[RestoreItem]) -> Vec<Option<ItemOutcome>> {
    items.iter().map(|item| item.outcome).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_lost_creates_of_equal_objects_are_uncertain_and_nothing_is_made_twice() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = alike(&t).await;
        graph.sim.inject(Fault::new(Effect::AnswerLost).on(POLICIES).method("POST").which(Which::First(3)));
        let (run, over) = execute(&world, &graph, restore.id).await;
        let told = items(&world, restore.id).await;
        assert_eq!(outcomes(&told), [Some(ItemOutcome::Uncertain); 3], "{told:?}");
        assert!(told.iter().all(|item| item.code.as_deref() == Some("restore.uncertain") && item.result_id.is_none()));
        assert_eq!((run.outcome, over.state), (Outcome::Failed, RestoreState::Failed), "{:?}", run.failures);
        let made = ids(&graph, CATALOG);
        assert_eq!(made.len(), 3, "each was made, once");
        // A retry does not guess either: a person says which is which.
        let (permit, scope, store) = (permit(&world).await, scope(&world).await, t.store.restores());
        let child = store.retry(&permit, restore.id).await.unwrap();
        let draft = store.find(&scope, child).await.unwrap();
        let mut revision = store.check(&permit, &scope, child, draft.revision).await.unwrap();
        preview(&world, &graph, child).await;
        let open = items(&world, child).await;
        assert!(open.iter().all(|item| item.hindrance == Some(Hindrance::Ambiguous) && item.suggested.len() == 3), "{open:?}");
        for (item, object) in open.iter().zip(&made) {
            revision = store.find(&scope, child).await.unwrap().revision.max(revision);
            revision = store.say_target(&permit, child, revision, item.number, Some(object)).await.unwrap();
        }
        store.check(&permit, &scope, child, revision).await.unwrap();
        preview(&world, &graph, child).await;
        assert!(items(&world, child).await.iter().all(|item| item.action == Some(Action::Unchanged)));
        assert_eq!(ids(&graph, CATALOG), made);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_whose_answer_is_lost_is_found_among_its_equals() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = alike(&t).await;
        graph.sim.inject(Fault::new(Effect::AnswerLost).on(POLICIES).method("POST").which(Which::Nth(2)));
        let (run, over) = execute(&world, &graph, restore.id).await;
        let told = items(&world, restore.id).await;
        assert_eq!((run.outcome, over.state), (Outcome::Succeeded, RestoreState::Completed), "{:?} {told:?}", run.failures);
        let made: BTreeSet<String> = told.into_iter().filter_map(|item| item.result_id).collect();
        assert_eq!((made.len(), made), (3, ids(&graph, CATALOG)), "each item is an object of its own");
    })
    .await;
}
