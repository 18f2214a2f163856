//! Which queued runs may start: limits, lanes, turns, pauses.

use std::collections::BTreeMap;
use std::time::Duration;

use model::access::can;
use model::ids::TenantId;
use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::RunSettings;
use model::run::{Outcome, PauseTarget, Trigger};
use store::StoreError;
use store::access::Permit;
use testkit::probes::{claim, ids};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn manage(world: &World) -> Permit<can::WorkspaceSettingsManage> {
    world.workspace_scope(&world.owner).await.permit().unwrap()
}

async fn limit(world: &World, tenant_limit: u32, workspace_limit: u32) {
    let settings = RunSettings { tenant_limit, workspace_limit, ..RunSettings::default() };
    world.store.runs().save_settings(&manage(world).await, settings).await.unwrap();
}

async fn queue(world: &World, tenant: TenantId, many: usize) -> Vec<model::ids::RunId> {
    let mut ids = Vec::new();
    for n in 0..many {
        ids.push(world.probe_in(tenant, Probe::Plain, &format!("{n}")).await.id);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn c5_no_more_runs_of_a_tenant_run_than_may() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let queued = queue(&world, world.tenant, 6).await;
        let default = RunSettings::default().tenant_limit as usize;
        assert_eq!(ids(&claim(&t.store, 9).await), queued[..default]);
        assert_eq!(claim(&t.store, 9).await, []);
        limit(&world, 5, 32).await;
        let fifth = claim(&t.store, 9).await;
        assert_eq!(ids(&fifth), queued[default..=default], "a limit that was raised holds at once");
        limit(&world, 1, 32).await;
        world.succeed(&world.admit(&fifth[0]).await).await;
        assert_eq!(claim(&t.store, 9).await, [], "a limit that was lowered too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c5_no_more_runs_of_a_workspace_run_than_may_and_others_are_not_held_up() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        limit(&world, 4, 5).await;
        queue(&world, world.tenant, 4).await;
        queue(&world, world.other_tenant, 4).await;
        assert_eq!(claim(&t.store, 20).await.len(), 5);
        let stranger = World { owner: world.stranger.clone(), ..world.clone() };
        let other = stranger.probe_in(world.foreign_tenant, Probe::Plain, "x").await;
        assert_eq!(ids(&claim(&t.store, 20).await), [other.id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c5_a_slot_comes_back_however_the_run_left_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        limit(&world, 1, 32).await;
        queue(&world, world.tenant, 4).await;
        let first = claim(&t.store, 9).await;
        assert_eq!(first.len(), 1);
        t.clock.advance(Duration::from_secs(60));
        assert_eq!(t.store.queue().rescue().await.unwrap().requeued, 1, "its worker was lost");
        let again = claim(&t.store, 9).await;
        assert_eq!(ids(&again), ids(&first), "and it comes first again");
        world.succeed(&world.admit(&again[0]).await).await;
        let second = claim(&t.store, 9).await.pop().unwrap();
        let scope = world.admit(&second).await;
        let event = model::run::NewEvent::info("handed_back", "…");
        t.store.queue().hand_back(&scope, Duration::from_secs(600), false, event).await.unwrap();
        assert_eq!(claim(&t.store, 9).await.len(), 1, "the third");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c5_one_writer_of_a_tenant_at_a_time() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let a = world.probe(Probe::Writer, "a").await;
        let b = world.probe(Probe::Writer, "b").await;
        let c = world.probe_in(world.other_tenant, Probe::Writer, "c").await;
        let plain = world.probe(Probe::Plain, "reads").await;
        let mut first = ids(&claim(&t.store, 9).await);
        first.sort();
        assert_eq!(first, [a.id, c.id, plain.id], "the second writer of the tenant waits, a reader does not");
        assert_eq!(claim(&t.store, 9).await, []);
        t.clock.advance(Duration::from_secs(60));
        assert_eq!(t.store.queue().rescue().await.unwrap().requeued, 3);
        let next = ids(&claim(&t.store, 9).await);
        assert!(next.contains(&a.id) && !next.contains(&b.id), "a lost holder frees the lane, and comes first again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_a_flooded_queue_lets_the_next_tenant_in_at_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.without_limits().await;
        queue(&world, world.tenant, 60).await;
        t.clock.advance(Duration::from_secs(1));
        let single = world.probe_in(world.other_tenant, Probe::Plain, "single").await;
        let mut before = 0;
        while !ids(&claim(&t.store, 1).await).contains(&single.id) {
            before += 1;
        }
        assert!(before <= 2, "{before} of the sixty were before it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_workspaces_take_turns() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.without_limits().await;
        queue(&world, world.tenant, 20).await;
        queue(&world, world.other_tenant, 20).await;
        let stranger = World { owner: world.stranger.clone(), ..world.clone() };
        queue(&stranger, world.foreign_tenant, 4).await;
        let claims = claim(&t.store, 8).await;
        let mut by: BTreeMap<_, usize> = BTreeMap::new();
        claims.iter().for_each(|claim| *by.entry(claim.run.workspace_id).or_default() += 1);
        assert_eq!(by.get(&world.workspace), Some(&4));
        assert_eq!(by.get(&world.foreign_workspace), Some(&4));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_an_urgent_run_overtakes_but_not_for_ever() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let old = world.probe(Probe::Plain, "old").await;
        t.clock.advance(Duration::from_secs(11 * 60));
        let young = world.probe_in(world.other_tenant, Probe::Plain, "young").await;
        let urgent = world.probe(Probe::Urgent, "urgent").await;
        let mut order = Vec::new();
        for _ in 0..3 {
            order.extend(ids(&claim(&t.store, 1).await));
        }
        assert_eq!(order, [old.id, urgent.id, young.id], "who waited longer than the urgent one is ahead comes before it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_a_pause_stops_claims_and_nothing_else() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let running = world.probe(Probe::Plain, "running").await;
        let scope = world.take_probe().await;
        let waiting = world.probe(Probe::Plain, "waiting").await;
        let elsewhere = world.probe_in(world.other_tenant, Probe::Plain, "elsewhere").await;
        let urgent = world.probe_in(world.other_tenant, Probe::Urgent, "urgent").await;
        let permit = manage(&world).await;
        let (tenant, of_type) = (PauseTarget::Tenant(world.tenant), PauseTarget::Operation(Operation::Probe(Probe::Urgent)));
        for target in [tenant, tenant, of_type] {
            t.store.runs().pause(&permit, target, "maintenance").await.unwrap();
        }
        let pauses = t.store.runs().pauses(&world.workspace_scope(&world.owner).await).await.unwrap();
        assert_eq!(pauses.iter().map(|p| p.target).collect::<Vec<_>>(), [Some(tenant), Some(of_type)]);
        assert_eq!((pauses[0].by.as_str(), pauses[0].reason.as_str()), ("owner", "maintenance"));
        let seen = t.store.runs().pauses(&world.workspace_scope(&world.outsider).await).await.unwrap();
        assert_eq!(seen.len(), 1, "v2: the pause of a tenant is seen by who is entitled to it");
        assert_eq!(ids(&claim(&t.store, 9).await), [elsewhere.id]);
        assert_eq!(world.succeed(&scope).await.id, running.id, "what runs goes on");
        // A paused run does not go stale.
        t.store.runs().resume(&permit, of_type).await.unwrap();
        assert_eq!(ids(&claim(&t.store, 9).await), [urgent.id]);
        t.store.runs().resume(&permit, tenant).await.unwrap();
        assert_eq!(ids(&claim(&t.store, 9).await), [waiting.id], "nothing was lost");
        let foreign = t.store.runs().pause(&permit, PauseTarget::Tenant(world.foreign_tenant), "").await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from audit_entries where action like 'operations.%'").await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_the_clock_of_a_run_that_is_held_back_stands_still() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        let permit = manage(&world).await;
        t.store.runs().pause(&permit, PauseTarget::Tenant(world.tenant), "").await.unwrap();
        for _ in 0..60 {
            t.clock.advance(Duration::from_secs(60));
            t.store.queue().rescue().await.unwrap();
        }
        assert_eq!(world.run(run.id).await.outcome, Outcome::Pending, "an hour of pause is not an hour of waiting");
        t.store.runs().resume(&permit, PauseTarget::Tenant(world.tenant)).await.unwrap();
        t.clock.advance(Duration::from_secs(7 * 60));
        t.store.queue().rescue().await.unwrap();
        assert_eq!(world.run(run.id).await.outcome, Outcome::Pending);
        t.clock.advance(Duration::from_secs(9 * 60));
        t.store.queue().rescue().await.unwrap();
        assert_eq!(world.run(run.id).await.reason_code.as_deref(), Some("run.stale_queued"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_start_reuses_a_run_that_is_late_only_because_it_is_held_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Hasty, "a").await;
        t.store.runs().pause(&manage(&world).await, PauseTarget::Tenant(world.tenant), "").await.unwrap();
        t.clock.advance(Duration::from_secs(600));
        let again = world.try_probe(world.tenant, Probe::Hasty, "a", Trigger::Manual.into()).await.unwrap();
        assert_eq!(again.run().id, run.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_out_of_their_bounds_are_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let good = RunSettings::default();
        let runs = t.store.runs();
        for bad in [
            RunSettings { tenant_limit: 0, ..good },
            RunSettings { tenant_limit: 101, ..good },
            RunSettings { workspace_limit: 0, ..good },
            RunSettings { workspace_limit: 1001, ..good },
            RunSettings { keep_days: 6, ..good },
            RunSettings { keep_days: 3651, ..good },
        ] {
            assert!(!bad.is_acceptable());
            assert!(matches!(runs.save_settings(&manage(&world).await, bad).await, Err(StoreError::Conflict(_))), "{bad:?}");
        }
        let scope = world.workspace_scope(&world.readonly).await;
        assert_eq!(runs.settings(&scope).await.unwrap(), good);
        let chosen = RunSettings { tenant_limit: 2, workspace_limit: 3, keep_days: 30 };
        runs.save_settings(&manage(&world).await, chosen).await.unwrap();
        assert_eq!(runs.settings(&scope).await.unwrap(), chosen);
        assert!(world.workspace_scope(&world.operator_member).await.permit::<can::WorkspaceSettingsManage>().is_err());
    })
    .await;
}
