//! A part of an object is put back: the rest of it stays as it is in the tenant.

use std::collections::BTreeSet;
use std::time::Duration;

use graph_sim::Wrote;
use model::json::Json;
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, Part, RestoreState, Source};
use model::run::Outcome;
use store::Restore;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::*;

/// A policy of the settings catalog (written as a whole) and a compliance policy (of which only what differs is written), assigned to the
/// first group. Since the backup each has other texts, other values and another group.
async fn changed(t: &TestStore) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let objects = [group(1, "One"), group(2, "Two"), policy(10, "Policy", 3, &[to(1)]), compliance(11, "Compliance", &[to(1)])];
    let graph = serving(&world, &objects).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG, COMPLIANCE]).await;
    t.clock.advance(Duration::from_secs(3600));
    let policy = policy(10, "Policy, renamed", 7, &[to(2)]);
    let compliance = compliance(11, "Compliance", &[to(2)]);
    put(&graph, CATALOG, with(&policy.1, "description", Json::text("by hand")));
    let other = with(&compliance.1, "description", Json::text("by hand"));
    put(&graph, COMPLIANCE, with(&other, "passwordMinimumLength", Json::int(4)));
    graph.sim.clear_effects();
    (world, graph, Source::BackupSet { set: set.id })
}

/// Restores that part of everything of both types.
async fn restored(world: &World, graph: &TestGraph, source: &Source, part: &Part) -> Restore {
    let draft = checked(world, source, &crate::journey::of_types(&[CATALOG, COMPLIANCE])).await;
    let (permit, scope) = (permit(world).await, scope(world).await);
    let store = world.store.restores();
    let revision = store.set_part(&permit, draft.id, draft.revision, &BTreeSet::new(), part).await.unwrap();
    store.check(&permit, &scope, draft.id, revision).await.unwrap();
    preview(world, graph, draft.id).await;
    let (run, done) = execute(world, graph, draft.id).await;
    let items = items(world, draft.id).await;
    assert_eq!((run.outcome, done.state), (Outcome::Succeeded, RestoreState::Completed), "{:?} {items:?}", run.failures);
    assert!(items.iter().all(|item| item.outcome == Some(ItemOutcome::Verified)), "{items:?}");
    done
}

/// Properties that are not as they were before, but for what the service makes.
fn differing(key: &str, before: &Json, after: &Json) -> Vec<String> {
    let (before, after) = (told(key, before), told(key, after));
    let names = before.as_object().unwrap().iter().chain(after.as_object().unwrap()).map(|(name, _)| name.clone());
    let names: BTreeSet<String> = names.collect();
    names.into_iter().filter(|name| before.get(name) != after.get(name)).collect()
}

fn both(graph: &TestGraph) -> [(&'static str, Json); 2] {
    [(CATALOG, object(graph, CATALOG, &id(10))), (COMPLIANCE, object(graph, COMPLIANCE, &id(11)))]
}

#[tokio::test(flavor = "multi_thread")]
async fn content_only_leaves_the_assignments_as_they_are() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = changed(&t).await;
        restored(&world, &graph, &source, &Part::Content).await;
        for (key, now) in both(&graph) {
            assert_eq!(text_of(&now, "description"), "as it was", "{key}");
            assert_eq!(assigned(&now), [id(2)], "{key}");
        }
        let policy = object(&graph, CATALOG, &id(10));
        assert_eq!((text_of(&policy, "name"), policy.to_text().contains("\"value\":3")), ("Policy", true), "{policy:?}");
        assert_eq!(done(&graph), [(Wrote::Updated, id(10), 1), (Wrote::Updated, id(11), 1)], "no assignment was sent");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn assignments_only_leave_the_content_as_it_is() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = changed(&t).await;
        let before = both(&graph);
        restored(&world, &graph, &source, &Part::Assignments).await;
        for ((key, before), (_, now)) in before.iter().zip(both(&graph)) {
            assert_eq!(assigned(&now), [id(1)], "{key}");
            assert_eq!(differing(key, before, &now), ["assignments"]);
        }
        assert!(done(&graph).iter().all(|(wrote, _, count)| *wrote == Wrote::Acted && *count == 1), "{:?}", done(&graph));
        assert_eq!(done(&graph).len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_single_properties_nothing_else_changes() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = changed(&t).await;
        let before = both(&graph);
        restored(&world, &graph, &source, &Part::Properties { names: vec!["description".to_owned()] }).await;
        for ((key, before), (_, now)) in before.iter().zip(both(&graph)) {
            assert_eq!(differing(key, before, &now), ["description"]);
            assert_eq!(text_of(&now, "description"), "as it was");
        }
        assert_eq!(done(&graph), [(Wrote::Updated, id(10), 1), (Wrote::Updated, id(11), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_object_that_is_gone_is_told_and_not_made_up() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = changed(&t).await;
        graph.sim.remove_object(graph.tenant, CATALOG, &id(10)).unwrap();
        graph.sim.remove_object(graph.tenant, COMPLIANCE, &id(11)).unwrap();
        let draft = checked(&world, &source, &crate::journey::of_types(&[CATALOG, COMPLIANCE])).await;
        let (permit, scope) = (permit(&world).await, scope(&world).await);
        let one = items(&world, draft.id).await.into_iter().find(|item| item.resource_type == CATALOG).unwrap().number;
        let store = t.store.restores();
        let mut revision = store.set_part(&permit, draft.id, draft.revision, &BTreeSet::new(), &Part::Content).await.unwrap();
        let assignments = Part::Assignments;
        revision = store.set_part(&permit, draft.id, revision, &BTreeSet::from([one]), &assignments).await.unwrap();
        store.check(&permit, &scope, draft.id, revision).await.unwrap();
        preview(&world, &graph, draft.id).await;
        execute(&world, &graph, draft.id).await;
        for item in items(&world, draft.id).await {
            if item.number == one {
                assert_eq!((item.action, item.hindrance), (Some(Action::Skip), Some(Hindrance::Gone)));
            } else {
                assert_eq!((item.action, item.outcome), (Some(Action::Recreate), Some(ItemOutcome::Verified)), "{item:?}");
                let made = object(&graph, COMPLIANCE, &item.result_id.unwrap());
                assert_eq!((text_of(&made, "description"), assigned(&made)), ("as it was", Vec::new()), "content, to nobody");
            }
        }
        assert!(ids(&graph, CATALOG).is_empty());
    })
    .await;
}
