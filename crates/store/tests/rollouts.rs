//! Rollouts: a restore for each tenant, confirmed together, started ring by ring.

use std::collections::BTreeSet;

use model::access::{Capability, can};
use model::audit::Action as Done;
use model::ids::{RolloutId, TenantId};
use model::operations::Operation;
use model::restore::{Action, Decision, Outcome as ItemOutcome, RestoreState, Source};
use model::rollout::{RolloutState, Standing};
use model::run::{Counts, NewEvent, Outcome, Run, Started, Trigger};
use model::settings::Key;
use model::user::User;
use store::access::{Confirmed, Permit, RunScope, SignedIn, TenantScope};
use store::runs::{LEASE, WorkerId};
use store::{Choice, NewChoice, NewRollout, Recorded, RolloutStep, RolloutTarget, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

use crate::backups::captured;
use crate::inventory::seen;
use crate::restores_run::{claimed, work};

async fn all_of(world: &World, user: &User) -> Permit<can::RestoreExecute> {
    world.workspace_scope(user).await.permit().unwrap()
}

async fn scope_of(t: &TestStore, who: &SignedIn, tenant: TenantId) -> TenantScope {
    t.store.access().tenant(who, tenant).await.unwrap()
}

async fn wish(t: &TestStore, world: &World, rings: &[(TenantId, u32)]) -> NewRollout {
    let set = captured(t, world).await;
    let (source, choice) = (Source::BackupSet { set }, Choice::everything());
    NewRollout { name: "Baseline".to_owned(), source, choice, rings: rings.to_vec() }
}

/// Both tenants, each with a connection: the first is the pilot.
async fn made(t: &TestStore, world: &World) -> RolloutId {
    t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
    let new = wish(t, world, &[(world.tenant, 1), (world.other_tenant, 2)]).await;
    let (who, permit) = (world.sign_in(&world.owner).await, all_of(world, &world.owner).await);
    let from = scope_of(t, &who, world.tenant).await;
    t.store.rollouts().create(&permit, &who, &from, &new).await.unwrap()
}

async fn targets(t: &TestStore, world: &World, id: RolloutId) -> Vec<RolloutTarget> {
    t.store.rollouts().targets(&all_of(world, &world.owner).await, id).await.unwrap()
}

async fn standings(t: &TestStore, world: &World, id: RolloutId) -> Vec<Standing> {
    targets(t, world, id).await.iter().map(|target| target.standing).collect()
}

/// Checks and previews the restores that are not previewed yet: everything is made.
async fn preview(t: &TestStore, world: &World, id: RolloutId) {
    let (who, store) = (world.sign_in(&world.owner).await, t.store.restores());
    let permit = all_of(world, &world.owner).await;
    let started = t.store.rollouts().start_preview(&permit, id, Trigger::Manual).await.unwrap();
    assert!(matches!(started, Started::Accepted(_)), "{started:?}");
    let parent = claimed(world).await;
    let from = scope_of(t, &who, world.tenant).await;
    for target in targets(t, world, id).await {
        let (tenant, restore) = (target.tenant.unwrap(), target.restore.unwrap());
        let scope = scope_of(t, &who, tenant).await;
        let mine = scope.permit().unwrap();
        let now = store.find(&scope, restore).await.unwrap();
        let revision = store.check(&mine, &from, restore, now.revision).await.unwrap();
        let child = store.start_preview_within(&parent, &mine, restore, revision).await.unwrap();
        assert_eq!(child.run().parent_run_id, Some(parent.run_id()));
        let run = claimed(world).await;
        let items = store.items_for_run(&run, restore).await.unwrap();
        let planned: Vec<_> = items.iter().map(|item| work(item, Action::Create)).collect();
        store.freeze(&run, restore, revision, &planned).await.unwrap();
        t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
    }
    t.store.queue().finish(&parent, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

async fn confirm(t: &TestStore, world: &World, id: RolloutId) -> Result<Started, StoreError> {
    let permit = all_of(world, &world.owner).await;
    let rollout = t.store.rollouts().find(&permit, id).await.unwrap();
    let plan = t.store.rollouts().plan(&targets(t, world, id).await).unwrap_or_default();
    let confirmed = Confirmed::typed(permit, &rollout, "Baseline").unwrap();
    t.store.rollouts().execute(&confirmed, &plan, Trigger::Manual).await
}

/// Carries out the restore of a run that is claimed.
async fn carried_out(t: &TestStore, attempt: &RunScope, target: &RolloutTarget, outcome: ItemOutcome) {
    let (store, id) = (t.store.restores(), target.restore.unwrap());
    let restore = store.for_run(attempt, id).await.unwrap();
    assert!(store.begin(attempt, id, restore.plan_hash.as_deref().unwrap()).await.unwrap());
    let items = store.items_for_run(attempt, id).await.unwrap();
    let recorded: Vec<Recorded> = items
        .iter()
        .map(|item| Recorded {
            number: item.number,
            outcome,
            code: None,
            result_id: Some(item.source_id.clone()),
            after: Some(seen("scope_tag", &item.source_id, &item.name, 1).content),
            stripped: Vec::new(),
        })
        .collect();
    store.record(attempt, id, &recorded, &[]).await.unwrap();
    store.end(attempt, id, false).await.unwrap();
    t.store.queue().finish(attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, words: &str) {
    assert!(matches!(&result, Err(StoreError::Conflict(said)) if said.contains(words)), "{words}: {result:?}");
}

fn run_of(started: Result<Started, StoreError>) -> Run {
    match started.unwrap() {
        Started::Accepted(run) => run,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_is_made_of_restores_and_seen_by_who_is_entitled_to_every_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (who, permit, store) = (world.sign_in(&world.owner).await, all_of(&world, &world.owner).await, t.store.rollouts());
        let new = wish(&t, &world, &[]).await;
        let from = scope_of(&t, &who, world.tenant).await;
        let with = |rings: Vec<(TenantId, u32)>| NewRollout { rings, ..new.clone() };
        refused(store.create(&permit, &who, &from, &with(Vec::new())).await, "at least one tenant");
        refused(store.create(&permit, &who, &from, &with(vec![(world.tenant, 2)])).await, "pilot");
        refused(
            store.create(&permit, &who, &from, &with(vec![(world.tenant, 1), (world.other_tenant, 10)])).await,
            "from 1 to 9",
        );
        refused(store.create(&permit, &who, &from, &with(vec![(world.tenant, 1), (world.tenant, 2)])).await, "one ring only");
        let many: Vec<_> = (0..201).map(|_| (TenantId::generate(), 1)).collect();
        refused(store.create(&permit, &who, &from, &with(many)).await, "200 tenants");
        let nothing = NewRollout { choice: Choice::These(BTreeSet::new()), ..with(vec![(world.tenant, 1)]) };
        refused(store.create(&permit, &who, &from, &nothing).await, "at least one object");
        let foreign = store.create(&permit, &who, &from, &with(vec![(world.foreign_tenant, 1)])).await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from restores").await, 0, "nothing is left of what was refused");
        let rings = vec![(world.tenant, 1), (world.other_tenant, 2)];
        let id = store.create(&permit, &who, &from, &with(rings.clone())).await.unwrap();
        let rollout = store.find(&permit, id).await.unwrap();
        assert_eq!((rollout.state, rollout.name.as_str(), rollout.executions), (RolloutState::Draft, "Baseline", 0));
        assert_eq!(store.list(&permit, None, 10).await.unwrap().rows, vec![rollout.clone()]);
        let found = store.targets(&permit, id).await.unwrap();
        let shown: Vec<_> = found.iter().map(|of| (of.ring, of.tenant_name.as_str(), of.state, of.items, of.standing)).collect();
        let scoped = RestoreState::Scoped;
        assert_eq!(shown, [(1, "Contoso", scoped, 2, Standing::Open), (2, "Fabrikam", scoped, 2, Standing::Open)]);
        assert_eq!(store.plan(&found), None, "nothing is previewed");
        // Its restores are restores like others, of their own tenants.
        let theirs = scope_of(&t, &who, world.other_tenant).await;
        let restore = t.store.restores().find(&theirs, found[1].restore.unwrap()).await.unwrap();
        assert_eq!((restore.source_tenant, restore.source_words.contains("of Contoso")), (Some(world.tenant), true));
        assert_eq!(restore.rollout, Some(id));
        // A member that is entitled to some tenants, and a token that is narrowed to some, see none of it.
        let some = all_of_token(&t, &world, Some(vec![world.tenant, world.other_tenant])).await;
        for narrowed in [store.find(&some.1, id).await, store.targets(&some.1, id).await.map(|_| rollout.clone())] {
            assert!(matches!(narrowed, Err(StoreError::NotVisible)));
        }
        assert!(matches!(store.list(&some.1, None, 10).await, Err(StoreError::NotVisible)));
        let made = store.create(&some.1, &some.0, &from, &with(rings)).await;
        assert!(matches!(made, Err(StoreError::NotVisible)));
        let operator = world.workspace_scope(&world.operator_member).await.permit::<can::RestoreExecute>();
        assert!(matches!(operator, Err(StoreError::Forbidden(_))));
        let stranger = world.sign_in(&world.stranger).await;
        let stranger = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap().permit().unwrap();
        assert!(matches!(store.find(&stranger, id).await, Err(StoreError::NotVisible)));
        assert!(store.list(&stranger, None, 10).await.unwrap().rows.is_empty());
        let previewing = run_of(store.start_preview(&permit, id, Trigger::Manual).await).id;
        let again = store.start_preview(&permit, id, Trigger::Manual).await.unwrap();
        assert!(matches!(&again, Started::Deduplicated(run) if run.id == previewing), "a second click");
        assert_eq!(t.store.access().run(&who, previewing).await.unwrap().run_id(), previewing);
        let member = world.sign_in(&world.operator_member).await;
        for other in [&some.0, &member, &world.sign_in(&world.stranger).await] {
            assert!(matches!(t.store.access().run(other, previewing).await, Err(StoreError::NotVisible)), "its run");
        }
        store.end(&permit, id).await.unwrap();
        assert_eq!(store.find(&permit, id).await.unwrap().state, RolloutState::Ended);
        refused(store.end(&permit, id).await, "over");
        refused(store.start_preview(&permit, id, Trigger::Manual).await, "over");
        let noted = t.number(&format!("select count(*) from audit_entries where action = '{}'", Done::RolloutEnd.code())).await;
        assert_eq!(noted, 1);
    })
    .await;
}

/// The owner by a token.
async fn all_of_token(t: &TestStore, world: &World, tenants: Option<Vec<TenantId>>) -> (SignedIn, Permit<can::RestoreExecute>) {
    let able = crate::api_tokens::able(&[Capability::WorkspaceView, Capability::TenantView, Capability::RestoreExecute]);
    let new = model::api_token::NewApiToken { tenants, ..able };
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    let (_, secret) = t.store.api_tokens().create(&permit, &new).await.unwrap();
    let (program, _) = t.store.api_tokens().find(&secret).await.unwrap().unwrap();
    let permit = t.store.access().workspace(&program, world.workspace).await.unwrap().permit().unwrap();
    (program, permit)
}

#[tokio::test(flavor = "multi_thread")]
async fn rings_begin_one_after_the_other_and_no_restore_twice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let id = made(&t, &world).await;
        refused(confirm(&t, &world, id).await, "previewed first");
        preview(&t, &world, id).await;
        let found = targets(&t, &world, id).await;
        assert!(found.iter().all(|of| of.is_previewed() && (of.writes, of.removals, of.open_mappings) == (2, 0, 0)), "{found:?}");
        let permit = all_of(&world, &world.owner).await;
        let rollout = t.store.rollouts().find(&permit, id).await.unwrap();
        let meant = Confirmed::typed(permit, &rollout, "Baseline").unwrap();
        refused(t.store.rollouts().execute(&meant, "0000", Trigger::Manual).await, "others than");
        // Before it is confirmed, nobody carries one of its restores out beside it.
        let alone = alone(&t, &world, &found[0]).await;
        refused(alone, "part of a rollout");
        let run = run_of(confirm(&t, &world, id).await);
        let again = t.store.rollouts().execute(&meant, &t.store.rollouts().plan(&found).unwrap(), Trigger::Manual).await;
        assert!(matches!(&again, Ok(Started::Deduplicated(same)) if same.id == run.id), "a double click: {again:?}");
        assert_eq!(standings(&t, &world, id).await, [Standing::Ready, Standing::Ready]);
        let parent = claimed(&world).await;
        let rollouts = t.store.rollouts();
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Began { ring: 1, restores: 1 });
        // The worker is lost right then; the next attempt begins nothing twice.
        t.clock.advance(LEASE * 2);
        t.store.queue().rescue().await.unwrap();
        let late = rollouts.advance(&parent, id).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)));
        let claims = t.store.queue().claim(&WorkerId::new("w"), &[Operation::RestoreRollout], 1, LEASE).await.unwrap();
        let parent = world.admit(&claims[0]).await;
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Waits { ring: 1 });
        assert_eq!(t.number("select count(*) from operation_runs where type = 'restore_execute'").await, 1);
        assert_eq!(standings(&t, &world, id).await, [Standing::Active, Standing::Ready]);
        // It waits in the queue until its child has ended.
        let long = std::time::Duration::from_secs(600);
        t.store.queue().wait_for_children(&parent, long, NewEvent::info("waits", "Waiting.")).await.unwrap();
        let child = claimed(&world).await;
        assert!(t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LEASE).await.unwrap().is_empty());
        carried_out(&t, &child, &found[0], ItemOutcome::Verified).await;
        let parent = claimed(&world).await;
        assert_eq!(parent.run_id(), run.id, "awake");
        assert_eq!(world.run(run.id).await.attempt, 2, "waiting is no attempt; the lost one is");
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Began { ring: 2, restores: 1 });
        let child = claimed(&world).await;
        assert_eq!(world.run(child.run_id()).await.parent_run_id, Some(run.id));
        carried_out(&t, &child, &found[1], ItemOutcome::Verified).await;
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Done);
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Done, "once more, after an attempt that was lost");
        let (rollout, over) = rollouts.for_run(&parent, id).await.unwrap();
        assert_eq!((rollout.state, rollout.executions), (RolloutState::Completed, 1));
        assert!(over.iter().all(|of| of.standing == Standing::Good));
        refused(confirm(&t, &world, id).await, "over");
    })
    .await;
}

/// One of its restores, by itself.
async fn alone(t: &TestStore, world: &World, target: &RolloutTarget) -> Result<Started, StoreError> {
    let scope = world.tenant_scope(&world.owner).await;
    let restore = t.store.restores().find(&scope, target.restore.unwrap()).await.unwrap();
    let meant = Confirmed::typed(scope.permit().unwrap(), &restore, &restore.tenant_name).unwrap();
    t.store.restores().execute(&meant, restore.revision, restore.plan_hash.as_deref().unwrap(), Trigger::Manual).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ring_that_fails_stops_it_and_the_rest_is_confirmed_anew() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let id = made(&t, &world).await;
        preview(&t, &world, id).await;
        let found = targets(&t, &world, id).await;
        run_of(confirm(&t, &world, id).await);
        let (parent, rollouts) = (claimed(&world).await, t.store.rollouts());
        rollouts.advance(&parent, id).await.unwrap();
        let child = claimed(&world).await;
        carried_out(&t, &child, &found[0], ItemOutcome::Skipped).await;
        let of = targets(&t, &world, id).await;
        assert_eq!(
            (of[0].state, of[0].standing, of[0].unsettled),
            (RestoreState::Completed, Standing::Bad, 2),
            "left alone is not as planned"
        );
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Stopped { ring: 1 });
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Stopped { ring: 1 });
        t.store.queue().finish(&parent, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        let permit = all_of(&world, &world.owner).await;
        let stopped = rollouts.find(&permit, id).await.unwrap();
        assert_eq!((stopped.state, stopped.stopped_ring), (RolloutState::Stopped, Some(1)));
        let of = targets(&t, &world, id).await;
        assert_eq!(of[1].state, RestoreState::Previewed, "the second ring is as it was previewed");
        assert!(of[0].is_left_behind() && !of[1].is_left_behind());
        // Confirmed anew, it goes on without what failed.
        let second = run_of(confirm(&t, &world, id).await);
        assert_eq!(standings(&t, &world, id).await, [Standing::LeftOut, Standing::Ready]);
        let parent = claimed(&world).await;
        assert_eq!(parent.run_id(), second.id);
        // Meanwhile somebody changes what was confirmed.
        let who = world.sign_in(&world.owner).await;
        let scope = scope_of(&t, &who, world.other_tenant).await;
        let restore = t.store.restores().find(&scope, found[1].restore.unwrap()).await.unwrap();
        t.store.restores().set_prune(&scope.permit().unwrap(), restore.id, restore.revision, false).await.unwrap();
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Stopped { ring: 2 });
        assert_eq!(
            t.number("select count(*) from operation_runs where type = 'restore_execute'").await,
            1,
            "nothing was started"
        );
        t.store.queue().finish(&parent, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        refused(confirm(&t, &world, id).await, "previewed first");
        rollouts.end(&permit, id).await.unwrap();
        assert!(matches!(rollouts.find(&permit, id).await.unwrap().state, RolloutState::Ended));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_confirmed_it_has_to_be_entitled_when_the_ring_begins_and_a_lost_run_stops_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let id = made(&t, &world).await;
        preview(&t, &world, id).await;
        run_of(confirm(&t, &world, id).await);
        let (parent, rollouts) = (claimed(&world).await, t.store.rollouts());
        t.execute(&format!("update users set disabled_at = created_at where email = '{}'", world.owner.email)).await;
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Stopped { ring: 1 });
        t.execute("update users set disabled_at = null").await;
        let of = targets(&t, &world, id).await;
        assert_eq!((of[0].standing, of[0].code.as_deref()), (Standing::Bad, Some("initiator.not_entitled")));
        assert_eq!(of[0].state, RestoreState::Previewed, "nothing was written");
        t.store.queue().finish(&parent, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        // What could not be started can be confirmed anew.
        run_of(confirm(&t, &world, id).await);
        let parent = claimed(&world).await;
        // Its run ends before it said anything: it is not shown as running.
        t.store.queue().finish(&parent, Outcome::Cancelled, None, &Counts::default(), &[]).await.unwrap();
        let permit = all_of(&world, &world.owner).await;
        assert_eq!(rollouts.find(&permit, id).await.unwrap().state, RolloutState::Stopped);
        // Without a connection the restore is blocked, and the ring is not as planned.
        t.execute("update provider_connections set enabled = false").await;
        run_of(confirm(&t, &world, id).await);
        let parent = claimed(&world).await;
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Began { ring: 1, restores: 1 });
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Stopped { ring: 1 });
        assert_eq!(
            t.number("select count(*) from operation_runs where type = 'restore_execute' and outcome = 'blocked'").await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_approves_all_of_its_plans_at_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let id = made(&t, &world).await;
        preview(&t, &world, id).await;
        let rollouts = t.store.rollouts();
        let (mine, theirs) = (all_of(&world, &world.owner).await, all_of(&world, &world.manager).await);
        let rollout = rollouts.find(&mine, id).await.unwrap();
        let plan = rollouts.plan(&targets(&t, &world, id).await).unwrap();
        let meant = Confirmed::typed(mine, &rollout, "Baseline").unwrap();
        refused(rollouts.ask_approval(&meant, &plan).await, "nobody has to approve");
        // One of its tenants asks for it.
        let who = world.sign_in(&world.owner).await;
        let scope = scope_of(&t, &who, world.other_tenant).await;
        let choice = NewChoice { key: Key::SecondPerson, value: Some(Key::SecondPerson.parse("second").unwrap()), revision: 0 };
        t.store.settings().save_tenant(&scope.permit().unwrap(), &[choice]).await.unwrap();
        assert_eq!(rollouts.approval(&theirs, id).await.unwrap(), (true, None));
        refused(confirm(&t, &world, id).await, "second person");
        refused(rollouts.decide_approval(&theirs, id, &plan, Decision::Approved, "r").await, "nobody asked");
        rollouts.ask_approval(&meant, &plan).await.unwrap();
        refused(rollouts.ask_approval(&meant, &plan).await, "already");
        let (_, by_token) = all_of_token(&t, &world, None).await;
        refused(rollouts.decide_approval(&by_token, id, &plan, Decision::Approved, "r").await, "whoever asked");
        refused(rollouts.decide_approval(&theirs, id, "0000", Decision::Approved, "r").await, "others");
        rollouts.decide_approval(&theirs, id, &plan, Decision::Approved, "r").await.unwrap();
        let said = rollouts.approval(&theirs, id).await.unwrap().1.unwrap();
        assert_eq!((said.decision, said.decided_by_name.as_str()), (Some(Decision::Approved), "manager"));
        run_of(confirm(&t, &world, id).await);
        let parent = claimed(&world).await;
        assert_eq!(rollouts.advance(&parent, id).await.unwrap(), RolloutStep::Began { ring: 1, restores: 1 });
        // Whoever is erased is not named here either.
        t.store.audit().erase_person(&t.operator, &world.manager.email).await.unwrap();
        let names = "select count(*) from rollout_approvals where decided_by_name = 'manager'";
        assert_eq!(t.number(names).await, 0);
    })
    .await;
}
