//! One source to many tenants, ring by ring, against simulated tenants.

use graph_sim::{Effect, Fault, Size, TenantProfile};
use model::access::can;
use model::ids::{EntraTenantId, RolloutId, TenantId};
use model::json::Json;
use model::operations::Operation;
use model::restore::{RestoreState, Source};
use model::rollout::{RolloutState, Standing};
use model::run::{CountKey, Outcome, Run, Status, Trigger};
use ops::WorkerOptions;
use store::access::{Confirmed, Permit, RunScope};
use store::runs::{LEASE, WorkerId};
use store::{NewRollout, RolloutStep, RolloutTarget};
use testkit::graph::{TestGraph, app, entra_id};
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::{World, connection, tenant};

use crate::help::*;
use crate::journey::of_types;

const TAGS: &str = "scope_tag";

/// The source's tenant and three others, and the simulator that knows all of them.
pub(crate) struct Estate {
    pub(crate) graph: TestGraph,
    pub(crate) tenants: Vec<(TenantId, EntraTenantId)>,
    pub(crate) rollout: RolloutId,
}

pub(crate) async fn mine(world: &World) -> Permit<can::RestoreExecute> {
    world.workspace_scope(&world.owner).await.permit().unwrap()
}

/// A simulator that knows the tenants as they are before anything is written into them.
pub(crate) async fn serving_again(world: &World, tenants: &[(TenantId, EntraTenantId)]) -> TestGraph {
    let graph = TestGraph::inventing(world, 20).await;
    for (number, (_, entra)) in tenants.iter().enumerate() {
        let state = graph_sim::generate(11, Size { policies: 0, groups: 2 }, start_of_time());
        graph.sim.add_tenant(TenantProfile::new(*entra, "Other", &format!("other-{number}.example"), app()), state);
    }
    graph
}

/// Scope tags of the first tenant, to be made in three others: the pilot, and the rest.
pub(crate) async fn estate(world: &World) -> Estate {
    let (op, store) = (world.operator.as_ref(), &world.store);
    let mut tenants = Vec::new();
    for name in ["Pilot", "Second", "Third"] {
        let id = tenant(store, op, world.workspace, name).await;
        store.connections().save(op, id, &connection()).await.unwrap();
        tenants.push((id, entra_id(world, &world.owner, id).await));
    }
    let graph = serving_again(world, &tenants).await;
    let tag = Json::parse(br#"{"id":"77","displayName":"Branch offices","description":"made here","isBuiltIn":false}"#).unwrap();
    put(&graph, TAGS, tag);
    let set = backup(world, &graph, &[TAGS]).await;
    graph.sim.clear_effects();
    let who = world.sign_in(&world.owner).await;
    let from = scope(world).await;
    let new = NewRollout {
        name: "Tags".to_owned(),
        source: Source::BackupSet { set: set.id },
        choice: of_types(&[TAGS]),
        rings: vec![(tenants[0].0, 1), (tenants[1].0, 2), (tenants[2].0, 2)],
    };
    let rollout = store.rollouts().create(&mine(world).await, &who, &from, &new).await.unwrap();
    Estate { graph, tenants, rollout }
}

pub(crate) async fn targets(world: &World, id: RolloutId) -> Vec<RolloutTarget> {
    world.store.rollouts().targets(&mine(world).await, id).await.unwrap()
}

/// All of its restores checked and previewed by the run that does it.
pub(crate) async fn previewed_all(world: &World, estate: &Estate) -> Run {
    let rollouts = world.store.rollouts();
    let run = rollouts.start_preview(&mine(world).await, estate.rollout, Trigger::Manual).await.unwrap().run().id;
    estate.graph.worker(&world.store).run_queue_now().await.unwrap();
    let run = world.run(run).await;
    let found = targets(world, estate.rollout).await;
    assert!(found.iter().all(RolloutTarget::is_previewed), "{:?} {found:?}", run.failures);
    run
}

pub(crate) async fn confirm_it(world: &World, id: RolloutId) -> Run {
    let permit = mine(world).await;
    let rollout = world.store.rollouts().find(&permit, id).await.unwrap();
    let plan = world.store.rollouts().plan(&targets(world, id).await).unwrap();
    let meant = Confirmed::typed(permit, &rollout, "Tags").unwrap();
    world.store.rollouts().execute(&meant, &plan, Trigger::Manual).await.unwrap().run().clone()
}

/// How much was written into each of the tenants.
fn written(estate: &Estate) -> Vec<usize> {
    estate.tenants.iter().map(|(_, entra)| estate.graph.sim.effects(Some(*entra)).len()).collect()
}

/// Each of its tenants has the tag once.
pub(crate) fn has_it_once(estate: &Estate) {
    for (tenant, entra) in &estate.tenants {
        let tags = estate.graph.sim.read_state(*entra, |state| {
            let all = state.ids(TAGS).into_iter().filter_map(|id| state.object(TAGS, &id));
            all.filter(|tag| tag.get("displayName").and_then(Json::as_str) == Some("Branch offices")).count()
        });
        assert_eq!(tags.unwrap(), 1, "{tenant}");
        assert!(estate.graph.sim.created_twice(*entra).is_empty(), "{tenant}");
    }
}

async fn restores_started(t: &TestStore) -> i64 {
    t.number("select count(*) from operation_runs where type = 'restore_execute'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rings_are_carried_out_in_their_order() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&world).await;
        let preview = previewed_all(&world, &estate).await;
        assert_eq!((preview.outcome, preview.counts.get(CountKey::Succeeded)), (Outcome::Succeeded, Some(3)));
        assert_eq!(written(&estate), [0, 0, 0]);
        let run = confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run.id).await;
        let found = targets(&world, estate.rollout).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?} {found:?}", run.failures);
        assert_eq!((run.counts.get(CountKey::Total), run.counts.get(CountKey::Succeeded)), (Some(3), Some(3)));
        assert!(found.iter().all(|of| of.standing == Standing::Good && of.state == RestoreState::Completed), "{found:?}");
        has_it_once(&estate);
        let mut children = Vec::new();
        for target in &found {
            children.push(world.run(target.run.unwrap()).await);
        }
        assert!(children.iter().all(|child| child.parent_run_id == Some(run.id)));
        let pilot = children[0].completed_at;
        assert!(
            children[1..].iter().all(|child| pilot <= Some(child.created_at)),
            "the second ring was made when the first was over"
        );
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!(rollout.state, RolloutState::Completed);
        assert_eq!(restores_started(&t).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pilot_that_fails_leaves_the_second_ring_untouched() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&world).await;
        previewed_all(&world, &estate).await;
        let refusal = Fault::new(Effect::Forbidden).method("POST").on("/beta/deviceManagement/roleScopeTags");
        estate.graph.sim.inject(Fault { tenant: Some(estate.tenants[0].1), ..refusal });
        let run = confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run.id).await;
        let found = targets(&world, estate.rollout).await;
        assert_eq!(run.outcome, Outcome::Failed, "{found:?}");
        assert_eq!(run.reason_code.as_deref(), Some("rollout.stopped"));
        assert_eq!(found[0].standing, Standing::Bad);
        for rest in &found[1..] {
            assert_eq!((rest.standing, rest.state), (Standing::Ready, RestoreState::Previewed));
        }
        assert_eq!(written(&estate)[1..], [0, 0], "nothing of the second ring");
        assert_eq!(restores_started(&t).await, 1);
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!((rollout.state, rollout.stopped_ring), (RolloutState::Stopped, Some(1)));
        // The rest is confirmed anew and goes on without what failed.
        let again = confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(world.run(again.id).await.outcome, Outcome::Succeeded);
        assert!(written(&estate)[1..].iter().all(|writes| *writes > 0));
        let found = targets(&world, estate.rollout).await;
        let standings: Vec<Standing> = found.iter().map(|target| target.standing).collect();
        assert_eq!(standings, [Standing::LeftOut, Standing::Good, Standing::Good]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_worker_is_lost_goes_on_and_starts_nothing_twice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&world).await;
        previewed_all(&world, &estate).await;
        let run = confirm_it(&world, estate.rollout).await;
        assert_eq!(confirm_it(&world, estate.rollout).await.id, run.id, "a second click");
        // Each of its workers is gone right after the ring began; the restores of that ring are carried out by another one meanwhile.
        for ring in [1, 2] {
            let parent = lost(&t, &world).await;
            assert_eq!(parent.run_id(), run.id);
            let step = t.store.rollouts().advance(&parent, estate.rollout).await.unwrap();
            assert!(matches!(step, RolloutStep::Began { ring: began, .. } if began == ring), "{step:?}");
            estate.graph.worker(&t.store).run_queue_now().await.unwrap();
            assert_eq!(world.run(run.id).await.status, Status::Running, "nobody knows yet that its worker is gone");
            t.clock.advance(LEASE * 2);
            t.store.queue().rescue().await.unwrap();
        }
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        let over = world.run(run.id).await;
        assert_eq!((over.outcome, over.counts.get(CountKey::Succeeded)), (Outcome::Succeeded, Some(3)), "{:?}", over.failures);
        assert_eq!(restores_started(&t).await, 3);
        has_it_once(&estate);
    })
    .await;
}

/// The rollout's run, claimed by a worker that does nothing more.
async fn lost(t: &TestStore, world: &World) -> RunScope {
    let claims = t.store.queue().claim(&WorkerId::new("lost"), &[Operation::RestoreRollout], 1, LEASE).await.unwrap();
    world.admit(&claims[0]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_rollout_lets_what_began_go_on_and_begins_nothing_more() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&world).await;
        previewed_all(&world, &estate).await;
        let run = confirm_it(&world, estate.rollout).await;
        let only = WorkerOptions { types: &[Operation::RestoreRollout], ..WorkerOptions::default() };
        estate.graph.worker_with(&t.store, only).run_queue_now().await.unwrap();
        assert_eq!(world.run(run.id).await.status, Status::Queued, "it waits for its first ring and holds no worker");
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(world.run(run.id).await.outcome, Outcome::Cancelled);
        let found = targets(&world, estate.rollout).await;
        let standings: Vec<Standing> = found.iter().map(|target| target.standing).collect();
        assert_eq!(standings, [Standing::Good, Standing::Ready, Standing::Ready]);
        assert_eq!(written(&estate)[1..], [0, 0]);
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!(rollout.state, RolloutState::Stopped);
        // The rest of it, confirmed anew.
        confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        has_it_once(&estate);
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!((rollout.state, rollout.executions), (RolloutState::Completed, 2));
    })
    .await;
}
