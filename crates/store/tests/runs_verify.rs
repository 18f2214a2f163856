//! The connection check: found while it is under way, ended and fenced by a newer one, never held up by one that hangs.

use std::time::Duration;

use model::access::can;
use model::connection_check::{Check, CheckKey, CheckStatus, Reason, Report};
use model::failure::Code;
use model::operations::Operation;
use model::run::{Counts, Outcome, Run, StartBy, StartKey, Started, Status, Trigger};
use model::user::User;
use store::access::RunScope;
use store::runs::{Again, Progress, WorkerId};
use store::{KEPT_CHECKS, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

async fn verify(world: &World, user: &User, again: bool) -> Started {
    let permit = world.tenant_scope(user).await.permit::<can::ProvidersRun>().unwrap();
    world.store.runs().verify(&permit, again, Trigger::Manual).await.unwrap()
}

fn accepted(started: Started) -> Run {
    match started {
        Started::Accepted(run) => run,
        other => panic!("not accepted: {other:?}"),
    }
}

async fn attempt(world: &World) -> RunScope {
    world.admit(&world.claim(&WorkerId::new("w")).await).await
}

/// A check that is under way, and its attempt.
async fn running(world: &World) -> (Run, RunScope) {
    let run = accepted(verify(world, &world.owner, false).await);
    let scope = attempt(world).await;
    assert_eq!(scope.run_id(), run.id);
    (run, scope)
}

fn report() -> Report {
    let skipped = Check::because(CheckKey::of(CheckKey::CLOCK), CheckStatus::Skip, Reason::ClockUnknown);
    Report {
        checks: vec![Check::passed(CheckKey::of(CheckKey::SIGN_IN)), skipped],
        granted: Some(vec!["A.Read".to_owned()]),
        granted_from: None,
    }
}

/// Keeps a report as the attempt does.
async fn save(world: &World, scope: &RunScope, report: &Report) -> Result<(), StoreError> {
    let connection = world.store.connections().show(&world.tenant_scope(&world.owner).await).await.unwrap().0.unwrap();
    world.store.connection_checks().save(scope, &connection, report).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_is_under_way_is_found_and_another_revision_is_another_check() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let first = accepted(verify(&world, &world.owner, false).await);
        match verify(&world, &world.operator_member, false).await {
            Started::Deduplicated(run) => assert_eq!(run.id, first.id),
            other => panic!("{other:?}"),
        }
        t.store.connections().save(&t.operator, world.tenant, &connection()).await.unwrap();
        let second = accepted(verify(&world, &world.owner, false).await);
        assert_ne!(second.id, first.id, "the connection was changed meanwhile");
        let scope = world.tenant_scope(&world.readonly).await;
        let latest = t.store.runs().latest_of(&scope, Operation::ProviderConnectionCheck).await.unwrap().unwrap();
        assert_eq!(latest.id, second.id);
        assert!(scope.permit::<can::ProvidersRun>().is_err(), "a read-only member starts none");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_member_looks_at_a_check_and_cannot_end_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = accepted(verify(&world, &world.owner, false).await);
        let who = world.sign_in(&world.readonly).await;
        let sight = t.store.access().run(&who, run.id).await.unwrap();
        assert_eq!(t.store.runs().find(&sight).await.unwrap().id, run.id);
        assert!(matches!(t.store.runs().cancel(&sight).await, Err(StoreError::Forbidden(_))));
        let sync = world.queued(&["scope_tag"]).await;
        assert!(matches!(t.store.access().run(&who, sync.id).await, Err(StoreError::Forbidden(_))), "a sync is another matter");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verifying_again_ends_what_hangs_and_fences_it_in_one_step() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (hanging, scope) = running(&world).await;
        let next = accepted(verify(&world, &world.manager, true).await);
        let ended = world.run(hanging.id).await;
        assert_eq!((ended.status, ended.outcome), (Status::Completed, Outcome::Cancelled));
        assert_eq!(ended.reason_code.as_deref(), Some(Code::RunSuperseded.code()));
        assert!(ended.cancel_requested_at.is_some(), "it was asked to stop");
        // The worker that hung wakes up: nothing that it writes is taken.
        assert!(matches!(save(&world, &scope, &report()).await, Err(StoreError::LeaseLost)));
        assert!(matches!(t.store.queue().report(&scope, Progress::default()).await, Err(StoreError::LeaseLost)));
        let finish = t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await;
        assert!(matches!(finish, Err(StoreError::LeaseLost)), "{finish:?}");
        // The new one is not behind it in any slot.
        let scope = attempt(&world).await;
        assert_eq!(scope.run_id(), next.id);
        save(&world, &scope, &report()).await.unwrap();
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let viewer = world.tenant_scope(&world.readonly).await;
        let kept = t.store.connection_checks().latest(&viewer, KEPT_CHECKS).await.unwrap();
        assert_eq!(kept.iter().map(|kept| kept.run_id).collect::<Vec<_>>(), [Some(next.id)]);
        assert_eq!(kept[0].report, report());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_arrives_twice_verifies_again_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        running(&world).await;
        let permit = world.tenant_scope(&world.owner).await.permit::<can::ProvidersRun>().unwrap();
        let click = StartBy::from(Trigger::Manual).with_key(Some(StartKey::generate()));
        let first = t.store.runs().verify(&permit, true, click.clone()).await.unwrap();
        let second = t.store.runs().verify(&permit, true, click).await.unwrap();
        assert!(matches!((&first, &second), (Started::Accepted(a), Started::Deduplicated(b)) if a.id == b.id), "{second:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_at_the_same_moment_leave_one_check_under_way() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        running(&world).await;
        let (a, b) = tokio::join!(verify(&world, &world.owner, true), verify(&world, &world.manager, true));
        assert!(a.run().id != b.run().id || matches!((&a, &b), (Started::Deduplicated(_), _) | (_, Started::Deduplicated(_))));
        let active = "select count(*) from operation_runs where type = 'provider_connection_check' and status <> 'completed'";
        assert_eq!(t.number(active).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_nobody_picked_up_is_called_stale_and_is_in_nobodys_way() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for again in [false, true] {
            let stale = accepted(verify(&world, &world.owner, again).await);
            t.clock.advance(Duration::from_secs(6 * 60));
            let next = accepted(verify(&world, &world.owner, again).await);
            let ended = world.run(stale.id).await;
            assert_eq!(
                (ended.outcome, ended.reason_code.as_deref()),
                (Outcome::Failed, Some(Code::RunStaleQueued.code())),
                "{again}"
            );
            let scope = attempt(&world).await;
            assert_eq!(scope.run_id(), next.id);
            t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prerequisites_come_before_a_check_that_is_under_way() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (hanging, _) = running(&world).await;
        t.store.connections().set_enabled(&t.operator, world.tenant, false).await.unwrap();
        for again in [false, true] {
            match verify(&world, &world.owner, again).await {
                Started::Blocked(run) => {
                    assert_ne!(run.id, hanging.id);
                    assert_eq!(run.reason_code.as_deref(), Some(Code::ConnectionDisabled.code()));
                }
                other => panic!("{other:?}"),
            }
        }
        let permit = {
            let who = world.sign_in(&world.owner).await;
            t.store.access().tenant(&who, world.other_tenant).await.unwrap().permit::<can::ProvidersRun>().unwrap()
        };
        let none = t.store.runs().verify(&permit, false, Trigger::Manual).await.unwrap();
        assert!(matches!(&none, Started::Blocked(run) if run.reason_code.as_deref() == Some(Code::ConnectionMissing.code())));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_twenty_reports_are_kept_newest_first() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, scope) = running(&world).await;
        save(&world, &scope, &Report::default()).await.unwrap();
        save(&world, &scope, &report()).await.unwrap();
        let viewer = world.tenant_scope(&world.readonly).await;
        let latest = async || t.store.connection_checks().latest(&viewer, 100).await.unwrap();
        assert_eq!(latest().await.len(), 1, "a run has one report");
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        for _ in 0..KEPT_CHECKS + 3 {
            t.clock.advance(Duration::from_secs(1));
            let (_, scope) = running(&world).await;
            save(&world, &scope, &report()).await.unwrap();
            t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        }
        let kept = latest().await;
        assert_eq!(kept.len(), KEPT_CHECKS as usize);
        assert!(kept.is_sorted_by(|a, b| a.made_at >= b.made_at) && kept.iter().all(|kept| kept.run_id != Some(run.id)));
        t.execute("delete from operation_runs").await;
        assert!(latest().await.iter().all(|kept| kept.run_id.is_none()), "a report outlives its run");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_connection_that_was_removed_is_taken_for_the_next_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (hanging, scope) = running(&world).await;
        save(&world, &scope, &report()).await.unwrap();
        let owner = world.tenant_scope(&world.owner).await;
        let permit = owner.permit::<can::CredentialsRotate>().unwrap();
        t.store.connections().delete(&permit).await.unwrap();
        t.store.connections().create(&permit, &connection()).await.unwrap();
        let revision = t.store.connections().show(&owner).await.unwrap().0.unwrap().revision;
        let latest = t.store.connection_checks().latest(&owner, 1).await.unwrap();
        assert_ne!(latest[0].revision, revision, "its report is not one of this connection");
        let next = accepted(verify(&world, &world.owner, false).await);
        assert_ne!(next.id, hanging.id, "nor is a check that is still under way");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_the_same_after_the_connection_was_changed_and_not_with_another_wish() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let permit = world.tenant_scope(&world.owner).await.permit::<can::ProvidersRun>().unwrap();
        for again in [false, true] {
            let click = StartBy::from(Trigger::Manual).with_key(Some(StartKey::generate()));
            let first = accepted(t.store.runs().verify(&permit, again, click.clone()).await.unwrap());
            t.store.connections().save(&t.operator, world.tenant, &connection()).await.unwrap();
            match t.store.runs().verify(&permit, again, click.clone()).await.unwrap() {
                Started::Deduplicated(run) => assert_eq!(run.id, first.id),
                other => panic!("{other:?}"),
            }
            let other = t.store.runs().verify(&permit, !again, click).await;
            assert!(matches!(other, Err(StoreError::KeyMismatch)), "{other:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_a_check_checks_the_connection_as_it_is_now() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (old, scope) = running(&world).await;
        t.store.queue().finish(&scope, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        t.store.connections().save(&t.operator, world.tenant, &connection()).await.unwrap();
        let (now, scope) = running(&world).await;
        let sight = t.store.access().run(&world.sign_in(&world.owner).await, old.id).await.unwrap();
        let retry = async || t.store.runs().retry(&sight, Again::Whole, None).await.unwrap();
        match retry().await {
            Started::Deduplicated(run) => assert_eq!(run.id, now.id, "not a second one beside it"),
            other => panic!("{other:?}"),
        }
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let repeated = accepted(retry().await);
        assert_eq!((repeated.retry_of_run_id, &repeated.context), (Some(old.id), &now.context));
    })
    .await;
}
