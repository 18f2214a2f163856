//! Somebody asks to stop: what was begun is brought to its end, nothing else is begun, and nobody waits for Graph any more.

use std::time::Duration;

use graph_sim::{Effect, Fault, Which, Wrote};
use model::ids::RunId;
use model::json::Json;
use model::restore::{Outcome as ItemOutcome, RestoreState, Source};
use model::run::{Outcome, Run, Status};
use ops::WorkerOptions;
use store::{Restore, RestoreItem};
use testkit::eventually::{DEADLINE, eventually};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;
use tokio_util::sync::CancellationToken;

use crate::help::*;
use crate::journey::of_types;
use crate::objects::*;

/// A filter and the policy that refers to it were removed, and so was a second policy, which is written with the filter: two waves.
async fn two_waves(t: &TestStore) -> (World, TestGraph, Restore) {
    let world = World::of(t).await;
    let objects = [
        group(1, "One"),
        filter(20, "Filter"),
        policy(10, "Second wave", 1, &[filtered(1, 20)]),
        policy(11, "First wave", 2, &[]),
    ];
    let graph = serving(&world, &objects).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG, FILTER]).await;
    t.clock.advance(Duration::from_secs(3600));
    for (key, number) in [(CATALOG, 10), (CATALOG, 11), (FILTER, 20)] {
        graph.sim.remove_object(graph.tenant, key, &id(number)).unwrap();
    }
    graph.sim.clear_effects();
    let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &of_types(&[CATALOG, FILTER])).await;
    (world, graph, restore)
}

/// A worker that hears of a cancel soon, and that would wait for Graph for ten minutes.
fn patient(graph: &TestGraph, t: &TestStore) -> (CancellationToken, tokio::task::JoinHandle<()>) {
    let options = WorkerOptions {
        heartbeat: Duration::from_millis(50),
        poll: Duration::from_millis(50),
        retry_base: Duration::ZERO,
        settle: DEADLINE * 20,
        ..WorkerOptions::default()
    };
    let (worker, stop) = (graph.worker_with(&t.store, options), CancellationToken::new());
    let until = stop.clone();
    (stop, tokio::spawn(async move { worker.run(until).await }))
}

/// Carries the restore out, cancels the run as soon as `now` says so, and waits for its end.
async fn cancelled(
    t: &TestStore,
    world: &World,
    graph: &TestGraph,
    restore: &Restore,
    mut now: impl AsyncFnMut() -> bool,
) -> Run {
    let run: RunId = confirm(world, restore.id).await.id;
    let (stop, working) = patient(graph, t);
    eventually("something to cancel in", async || now().await.then_some(())).await;
    let who = world.sign_in(&world.owner).await;
    let sight = t.store.access().run(&who, run).await.unwrap();
    t.store.runs().cancel(&sight).await.unwrap();
    let over = async || Some(world.run(run).await).filter(|run| run.status == Status::Completed);
    let ended = eventually("the end of the run", over).await;
    stop.cancel();
    working.await.unwrap();
    ended
}

async fn named(world: &World, restore: &Restore, name: &str) -> RestoreItem {
    items(world, restore.id).await.into_iter().find(|item| item.name == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_takes_effect_between_items_and_the_list_says_what_was_done() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = two_waves(&t).await;
        let filters = "/beta/deviceManagement/assignmentFilters";
        let late = graph.sim.inject(Fault::new(Effect::Late { ms: 500 }).on(filters).method("POST"));
        let run = cancelled(&t, &world, &graph, &restore, async || graph.sim.times_applied(late) > 0).await;
        let after = t.store.restores().find(&scope(&world).await, restore.id).await.unwrap();
        assert_eq!((run.outcome, after.state), (Outcome::Cancelled, RestoreState::Cancelled), "{:?}", run.failures);
        for name in ["Filter", "First wave"] {
            let item = named(&world, &restore, name).await;
            assert_eq!(
                (item.outcome, item.result_id.is_some()),
                (Some(ItemOutcome::Verified), true),
                "{name} was begun: {item:?}"
            );
        }
        let item = named(&world, &restore, "Second wave").await;
        assert_eq!((item.outcome, item.result_id), (None, None), "nobody came to it");
        let created = done(&graph).into_iter().filter(|(wrote, ..)| *wrote == Wrote::Created).count();
        assert_eq!((created, ids(&graph, CATALOG).len()), (2, 1));
        // What is left is left to a retry, and to nothing else.
        let (permit, scope, store) = (permit(&world).await, scope(&world).await, t.store.restores());
        graph.sim.clear_faults();
        let child = store.retry(&permit, restore.id).await.unwrap();
        let draft = store.find(&scope, child).await.unwrap();
        assert_eq!(draft.items, 1);
        store.check(&permit, &scope, child, draft.revision).await.unwrap();
        preview(&world, &graph, child).await;
        let (_, over) = execute(&world, &graph, child).await;
        assert_eq!((over.state, ids(&graph, CATALOG).len()), (RestoreState::Completed, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_for_a_lost_create_hears_a_cancel() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = two_waves(&t).await;
        let lost = graph.sim.inject(Fault::new(Effect::ServerError { status: 504 }).on(POLICIES).method("POST"));
        let run = cancelled(&t, &world, &graph, &restore, async || graph.sim.times_applied(lost) > 0).await;
        let item = named(&world, &restore, "First wave").await;
        assert_eq!(run.outcome, Outcome::Cancelled);
        assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Uncertain), Some("restore.uncertain")));
        assert_eq!(named(&world, &restore, "Second wave").await.outcome, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_what_graph_does_not_show_yet_hears_a_cancel() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = two_waves(&t).await;
        graph.sim.change_settings(|settings| settings.unseen_reads = 1_000_000);
        let both = async || done(&graph).iter().filter(|(wrote, ..)| *wrote == Wrote::Created).count() == 2;
        let run = cancelled(&t, &world, &graph, &restore, both).await;
        assert_eq!(run.outcome, Outcome::Cancelled);
        for name in ["Filter", "First wave"] {
            let item = named(&world, &restore, name).await;
            assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Failed), Some("graph.not_found")), "{name}");
            assert!(item.result_id.is_some(), "it is told what was made: {item:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_others_that_write_hears_a_cancel() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let graph = serving(&world, &[policy(10, "Busy", 1, &[])]).await;
        let set = backup(&world, &graph, &[CATALOG]).await;
        t.clock.advance(Duration::from_secs(3600));
        let (key, other) = policy(10, "Busy", 7, &[]);
        put(&graph, key, with(&other, "description", Json::text("by hand")));
        let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &every(CATALOG)).await;
        let busy = graph.sim.inject(Fault::new(Effect::Conflict).on(POLICIES).method("PUT").which(Which::All));
        // The third time it waits for a second already, and would go on for half a minute.
        let run = cancelled(&t, &world, &graph, &restore, async || graph.sim.times_applied(busy) > 2).await;
        let item = named(&world, &restore, "Busy").await;
        assert_eq!(run.outcome, Outcome::Cancelled);
        assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Refused), Some("graph.conflict")), "{item:?}");
        assert!(graph.sim.times_applied(busy) <= 5, "one more try, and no more: {}", graph.sim.times_applied(busy));
    })
    .await;
}
