//! Why a run waits: each reason, in the words that its page shows.

use std::time::Duration;

use model::ids::RunId;
use model::operations::probe::Probe;
use model::run::RunSettings;
use model::run::{NewEvent, PauseTarget, Trigger, Waiting};
use store::runs::{LEASE, WorkerId};
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn why(world: &World, id: RunId) -> Option<Waiting> {
    let who = world.sign_in(&world.owner).await;
    let sight = world.store.access().run(&who, id).await.unwrap();
    let run = world.store.runs().find(&sight).await.unwrap();
    world.store.runs().waiting(&sight, &run, world.store.now().await.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_is_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (queue, runs, worker) = (t.store.queue(), t.store.runs(), WorkerId::new("w"));
        let run = world.probe(Probe::Writer, "a").await;
        assert_eq!(why(&world, run.id).await, Some(Waiting::NoWorker { since: None }));
        queue.register(&worker, "host", "1", 1).await.unwrap();
        assert_eq!(why(&world, run.id).await, Some(Waiting::Next));
        let other = world.probe(Probe::Plain, "b").await;
        assert_eq!(why(&world, other.id).await, Some(Waiting::Behind(1)));
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        runs.pause(&permit, PauseTarget::Tenant(world.tenant), "moving house").await.unwrap();
        let paused = why(&world, run.id).await;
        assert!(matches!(&paused, Some(Waiting::Paused(pause)) if pause.reason == "moving house"), "{paused:?}");
        runs.resume(&permit, PauseTarget::Tenant(world.tenant)).await.unwrap();
        let claimed = claim(&t.store, 1).await.pop().unwrap();
        assert_eq!((claimed.run.id, why(&world, run.id).await), (run.id, None), "it does not wait");
        let second = world.try_probe(world.tenant, Probe::Writer, "c", Trigger::System.into()).await.unwrap().run().id;
        assert_eq!(why(&world, second).await, Some(Waiting::LaneBusy(run.id)));
        runs.save_settings(&permit, RunSettings { tenant_limit: 1, ..RunSettings::default() }).await.unwrap();
        assert_eq!(why(&world, other.id).await, Some(Waiting::TenantLimit(1)));
        let limits = RunSettings { workspace_limit: 1, ..RunSettings::default() };
        runs.save_settings(&permit, limits).await.unwrap();
        assert_eq!(why(&world, other.id).await, Some(Waiting::WorkspaceLimit(1)));
        runs.save_settings(&permit, RunSettings::default()).await.unwrap();
        let scope = world.admit(&claimed).await;
        queue.hand_back(&scope, Duration::from_secs(90), false, NewEvent::warning("retry", "…")).await.unwrap();
        let until = t.store.now().await.unwrap().plus(Duration::from_secs(90));
        assert_eq!(why(&world, run.id).await, Some(Waiting::NotBefore(until)));
        t.execute("update operation_runs set type = 'from_the_future' where status = 'queued'").await;
        assert_eq!(why(&world, other.id).await, Some(Waiting::UnknownType));
        t.clock.advance(LEASE * 2);
        assert!(matches!(why(&world, other.id).await, Some(Waiting::NoWorker { since: Some(_) })));
    })
    .await;
}
