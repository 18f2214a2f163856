//! Cancelling.

use model::failure::{Code, Failure};
use model::ids::RunId;
use model::operations::Operation;
use model::run::{Counts, NewEvent, Outcome, Run, Started, Status};
use store::StoreError;
use store::runs::{LEASE, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn cancel(world: &World, id: RunId) -> Result<Run, StoreError> {
    let who = world.sign_in(&world.operator_member).await;
    let sight = world.store.access().run(&who, id).await.expect("may look");
    world.store.runs().cancel(&sight).await
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_a_queued_run_is_cancelled_at_once_and_never_claimed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        let cancelled = cancel(&world, run.id).await.unwrap();
        assert_eq!((cancelled.status, cancelled.outcome), (Status::Completed, Outcome::Cancelled));
        assert_eq!(cancelled.reason_code.as_deref(), Some("run.cancelled"));
        assert_eq!((cancelled.completed_at, cancelled.started_at), (Some(t.store.now().await.unwrap()), None));
        let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 9, LEASE).await.unwrap();
        assert_eq!(claims, []);
        assert!(matches!(world.start_sync(&world.owner, &["scope_tag"]).await, Started::Accepted(_)), "the key is free");
        assert!(matches!(cancel(&world, run.id).await, Err(StoreError::Conflict(_))), "it is over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_a_claim_that_races_with_a_cancel_never_gets_a_cancelled_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let worker = WorkerId::new("w");
        for _ in 0..8 {
            let run = world.queued(&["scope_tag"]).await;
            let queue = t.store.queue();
            let (claims, cancelled) = tokio::join!(queue.claim(&worker, Operation::ALL, 1, LEASE), cancel(&world, run.id));
            let (claims, cancelled) = (claims.unwrap(), cancelled.unwrap());
            match cancelled.status {
                Status::Completed => assert_eq!(claims, []),
                Status::Running => {
                    let scope = world.admit(&claims[0]).await;
                    let failure = Failure::new(Code::RunCancelled);
                    queue.finish(&scope, Outcome::Cancelled, Some(&failure), &Counts::default(), &[]).await.unwrap();
                }
                other => panic!("{other}"),
            }
            assert_eq!(world.run(run.id).await.outcome, Outcome::Cancelled);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_a_running_run_is_asked_to_stop_and_the_first_request_stands() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let asked_at = t.store.now().await.unwrap();
        let asked = cancel(&world, scope.run_id()).await.unwrap();
        assert_eq!((asked.status, asked.outcome, asked.cancel_requested_at), (Status::Running, Outcome::Pending, Some(asked_at)));
        t.clock.advance(std::time::Duration::from_secs(5));
        let again = cancel(&world, scope.run_id()).await.unwrap();
        assert_eq!(again.cancel_requested_at, Some(asked_at));
        let by = format!(
            "select count(*) from operation_runs where cancel_requested_by = {}",
            t.literal(world.operator_member.id.uuid())
        );
        assert_eq!(t.number(&by).await, 1);
        let failure = Failure::new(Code::RunCancelled);
        let run = t.store.queue().finish(&scope, Outcome::Cancelled, Some(&failure), &Counts::default(), &[]).await.unwrap();
        assert_eq!(run.outcome, Outcome::Cancelled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_a_finish_that_races_with_a_cancel_has_exactly_one_end() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for _ in 0..8 {
            let scope = world.attempt(&["scope_tag"]).await;
            let counts = Counts::default();
            let queue = t.store.queue();
            let (finished, cancelled) =
                tokio::join!(queue.finish(&scope, Outcome::Succeeded, None, &counts, &[]), cancel(&world, scope.run_id()));
            finished.expect("the attempt holds the lease, so its end counts");
            match cancelled {
                Ok(run) => assert_eq!(run.status, Status::Running, "asked before the end"),
                Err(StoreError::Conflict(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
            assert_eq!(world.run(scope.run_id()).await.outcome, Outcome::Succeeded);
        }
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'completed'").await, 8);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_a_run_that_was_asked_to_stop_and_lost_its_worker_ends_as_cancelled() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let lost = world.attempt(&["scope_tag"]).await;
        cancel(&world, lost.run_id()).await.unwrap();
        t.clock.advance(LEASE * 2);
        t.store.queue().rescue().await.unwrap();
        let run = world.run(lost.run_id()).await;
        assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Cancelled), "nobody has to pick it up for that");
        let given_back = world.attempt(&["scope_tag"]).await;
        cancel(&world, given_back.run_id()).await.unwrap();
        let event = NewEvent::info("handed_back", "…");
        let run = t.store.queue().hand_back(&given_back, Default::default(), false, event).await.unwrap();
        assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Cancelled));
        assert_eq!(world.run(run.id).await, run);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_is_audited_and_told_in_the_timeline() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        cancel(&world, scope.run_id()).await.unwrap();
        let events = t.texts("select message from operation_run_events where code = 'cancel_requested'").await;
        assert_eq!(events, ["operator asked to cancel; stopping at a safe point."]);
        let entry = format!(
            "select count(*) from audit_entries where action = 'run.cancel' and run_id = {} and actor_id = {}",
            t.literal(scope.run_id().uuid()),
            t.literal(world.operator_member.id.uuid())
        );
        assert_eq!(t.number(&entry).await, 1);
        let types = "select details ->> 'type' from audit_entries where action in ('run.start', 'run.cancel')";
        let types = t.texts(types).await;
        assert!(!types.is_empty() && types.iter().all(|code| code == "inventory_sync"), "{types:?}");
    })
    .await;
}
