//! Rescue: what a lost worker held, what runs too long, and what nobody picked up.

use std::time::Duration;

use model::failure::Code;
use model::operations::Operation;
use model::run::{NewEvent, Outcome, Run, Started, Status};
use store::Backend;
use store::runs::{LEASE, Rescued, WorkerId};
use testkit::stores::{TestStore, on, on_both};
use testkit::world::World;

use crate::runs_claim::queue_many;

const SECOND: Duration = Duration::from_secs(1);
const NOTHING: Rescued = Rescued { requeued: 0, lost: 0, overdue: 0, stale: 0, errors: 0 };

fn start_deadline() -> Duration {
    Operation::InventorySync.entry().start_deadline.expect("it has one")
}

fn ended(run: &Run, why: Code) {
    assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Failed));
    assert_eq!(run.reason_code.as_deref(), Some(why.code()));
    assert!(run.completed_at.is_some() && run.lease_owner.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_run_whose_worker_beats_is_never_rescued_before_its_deadline() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let worker = WorkerId::new("w");
        let claim = world.claim(&worker).await;
        let held = [(claim.run.id, claim.token())];
        let limit = Operation::InventorySync.entry().execution_deadline;
        let step = Duration::from_secs(600);
        for passed in 1..=u32::try_from(limit.as_secs() / 600).unwrap() {
            // A lease of ten minutes, so that the test is short; the rule is the same.
            let lease = step + SECOND;
            assert!(t.store.queue().heartbeat(&worker, &held, lease).await.unwrap()[0].held);
            t.clock.advance(step);
            assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING, "after {passed} steps");
        }
        assert_eq!(world.run(claim.run.id).await.status, Status::Running);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_lease_that_ends_now_is_not_over_yet() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        t.clock.advance(LEASE);
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING);
        t.clock.advance(Duration::from_micros(1));
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { requeued: 1, ..NOTHING });
        let run = world.run(scope.run_id()).await;
        assert_eq!((run.status, run.outcome, run.lease_owner), (Status::Queued, Outcome::Pending, None));
        let events = t.texts("select level || ' ' || code from operation_run_events order by id desc limit 1").await;
        assert_eq!(events, ["warning lease_lost"]);
    })
    .await;
}

/// PostgreSQL only: on SQLite the sweep's look and its change cannot be interleaved with a heartbeat in a controlled way.
#[tokio::test(flavor = "multi_thread")]
async fn r2_a_heartbeat_between_the_sweeps_look_and_its_change_keeps_the_run() {
    let test = async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        t.clock.advance(LEASE + SECOND);
        // A heartbeat that arrived late but before the sweep: its transaction holds the row while the sweep looks.
        let mut late = sqlx::PgPool::connect(&t.url).await.unwrap().begin().await.unwrap();
        let renew =
            "set local app.system = 'on'; update operation_runs set lease_expires_at = lease_expires_at + interval '1 hour'";
        sqlx::raw_sql(renew).execute(&mut *late).await.unwrap();
        let sweep = tokio::spawn({
            let store = t.store.clone();
            async move { store.queue().rescue().await }
        });
        let waiting = "select count(*) from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.datname = current_database()";
        while t.number(waiting).await == 0 {
            assert!(!sweep.is_finished(), "the sweep did not meet the row");
        }
        late.commit().await.unwrap();
        assert_eq!(sweep.await.unwrap().unwrap(), NOTHING);
        assert_eq!(world.run(scope.run_id()).await.status, Status::Running);
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_a_hung_attempt_is_ended_at_its_deadline_although_its_worker_beats() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let worker = WorkerId::new("w");
        let claim = world.claim(&worker).await;
        let held = [(claim.run.id, claim.token())];
        let limit = Operation::InventorySync.entry().execution_deadline;
        let long = limit * 2;
        t.clock.advance(limit + SECOND);
        assert!(t.store.queue().heartbeat(&worker, &held, long).await.unwrap()[0].overdue, "asked to stop first");
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING, "it has a moment to end by itself");
        t.clock.advance(Duration::from_secs(30));
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { overdue: 1, ..NOTHING });
        ended(&world.run(claim.run.id).await, Code::RunDeadlineExceeded);
        assert!(!t.store.queue().heartbeat(&worker, &held, long).await.unwrap()[0].held);
        assert!(matches!(world.start_sync(&world.owner, &["scope_tag"]).await, Started::Accepted(_)), "the key is free");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_a_run_that_kills_its_worker_ends_after_its_attempts() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        for attempt in 1..=run.max_attempts {
            assert_eq!(world.claim(&WorkerId::new("w")).await.run.attempt, attempt);
            t.clock.advance(LEASE + SECOND);
            let expected =
                if attempt < run.max_attempts { Rescued { requeued: 1, ..NOTHING } } else { Rescued { lost: 1, ..NOTHING } };
            assert_eq!(t.store.queue().rescue().await.unwrap(), expected, "attempt {attempt}");
        }
        ended(&world.run(run.id).await, Code::WorkerLost);
        let notices = t.store.notices().newest(&world.sign_in(&world.owner).await, 9).await.unwrap();
        assert_eq!(notices.iter().map(|n| n.outcome).collect::<Vec<_>>(), [Outcome::Failed]);
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_one_bad_row_does_not_block_the_others() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 3).await;
        t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 3, LEASE).await.unwrap();
        let bad = t.literal(ids[1].uuid());
        let refuse = if t.url.starts_with("sqlite") {
            format!(
                "create trigger bad before update on operation_runs when old.id = {bad} begin select raise(abort, 'bad'); end"
            )
        } else {
            format!(
                "create function bad() returns trigger language plpgsql as $$ begin raise exception 'bad'; end $$;
                 create trigger bad before update on operation_runs for each row when (old.id = {bad}) execute function bad()"
            )
        };
        t.execute(&refuse).await;
        t.clock.advance(LEASE + SECOND);
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { requeued: 2, errors: 1, ..NOTHING });
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { errors: 1, ..NOTHING }, "tried again with each sweep");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_several_sweepers_change_each_run_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.without_limits().await;
        queue_many(&world, 24).await;
        t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 16, LEASE).await.unwrap();
        t.clock.advance(start_deadline() + SECOND);
        let stores = [t.store.clone(), t.another().await, t.another().await];
        let mut sweeps = tokio::task::JoinSet::new();
        for i in 0..6 {
            let store = stores[i % 3].clone();
            sweeps.spawn(async move { store.queue().rescue().await.expect("sweeps") });
        }
        let sum = sweeps.join_all().await.into_iter().fold(NOTHING, |sum, one| Rescued {
            requeued: sum.requeued + one.requeued,
            lost: sum.lost + one.lost,
            overdue: sum.overdue + one.overdue,
            stale: sum.stale + one.stale,
            errors: sum.errors + one.errors,
        });
        assert_eq!(sum, Rescued { requeued: 16, stale: 8, ..NOTHING });
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'lease_lost'").await, 16);
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'completed'").await, 8);
        for store in &stores[1..] {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_run_that_nobody_picks_up_in_time_ends_and_frees_its_key() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        t.clock.advance(start_deadline());
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING);
        t.clock.advance(SECOND);
        assert!(world.run(run.id).await.likely_stale(t.store.now().await.unwrap()));
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { stale: 1, ..NOTHING });
        ended(&world.run(run.id).await, Code::RunStaleQueued);
        assert!(matches!(world.start_sync(&world.owner, &["scope_tag"]).await, Started::Accepted(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_without_a_deadline_a_run_waits_for_ever() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("update operation_runs set start_deadline = null").await;
        t.clock.advance(Duration::from_secs(10 * 365 * 24 * 3600));
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_the_deadline_of_a_run_that_was_given_back_begins_anew_when_it_may_be_claimed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        // It worked for longer than a run may wait; then its worker was shut down (an attempt that does not count).
        t.clock.advance(start_deadline() * 3);
        let event = || NewEvent::info("handed_back", "…");
        t.store.queue().hand_back(&scope, Duration::ZERO, false, event()).await.unwrap();
        t.clock.advance(SECOND);
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING, "it has only just begun to wait");
        let wait = start_deadline() * 2;
        let scope = world.admit(&world.claim(&WorkerId::new("w")).await).await;
        t.store.queue().hand_back(&scope, wait, true, event()).await.unwrap();
        t.clock.advance(wait + start_deadline());
        assert_eq!(t.store.queue().rescue().await.unwrap(), NOTHING, "while it may not be claimed it does not age");
        t.clock.advance(SECOND);
        assert_eq!(t.store.queue().rescue().await.unwrap(), Rescued { stale: 1, ..NOTHING }, "attempted or not");
        ended(&world.run(scope.run_id()).await, Code::RunStaleQueued);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_at_the_start_of_the_only_process_all_leases_are_released_at_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 3).await;
        let worker = WorkerId::new("w");
        let claims = t.store.queue().claim(&worker, Operation::ALL, 2, LEASE).await.unwrap();
        t.execute(&format!("update operation_runs set attempt = max_attempts where id = {}", t.literal(ids[1].uuid()))).await;
        assert_eq!(t.store.queue().release_all().await.unwrap(), 2);
        assert_eq!(world.run(ids[0]).await.status, Status::Queued);
        ended(&world.run(ids[1]).await, Code::WorkerLost);
        let untouched = world.run(ids[2]).await;
        assert_eq!((untouched.status, untouched.attempt), (Status::Queued, 0));
        let held: Vec<_> = claims.iter().map(|claim| (claim.run.id, claim.token())).collect();
        assert!(t.store.queue().heartbeat(&worker, &held, LEASE).await.unwrap().iter().all(|beat| !beat.held), "l7");
        assert_eq!(t.store.queue().release_all().await.unwrap(), 0);
    })
    .await;
}
