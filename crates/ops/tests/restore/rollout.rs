//! One source to many tenants, ring by ring, against simulated tenants.

use std::time::Duration;

use graph_sim::{Effect, Fault, Size, TenantProfile};
use model::access::can;
use model::ids::{EntraTenantId, RolloutId, TenantId};
use model::json::Json;
use model::restore::{RestoreState, Source};
use model::rollout::{RolloutState, Standing};
use model::run::{CountKey, Outcome, Run, Trigger};
use store::access::{Confirmed, Permit};
use store::{NewRollout, RolloutTarget};
use testkit::graph::{TestGraph, app, entra_id};
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::{World, connection, tenant};

use crate::help::*;
use crate::journey::of_types;

const TAGS: &str = "scope_tag";

/// A workspace with three tenants, the source among them, and the simulator that knows all of them.
struct Estate {
    graph: TestGraph,
    tenants: Vec<(TenantId, EntraTenantId)>,
    rollout: RolloutId,
}

async fn mine(world: &World) -> Permit<can::RestoreExecute> {
    world.workspace_scope(&world.owner).await.permit().unwrap()
}

/// Scope tags of the first tenant, to be made in two others: the pilot, and the rest.
async fn estate(t: &TestStore, world: &World) -> Estate {
    let graph = TestGraph::inventing(world, 20).await;
    let op = t.operator.as_ref();
    let mut tenants = Vec::new();
    for name in ["Pilot", "Rest"] {
        let id = tenant(&t.store, op, world.workspace, name).await;
        t.store.connections().save(op, id, &connection()).await.unwrap();
        let entra = entra_id(world, &world.owner, id).await;
        let state = graph_sim::generate(11, Size { policies: 0, groups: 2 }, start_of_time());
        graph.sim.add_tenant(TenantProfile::new(entra, name, &format!("{name}.example"), app()), state);
        tenants.push((id, entra));
    }
    let tag = Json::parse(br#"{"id":"77","displayName":"Branch offices","description":"made here","isBuiltIn":false}"#).unwrap();
    put(&graph, TAGS, tag);
    let set = backup(world, &graph, &[TAGS]).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.clear_effects();
    let who = world.sign_in(&world.owner).await;
    let from = scope(world).await;
    let new = NewRollout {
        name: "Tags".to_owned(),
        source: Source::BackupSet { set: set.id },
        choice: of_types(&[TAGS]),
        rings: vec![(tenants[0].0, 1), (tenants[1].0, 2)],
    };
    let rollout = t.store.rollouts().create(&mine(world).await, &who, &from, &new).await.unwrap();
    Estate { graph, tenants, rollout }
}

async fn targets(world: &World, id: RolloutId) -> Vec<RolloutTarget> {
    world.store.rollouts().targets(&mine(world).await, id).await.unwrap()
}

/// All of its restores checked and previewed by the run that does it.
async fn previewed_all(world: &World, estate: &Estate) -> Run {
    let rollouts = world.store.rollouts();
    let run = rollouts.start_preview(&mine(world).await, estate.rollout, Trigger::Manual).await.unwrap().run().id;
    estate.graph.worker(&world.store).run_queue_now().await.unwrap();
    let run = world.run(run).await;
    let found = targets(world, estate.rollout).await;
    assert!(found.iter().all(RolloutTarget::is_previewed), "{:?} {found:?}", run.failures);
    run
}

async fn confirm_it(world: &World, id: RolloutId) -> Run {
    let permit = mine(world).await;
    let rollout = world.store.rollouts().find(&permit, id).await.unwrap();
    let plan = world.store.rollouts().plan(&targets(world, id).await).unwrap();
    let meant = Confirmed::typed(permit, &rollout, "Tags").unwrap();
    world.store.rollouts().execute(&meant, &plan, Trigger::Manual).await.unwrap().run().clone()
}

fn written(estate: &Estate, number: usize) -> usize {
    estate.graph.sim.effects(Some(estate.tenants[number].1)).len()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rings_are_carried_out_in_their_order() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&t, &world).await;
        let preview = previewed_all(&world, &estate).await;
        assert_eq!((preview.outcome, preview.counts.get(CountKey::Succeeded)), (Outcome::Succeeded, Some(2)));
        assert_eq!((written(&estate, 0), written(&estate, 1)), (0, 0));
        let run = confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run.id).await;
        let found = targets(&world, estate.rollout).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?} {found:?}", run.failures);
        assert_eq!((run.counts.get(CountKey::Total), run.counts.get(CountKey::Succeeded)), (Some(2), Some(2)));
        assert!(found.iter().all(|of| of.standing == Standing::Good && of.state == RestoreState::Completed), "{found:?}");
        assert!(written(&estate, 0) > 0 && written(&estate, 1) > 0);
        let first = world.run(found[0].run.unwrap()).await;
        let second = world.run(found[1].run.unwrap()).await;
        assert_eq!((first.parent_run_id, second.parent_run_id), (Some(run.id), Some(run.id)));
        assert!(first.completed_at <= Some(second.created_at), "the second ring was made when the first was over");
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!(rollout.state, RolloutState::Completed);
        for (_, entra) in &estate.tenants {
            assert!(estate.graph.sim.created_twice(*entra).is_empty());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pilot_that_fails_leaves_the_second_ring_untouched() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let estate = estate(&t, &world).await;
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
        assert_eq!((found[1].standing, found[1].state), (Standing::Ready, RestoreState::Previewed));
        assert_eq!(written(&estate, 1), 0, "nothing of the second ring");
        assert_eq!(t.number("select count(*) from operation_runs where type = 'restore_execute'").await, 1);
        let rollout = t.store.rollouts().find(&mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!((rollout.state, rollout.stopped_ring), (RolloutState::Stopped, Some(1)));
        // The rest is confirmed anew and goes on without what failed.
        let again = confirm_it(&world, estate.rollout).await;
        estate.graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(world.run(again.id).await.outcome, Outcome::Succeeded);
        assert!(written(&estate, 1) > 0);
        let found = targets(&world, estate.rollout).await;
        assert_eq!((found[0].standing, found[1].standing), (Standing::LeftOut, Standing::Good));
    })
    .await;
}
