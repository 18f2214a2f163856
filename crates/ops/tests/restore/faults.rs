//! What Graph does to writes: the outcome is right, and honest.

use std::time::Duration;

use graph_sim::{Effect, Fault, Size, Which};
use model::json::Json;
use model::restore::{Action, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use store::{Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

use crate::help::*;
use crate::journey::{FILTER, of_types};

const CATALOG: &str = "settings_catalog_policy";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";

/// Three policies were removed, one was changed.
async fn four(t: &TestStore) -> (World, TestGraph, Restore) {
    let world = World::of(t).await;
    let graph = TestGraph::serving(&world, graph_sim::generate(7, Size { policies: 24, groups: 4 }, start_of_time())).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[FILTER, CATALOG]).await;
    t.clock.advance(Duration::from_secs(3600));
    let mut all = ids(&graph, CATALOG).into_iter();
    for id in all.by_ref().take(3) {
        graph.sim.remove_object(graph.tenant, CATALOG, &id).unwrap();
    }
    let mut other = object(&graph, CATALOG, &all.next().unwrap());
    other.set("description", Json::text("changed by hand"));
    put(&graph, CATALOG, other);
    graph.sim.clear_effects();
    let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &of_types(&[CATALOG, FILTER])).await;
    (world, graph, restore)
}

async fn written(world: &World, restore: &Restore) -> Vec<RestoreItem> {
    items(world, restore.id).await.into_iter().filter(|item| item.action.is_some_and(Action::writes)).collect()
}

/// With that fault, everything is done all the same, and nothing twice.
pub(crate) async fn survives(fault: Fault) {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = four(&t).await;
        graph.sim.inject(fault.clone());
        let (run, restore) = execute(&world, &graph, restore.id).await;
        let items = written(&world, &restore).await;
        let told: Vec<_> = items.iter().map(|item| (item.action, item.outcome, item.code.as_deref())).collect();
        assert_eq!(
            (run.outcome, restore.state),
            (Outcome::Succeeded, RestoreState::Completed),
            "{fault:?}: {told:?} {:?}",
            run.failures
        );
        assert_eq!(items.len(), 4);
        assert!(graph.sim.created_twice(graph.tenant).is_empty(), "{fault:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_lost_before_the_effect_are_sent_again() {
    survives(Fault::new(Effect::LostBefore).on(POLICIES).method("POST").which(Which::Nth(1))).await;
    survives(Fault::new(Effect::ServerError { status: 503 }).on(POLICIES).method("POST").which(Which::Nth(2))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_and_others_that_write_are_waited_for() {
    survives(
        Fault::new(Effect::Throttled { retry_after: Some("0".to_owned()) }).on(POLICIES).method("POST").which(Which::First(3)),
    )
    .await;
    survives(Fault::new(Effect::Conflict).on(POLICIES).method("PUT").which(Which::First(1))).await;
    survives(Fault::new(Effect::PreconditionFailed).on(POLICIES).method("PUT").which(Which::First(1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_graph_does_not_show_yet_is_waited_for() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = four(&t).await;
        graph.sim.change_settings(|settings| settings.unseen_reads = 2);
        let (run, restore) = execute(&world, &graph, restore.id).await;
        let told: Vec<_> =
            written(&world, &restore).await.iter().map(|item| (item.action, item.outcome, item.code.clone())).collect();
        assert_eq!((run.outcome, restore.state), (Outcome::Succeeded, RestoreState::Completed), "{told:?}");
        assert!(graph.sim.created_twice(graph.tenant).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_property_that_may_not_be_written_is_left_out_and_reported() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = four(&t).await;
        graph.sim.inject(Fault::new(Effect::ReadOnlyProperty { name: "technologies".to_owned() }).on(POLICIES).method("POST"));
        let (_, restore) = execute(&world, &graph, restore.id).await;
        let items = written(&world, &restore).await;
        let made: Vec<&RestoreItem> = items.iter().filter(|item| item.action == Some(Action::Recreate)).collect();
        assert_eq!(made.len(), 3);
        for item in made {
            assert_eq!(item.stripped, ["technologies"], "{item:?}");
            assert!(
                item.result_id.is_some() && matches!(item.outcome, Some(ItemOutcome::Verified | ItemOutcome::Differs)),
                "{item:?}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_of_its_item_alone_and_can_be_retried() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = four(&t).await;
        let fault = graph.sim.inject(Fault::new(Effect::Forbidden).on(POLICIES).method("POST").which(Which::Nth(1)));
        let (run, restore) = execute(&world, &graph, restore.id).await;
        assert_eq!((run.outcome, restore.state), (Outcome::PartiallySucceeded, RestoreState::Partial));
        let refused: Vec<RestoreItem> =
            written(&world, &restore).await.into_iter().filter(|item| item.outcome == Some(ItemOutcome::Refused)).collect();
        assert_eq!(refused.len(), 1);
        graph.sim.remove_fault(fault);
        let child = t.store.restores().retry(&permit(&world).await, restore.id).await.unwrap();
        let scope = scope(&world).await;
        let draft = t.store.restores().find(&scope, child).await.unwrap();
        assert_eq!((draft.items, draft.parent, draft.state), (1, Some(restore.id), RestoreState::Scoped));
        t.store.restores().check(&permit(&world).await, &scope, child, draft.revision).await.unwrap();
        preview(&world, &graph, child).await;
        let (run, done) = execute(&world, &graph, child).await;
        assert_eq!((run.outcome, done.state), (Outcome::Succeeded, RestoreState::Completed), "{:?}", run.failures);
    })
    .await;
}
