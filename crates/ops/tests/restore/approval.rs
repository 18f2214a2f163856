//! Multi Admin Approval: what waits goes on under the request that somebody approved.

use std::time::Duration;

use graph_sim::{Effect, Fault, Which, Wrote};
use model::ids::RestoreId;
use model::restore::{JournalKind, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use store::{AskedApproval, JournalLine, Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::*;

const PROTECTED: &str = "/deviceManagement/configurationPolicies";

/// One policy was removed, one was changed; both are assigned, and all policies are protected.
async fn protected(t: &TestStore) -> (World, TestGraph, Restore) {
    let world = World::of(t).await;
    let graph = serving(&world, &[group(1, "One"), policy(10, "Gone", 1, &[to(1)]), policy(11, "Changed", 2, &[to(1)])]).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG]).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.remove_object(graph.tenant, CATALOG, &id(10)).unwrap();
    let (key, other) = policy(11, "Changed", 7, &[to(1)]);
    put(&graph, key, other);
    graph.sim.protect(graph.tenant, PROTECTED);
    graph.sim.clear_effects();
    let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &every(CATALOG)).await;
    (world, graph, restore)
}

/// A retry of what is not done yet, carried out.
async fn retried(world: &World, graph: &TestGraph, parent: RestoreId) -> (Restore, Vec<RestoreItem>) {
    let (permit, scope, store) = (permit(world).await, scope(world).await, world.store.restores());
    let child = store.retry(&permit, parent).await.unwrap();
    let draft = store.find(&scope, child).await.unwrap();
    store.check(&permit, &scope, child, draft.revision).await.unwrap();
    preview(world, graph, child).await;
    let (_, done) = execute(world, graph, child).await;
    (done, items(world, child).await)
}

async fn asked(world: &World, id: RestoreId) -> Vec<String> {
    let lines = world.store.restores().journal(&scope(world).await, id, None, None, 200).await.unwrap().rows;
    let of = |line: &JournalLine| {
        let code = line.data.as_ref().and_then(AskedApproval::code_in).map(str::to_owned);
        code.filter(|_| line.kind == JournalKind::Result)
    };
    let mut codes: Vec<String> = lines.iter().filter_map(of).collect();
    codes.sort();
    codes
}

fn waiting(graph: &TestGraph) -> Vec<String> {
    let mut codes: Vec<String> = graph.sim.approval_requests(graph.tenant).into_iter().map(|request| request.code).collect();
    codes.sort();
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_sent_under_its_request_and_nothing_is_asked_for_twice() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = protected(&t).await;
        let (_, first) = execute(&world, &graph, restore.id).await;
        assert_eq!(first.state, RestoreState::Failed);
        let parked = items(&world, restore.id).await;
        for item in &parked {
            assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Waiting), Some("graph.approval_required")));
        }
        let codes = waiting(&graph);
        assert_eq!((codes.len(), asked(&world, restore.id).await), (2, codes.clone()), "the journal has the requests");
        assert!(done(&graph).is_empty());
        // Nobody approved: it waits on, for the same requests.
        let (second, parked) = retried(&world, &graph, restore.id).await;
        assert!(parked.iter().all(|item| item.outcome == Some(ItemOutcome::Waiting)), "{parked:?}");
        assert_eq!((waiting(&graph), asked(&world, second.id).await), (codes.clone(), codes.clone()));
        // Approved: the policy is made and the other one changed. The assignments of the new one are a request of their own.
        assert_eq!(graph.sim.approve(graph.tenant, None), 2);
        let (third, left) = retried(&world, &graph, second.id).await;
        let of = |name: &str, items: &[RestoreItem]| items.iter().find(|item| item.name == name).unwrap().clone();
        assert_eq!(of("Changed", &left).outcome, Some(ItemOutcome::Verified));
        let gone = of("Gone", &left);
        assert_eq!(
            (gone.outcome, gone.result_id.is_some()),
            (Some(ItemOutcome::Waiting), true),
            "made, and assigned to nobody yet"
        );
        assert_eq!(third.state, RestoreState::Partial);
        assert_eq!(waiting(&graph).len(), 1);
        assert_eq!(graph.sim.approve(graph.tenant, None), 1);
        let (fourth, left) = retried(&world, &graph, third.id).await;
        assert_eq!((fourth.state, left.len(), left[0].outcome), (RestoreState::Completed, 1, Some(ItemOutcome::Verified)));
        assert!(waiting(&graph).is_empty(), "{:?}", waiting(&graph));
        let made = object(&graph, CATALOG, left[0].result_id.as_ref().unwrap());
        assert_eq!((text_of(&made, "name"), assigned(&made)), ("Gone", vec![id(1)]));
        let created = done(&graph).into_iter().filter(|(wrote, ..)| *wrote == Wrote::Created).map(|(_, _, count)| count);
        assert_eq!((created.sum::<u64>(), ids(&graph, CATALOG).len()), (1, 2), "made once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_gone_is_made_anew() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = protected(&t).await;
        execute(&world, &graph, restore.id).await;
        let codes = waiting(&graph);
        // Somebody turned both down.
        graph.sim.unprotect(graph.tenant);
        graph.sim.protect(graph.tenant, PROTECTED);
        let (second, parked) = retried(&world, &graph, restore.id).await;
        assert!(parked.iter().all(|item| item.outcome == Some(ItemOutcome::Waiting)), "{parked:?}");
        let others = waiting(&graph);
        assert!(others.len() == 2 && others.iter().all(|code| !codes.contains(code)), "{codes:?} {others:?}");
        // The policy of which the request was made is not assigned yet when it is approved: that is another write, and another request.
        graph.sim.approve(graph.tenant, None);
        let (third, _) = retried(&world, &graph, second.id).await;
        graph.sim.approve(graph.tenant, None);
        let (fourth, _) = retried(&world, &graph, third.id).await;
        assert_eq!((fourth.state, ids(&graph, CATALOG).len()), (RestoreState::Completed, 2));
        assert!(graph.sim.created_twice(graph.tenant).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_create_whose_answer_is_lost_is_not_made_twice() {
    on_both(async |t: TestStore| {
        let (world, graph, restore) = protected(&t).await;
        execute(&world, &graph, restore.id).await;
        graph.sim.approve(graph.tenant, None);
        graph.sim.inject(Fault::new(Effect::AnswerLost).on(POLICIES).method("POST").which(Which::First(1)));
        let (second, _) = retried(&world, &graph, restore.id).await;
        graph.sim.clear_faults();
        graph.sim.approve(graph.tenant, None);
        let (third, left) = retried(&world, &graph, second.id).await;
        assert!(left.iter().all(|item| item.outcome == Some(ItemOutcome::Verified)), "{left:?}");
        assert_eq!((third.state, ids(&graph, CATALOG).len()), (RestoreState::Completed, 2));
        assert!(graph.sim.created_twice(graph.tenant).is_empty());
        assert_eq!(world.run(third.run.unwrap()).await.outcome, Outcome::Succeeded);
    })
    .await;
}
