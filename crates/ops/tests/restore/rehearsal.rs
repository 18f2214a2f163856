//! Rehearsals: what they say is what the execution does, and nobody is asked for it.

use std::collections::BTreeMap;
use std::time::Duration;

use model::ids::RestoreId;
use model::json::Json;
use model::restore::{Action, Outcome as ItemOutcome, RestoreState};
use model::run::{CountKey, Outcome, Run, Trigger};
use store::{Choice, Rehearsal, RehearsedItem, Restore};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::journey::of_types;
use crate::objects::CATALOG;

/// Rehearses the plan of a restore; the simulator of the tenant hears nothing of it.
async fn rehearse(world: &World, graph: &TestGraph, restore: &Restore) -> (Run, Rehearsal, Vec<RehearsedItem>) {
    let plan = restore.plan_hash.clone().expect("a plan");
    let store = world.store.restores();
    let before = (graph.sim.requests(), graph.sim.effects(None));
    let started = store.start_rehearsal(&permit(world).await, restore.id, &plan, Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    assert_eq!((graph.sim.requests(), graph.sim.effects(None)), before, "a rehearsal asks nobody");
    let scope = scope(world).await;
    let run = world.run(started.run().id).await;
    let rehearsal = store.rehearsal(&scope, restore.id).await.unwrap().unwrap_or_else(|| panic!("{run:?}"));
    let items = store.rehearsed_items(&scope, restore.id, rehearsal.id, None, None, 5_000).await.unwrap().rows;
    (run, rehearsal, items)
}

type Came = BTreeMap<u32, (ItemOutcome, Option<String>)>;

async fn came(world: &World, id: RestoreId) -> Came {
    let all = items(world, id).await;
    all.into_iter().filter_map(|item| Some((item.number, (item.outcome?, item.code)))).collect()
}

fn group_of(object: &Json) -> Option<String> {
    let assignments = object.get("assignments")?.as_array()?;
    assignments.iter().find_map(|one| one.at(&["target", "groupId"])?.as_str().map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rehearsal_says_is_what_the_execution_does() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 60).await;
        let all = ids(&graph, CATALOG);
        let refused = all.iter().find(|id| group_of(&object(&graph, CATALOG, id)).is_some()).unwrap();
        let group = group_of(&object(&graph, CATALOG, refused)).unwrap();
        // Others that the group's loss does not concern.
        let whole = |id: &&String| !object(&graph, CATALOG, id).to_text().contains(&group);
        let mut others = all.iter().filter(whole);
        let (gone, changed, later) = (others.next().unwrap(), others.next().unwrap(), others.next().unwrap());
        disturb(&graph, gone, changed);
        touch(&graph, later, |policy| policy.set("description", Json::text("changed by hand")));
        touch(&graph, refused, |policy| policy.set("assignments", Json::Array(Vec::new())));
        let restore = previewed(&world, &graph, &source, &of_types(&[CATALOG])).await;
        // After the preview: one object is changed once more, and a group disappears; the product has seen both.
        touch(&graph, later, |policy| policy.set("description", Json::text("and changed again")));
        graph.sim.remove_object(graph.tenant, "group", &group).unwrap();
        t.clock.advance(HOUR);
        directory(&world, &graph).await;
        backup(&world, &graph, &[CATALOG]).await;
        let (run, rehearsal, rehearsed) = rehearse(&world, &graph, &restore).await;
        assert_eq!(run.outcome, Outcome::PartiallySucceeded, "{:?}", run.failures);
        assert!(!rehearsal.is_stale(restore.plan_hash.as_deref()));
        let said: Came = rehearsed.iter().map(|item| (item.number, (item.outcome, item.code.clone()))).collect();
        let of = |outcome| rehearsed.iter().filter(|item| item.outcome == outcome && item.action.writes()).count();
        assert_eq!((of(ItemOutcome::Verified), of(ItemOutcome::Refused), of(ItemOutcome::Skipped)), (2, 1, 1), "{rehearsed:?}");
        assert_eq!(run.counts.get(CountKey::Succeeded), Some(2));
        assert!(rehearsal.figures.writes >= 3 && rehearsal.figures.requests > rehearsal.figures.writes);
        assert!(
            rehearsal.figures.takes_ms > 0 && rehearsal.figures.objects >= i64::try_from(all.len()).unwrap() - 1,
            "{:?}",
            rehearsal.figures
        );
        // It is neither executed nor changed by that.
        let now = t.store.restores().find(&scope(&world).await, restore.id).await.unwrap();
        assert_eq!((now.state, now.executions, now.run), (RestoreState::Previewed, 0, None));
        assert_eq!(now.rehearsal_run, Some(run.id));
        let (_, done) = execute(&world, &graph, restore.id).await;
        assert_eq!(done.state, RestoreState::Partial);
        assert_eq!(said, came(&world, restore.id).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_preview_found_to_be_gone_is_gone_in_the_copy_although_the_inventory_is_older() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 60).await;
        let all = ids(&graph, CATALOG);
        let (gone, changed) = (all.iter().next().unwrap(), all.iter().nth(1).unwrap());
        disturb(&graph, gone, changed);
        let restore = previewed(&world, &graph, &source, &of_types(&[CATALOG])).await;
        let (run, _, rehearsed) = rehearse(&world, &graph, &restore).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        let written: Vec<_> = rehearsed.iter().filter(|item| item.action.writes()).map(|item| item.outcome).collect();
        assert_eq!(written, [ItemOutcome::Verified, ItemOutcome::Verified]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_what_the_limits_of_writes_make_it() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 600).await;
        let all = ids(&graph, CATALOG);
        for id in &all {
            graph.sim.remove_object(graph.tenant, CATALOG, id).unwrap();
        }
        let restore = previewed(&world, &graph, &source, &of_types(&[CATALOG])).await;
        let began = std::time::Instant::now();
        let (run, rehearsal, items) = rehearse(&world, &graph, &restore).await;
        let own = began.elapsed();
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert_eq!(items.len(), all.len());
        // 100 writes in 20 seconds, from a full quota.
        let floor = (rehearsal.figures.writes - 1) / 100 * 20_000;
        let takes = rehearsal.figures.takes_ms;
        assert!(floor > 0 && takes >= floor && takes <= floor + floor / 4 + 20_000, "{takes} of {floor}");
        assert!(own < Duration::from_millis(u64::try_from(takes).unwrap()), "it is not waited for: {own:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_changed_is_not_rehearsed() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 30).await;
        let id = ids(&graph, CATALOG).into_iter().next().unwrap();
        graph.sim.remove_object(graph.tenant, CATALOG, &id).unwrap();
        let restore = previewed(&world, &graph, &source, &Choice::everything()).await;
        let (permit, scope) = (permit(&world).await, scope(&world).await);
        let store = t.store.restores();
        let plan = restore.plan_hash.clone().unwrap();
        let started = store.start_rehearsal(&permit, restore.id, &plan, Trigger::Manual).await.unwrap();
        // The restore is edited before a worker comes.
        store.check(&permit, &scope, restore.id, restore.revision).await.unwrap();
        let number = items(&world, restore.id).await[0].number;
        let now = store.find(&scope, restore.id).await.unwrap();
        store.say_target(&permit, restore.id, now.revision, number, Some("")).await.unwrap();
        graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(started.run().id).await;
        assert_eq!(run.outcome, Outcome::Failed);
        assert_eq!(run.failures[0].code, "restore.changed");
        assert!(store.rehearsal(&scope, restore.id).await.unwrap().is_none());
        assert!(items(&world, restore.id).await.iter().all(|item| item.action != Some(Action::Unknown)));
    })
    .await;
}
