//! Fencing: a write of an attempt that lost its lease touches nothing; an ended run never changes again.

use std::time::Duration;

use model::failure::{Code, Failure, FailureLine};
use model::run::{CountKey, Counts, NewEvent, Outcome, Run, Status};
use store::StoreError;
use store::access::RunScope;
use store::runs::{End, LEASE, Progress, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{list_of, seen, unread};

/// An attempt that lost its lease, and the one that holds it now.
async fn lost_and_current(t: &TestStore, world: &World) -> (RunScope, RunScope) {
    let lost = world.attempt(&["scope_tag"]).await;
    t.clock.advance(LEASE + Duration::from_secs(1));
    assert_eq!(t.store.queue().rescue().await.unwrap().requeued, 1);
    let current = world.admit(&world.claim(&WorkerId::new("next")).await).await;
    assert_eq!(current.run_id(), lost.run_id());
    (lost, current)
}

/// How many rows there are of all that an attempt may write.
async fn rows(t: &TestStore) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in ["operation_run_events", "inventory_items", "inventory_coverage", "blobs", "audit_entries", "notices"] {
        rows.push(t.number(&format!("select count(*) from {table}")).await);
    }
    rows
}

/// Tries each write that an attempt can make; all must say that the lease is lost.
async fn every_write_is_refused(t: &TestStore, scope: &RunScope) {
    let (queue, inventory) = (t.store.queue(), t.store.inventory());
    let from = t.store.now().await.unwrap();
    let progress =
        Progress { phase: Some("zombie".to_owned()), events: vec![NewEvent::info("phase", "z")], ..Progress::default() };
    let counts = Counts::default();
    let results: [(&str, Result<(), StoreError>); 8] = [
        ("report", queue.report(scope, progress).await.map(drop)),
        ("finish", queue.finish(scope, Outcome::Succeeded, None, &counts, &[]).await.map(drop)),
        ("hand_back", queue.hand_back(scope, Duration::ZERO, true, NewEvent::info("handed_back", "z")).await.map(drop)),
        ("observe", inventory.observe(scope, vec![seen("scope_tag", "zombie", "Zombie", 1)]).await.map(drop)),
        ("types_complete", inventory.types_complete(scope, &[list_of("scope_tag", from, 1)]).await.map(drop)),
        ("types_unread", inventory.types_unread(scope, &[unread("scope_tag", Code::GraphForbidden)]).await),
        ("run_was_clean", inventory.run_was_clean(scope).await),
        ("still_there", inventory.still_there(scope, "scope_tag", &["kept".to_owned()]).await),
    ];
    for (name, result) in results {
        assert!(matches!(result, Err(StoreError::LeaseLost)), "{name}: {result:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l3_every_write_of_an_attempt_that_lost_its_lease_is_refused_and_changes_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (lost, current) = lost_and_current(&t, &world).await;
        t.store.inventory().observe(&current, vec![seen("scope_tag", "kept", "Kept", 1)]).await.unwrap();
        t.clock.advance(Duration::from_secs(1));
        let (run, before): (Run, _) = (world.run(current.run_id()).await, rows(&t).await);
        let item = "select cast(last_seen_at as text) || name from inventory_items";
        let seen_before = t.texts(item).await;
        let mut hints = t.store.changes().subscribe();
        every_write_is_refused(&t, &lost).await;
        assert_eq!(rows(&t).await[..5], before[..5]);
        assert_eq!(world.run(current.run_id()).await, run, "the row is as it was");
        assert_eq!(t.texts(item).await, seen_before);
        assert!(hints.try_recv().is_err(), "nobody was told of anything");
        let done = t.store.queue().finish(&current, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(done.outcome, Outcome::Succeeded, "the attempt that holds the lease goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l3_an_attempt_whose_run_waits_in_the_queue_is_refused_too() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        t.clock.advance(LEASE + Duration::from_secs(1));
        t.store.queue().rescue().await.unwrap();
        every_write_is_refused(&t, &scope).await;
        assert_eq!(world.run(scope.run_id()).await.status, Status::Queued);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l4_an_ended_run_never_changes_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let failure = Failure::new(Code::GraphForbidden);
        let lines = [FailureLine::of(&failure, Some("scope_tag"))];
        let mut counts = Counts::default();
        for (key, value) in [(CountKey::Total, 2), (CountKey::Processed, 2), (CountKey::Succeeded, 1), (CountKey::Failed, 1)] {
            counts.set(key, value);
        }
        t.clock.advance(Duration::from_secs(3));
        let now = t.store.now().await.unwrap();
        let queue = t.store.queue();
        let run = queue.finish(&scope, Outcome::PartiallySucceeded, Some(&failure), &counts, &lines).await.unwrap();
        assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::PartiallySucceeded));
        assert_eq!((run.completed_at, run.lease_owner.as_deref()), (Some(now), None));
        assert_eq!((run.reason_code.as_deref(), &run.counts, &run.failures[..]), (Some("graph.forbidden"), &counts, &lines[..]));
        t.clock.advance(Duration::from_secs(24 * 3600));
        every_write_is_refused(&t, &scope).await;
        let sight = t.store.access().run(&world.sign_in(&world.owner).await, run.id).await.unwrap();
        let cancelled = t.store.runs().cancel(&sight).await;
        assert!(matches!(cancelled, Err(StoreError::Conflict(_))), "{cancelled:?}");
        assert_eq!(queue.rescue().await.unwrap(), Default::default());
        assert_eq!(queue.release_all().await.unwrap(), 0);
        assert_eq!(queue.claim(&WorkerId::new("w"), model::operations::Operation::ALL, 9, LEASE).await.unwrap(), []);
        assert_eq!(world.run(run.id).await, run);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l4_of_two_ends_at_once_exactly_one_counts() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for _ in 0..5 {
            let scope = world.attempt(&["scope_tag"]).await;
            let failure = Failure::new(Code::Internal);
            let counts = Counts::default();
            let queue = t.store.queue();
            let (a, b) = tokio::join!(
                queue.finish(&scope, Outcome::Succeeded, None, &counts, &[]),
                queue.finish(&scope, Outcome::Failed, Some(&failure), &counts, &[])
            );
            let expected = match (&a, &b) {
                (Ok(_), Err(StoreError::LeaseLost)) => Outcome::Succeeded,
                (Err(StoreError::LeaseLost), Ok(_)) => Outcome::Failed,
                other => panic!("{other:?}"),
            };
            assert_eq!(world.run(scope.run_id()).await.outcome, expected);
        }
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'completed'").await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_figures_that_contradict_each_other_are_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let queue = t.store.queue();
        for figures in [
            &[(CountKey::Succeeded, 1)][..],
            &[(CountKey::Total, 1), (CountKey::Processed, 2), (CountKey::Succeeded, 2)],
            &[(CountKey::Processed, 1)],
            &[(CountKey::Items, -1)],
        ] {
            let mut counts = Counts::default();
            for (key, value) in figures {
                counts.set(*key, *value);
            }
            let finished = queue.finish(&scope, Outcome::Succeeded, None, &counts, &[]).await;
            assert!(matches!(finished, Err(StoreError::Corrupt(_))), "{figures:?}: {finished:?}");
            let reported = queue.report(&scope, Progress { counts, ..Progress::default() }).await;
            assert!(matches!(reported, Err(StoreError::Corrupt(_))), "{figures:?}: {reported:?}");
        }
        let pending = queue.finish(&scope, Outcome::Pending, None, &Counts::default(), &[]).await;
        assert!(matches!(pending, Err(StoreError::Corrupt(_))), "{pending:?}");
        let run = world.run(scope.run_id()).await;
        assert_eq!((run.status, run.counts), (Status::Running, Counts::default()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_written_while_the_lease_holds() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let mut hints = t.store.changes().subscribe();
        let mut counts = Counts::default();
        for (key, value) in
            [(CountKey::Total, 4), (CountKey::Processed, 1), (CountKey::Succeeded, 1), (CountKey::Items, i64::MAX)]
        {
            counts.set(key, value);
        }
        let progress = Progress {
            counts: counts.clone(),
            failures: vec![FailureLine::of(&Failure::new(Code::GraphTimeout), Some("scope_tag"))],
            phase: Some("Scope tags".to_owned()),
            events: vec![NewEvent::warning("throttled", "Waited 3 s.").with_data(serde_json::json!({"seconds": 3}))],
            cursor: Some("named_location".to_owned()),
        };
        let run = t.store.queue().report(&scope, progress.clone()).await.unwrap();
        assert_eq!((&run.counts, run.phase.as_deref(), &run.failures), (&counts, Some("Scope tags"), &progress.failures));
        assert_eq!(run.percent(), Some(25));
        assert_eq!(world.run(run.id).await, run);
        assert_eq!(hints.try_recv().expect("live pages hear of it").run_id, run.id);
        let back = t.store.queue().hand_back(&scope, Duration::ZERO, true, NewEvent::info("handed_back", "…")).await.unwrap();
        assert_eq!((back.counts, back.phase), (counts, None), "figures stay, the phase is over");
        let again = world.claim(&WorkerId::new("next")).await;
        assert_eq!(again.cursor.as_deref(), Some("named_location"), "the next attempt goes on from there");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l4_attempts_that_end_together_are_each_fenced_by_their_own_token() {
    use model::operations::probe::Probe;
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let queue = t.store.queue();
        let end = |outcome| End { outcome, reason: None, counts: Counts::default(), failures: Vec::new() };
        let mut scopes = Vec::new();
        for name in ["stale", "fine", "failed"] {
            world.probe(Probe::Chain, name).await;
            scopes.push(world.take_probe().await);
        }
        queue.hand_back(&scopes[0], std::time::Duration::ZERO, true, NewEvent::warning("retry", "…")).await.unwrap();
        let ends: Vec<_> =
            scopes.iter().cloned().zip([Outcome::Succeeded, Outcome::Succeeded, Outcome::Failed].map(end)).collect();
        assert_eq!(queue.finish_many(&ends).await.unwrap(), [false, true, true]);
        assert_eq!(queue.finish_many(&ends).await.unwrap(), [false, false, false], "terminal is absorbing");
        assert_eq!(world.run(scopes[0].run_id()).await.status, Status::Queued);
        assert_eq!(world.run(scopes[1].run_id()).await.outcome, Outcome::Succeeded);
        assert_eq!(world.run(scopes[2].run_id()).await.outcome, Outcome::Failed);
        assert_eq!(
            t.number("select count(*) from operation_runs where trigger = 'follow_up'").await,
            1,
            "f1: of the one that succeeded"
        );
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'completed'").await, 2);
        let mut wrong = end(Outcome::Succeeded);
        wrong.counts.set(CountKey::Succeeded, 3);
        assert!(queue.finish_many(&[(scopes[0].clone(), wrong)]).await.is_err());
        assert!(queue.finish_many(&[(scopes[0].clone(), end(Outcome::Pending))]).await.is_err());
        let claims = queue.claim(&WorkerId::new("w"), &World::all_operations(), 9, LEASE).await.unwrap();
        assert_eq!(queue.admit_many(&claims).await.unwrap().len(), claims.len());
    })
    .await;
}
