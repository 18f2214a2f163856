//! The installation in numbers, and what is counted of runs and schedules.

use std::time::Duration;

use model::operations::Operation;
use model::operations::probe::{Arguments, Probe};
use model::run::Worker;
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Zone};
use store::runs::{Transactions, WorkerId};
use store::testing::OpenTransaction;
use testkit::counted::Counted;
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;

const HOUR: Duration = Duration::from_secs(3600);

fn hourly(probe: Probe) -> NewSchedule {
    NewSchedule {
        name: "Hourly".to_owned(),
        operation: Operation::Probe(probe),
        arguments: serde_json::to_value(Arguments::named("n")).unwrap(),
        cadence: Cadence::Cron { text: CronText::parse("0 * * * *").unwrap() },
        zone: Zone::parse("Europe/Berlin").unwrap(),
        catch_up: CatchUp::Latest,
        bound: 1,
    }
}

async fn schedule(world: &World, probe: Probe) {
    let scope = world.tenant_scope(&world.owner).await;
    world.store.schedules().create(&scope.permit().unwrap(), &hourly(probe)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_waits_who_works_and_what_is_overdue() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let figures = async || t.store.queue().figures().await.unwrap();
        let nothing = figures().await;
        assert_eq!((nothing.queue.len(), nothing.workers, nothing.due, nothing.overdue), (0, 0, 0, None));
        assert_eq!(nothing.at, t.store.now().await.unwrap());

        let queue = t.store.queue();
        let [stays, goes, dies] = ["stays", "goes", "dies"].map(WorkerId::new);
        for worker in [&stays, &goes, &dies] {
            queue.register(worker, "host", "1", 1).await.unwrap();
        }
        queue.retire(&goes).await.unwrap();
        assert_eq!(figures().await.workers, 2, "who ended by itself is not counted");
        t.clock.advance(Worker::ALIVE + Duration::from_secs(1));
        queue.register(&stays, "host", "1", 1).await.unwrap();
        assert_eq!(figures().await.workers, 1, "who was not heard of is not counted");

        schedule(&world, Probe::Plain).await;
        world.probe(Probe::Click, "a").await;
        t.clock.advance(2 * HOUR);
        let late = figures().await;
        assert_eq!(late.queue, queue.depth().await.unwrap());
        assert_eq!(late.due, 1);
        assert!(late.overdue.is_some_and(|late| late >= HOUR && late < 2 * HOUR), "{late:?}");
        queue.fire_due(9).await.unwrap();
        let fired = figures().await;
        assert_eq!((fired.due, fired.overdue), (0, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_transaction_is_seen_and_one_with_a_snapshot_apart() {
    on_both_in_real_time(async |t: TestStore| {
        let seen = async || t.store.queue().figures().await.unwrap().transactions;
        let postgres = t.store.backend() == store::Backend::Postgres;
        assert_eq!(seen().await, postgres.then(Transactions::default));
        if !postgres {
            return;
        }
        let idle = OpenTransaction::begin(&t.store, "read committed").await.unwrap();
        let with_idle = seen().await.unwrap();
        assert!(with_idle.oldest.is_some() && with_idle.oldest_with_snapshot.is_none(), "{with_idle:?}");
        let holding = OpenTransaction::begin(&t.store, "repeatable read").await.unwrap();
        let both = seen().await.unwrap();
        assert!(both.oldest > both.oldest_with_snapshot && both.oldest_with_snapshot > Some(Duration::ZERO), "{both:?}");
        holding.end().await.unwrap();
        idle.end().await.unwrap();
        assert_eq!(seen().await, Some(Transactions::default()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ends_is_counted_once_with_its_duration() {
    on_both(async |t: TestStore| {
        let counted = Counted::here();
        let world = World::of(&t).await;
        let code = Operation::Probe(Probe::Plain).code();
        let of =
            |name: &str, outcome: &str| counted.value(&format!("tenantatlas_{name}{{type=\"{code}\",outcome=\"{outcome}\"}}"));
        world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        t.clock.advance(Duration::from_secs(90));
        world.succeed(&scope).await;
        assert_eq!(of("runs_completed_total", "succeeded"), 1.0);
        assert_eq!(of("run_duration_seconds_sum", "succeeded"), 90.0);
        let twice = t.store.queue().finish_many(&[(scope, ended())]).await.unwrap();
        assert_eq!((twice, of("runs_completed_total", "succeeded")), (vec![false], 1.0), "a refused end is none");

        // One that never began ends without a duration.
        let queued = world.probe(Probe::Plain, "b").await;
        let sight = t.store.access().run(&world.sign_in(&world.owner).await, queued.id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        assert_eq!(of("runs_completed_total", "cancelled"), 1.0);
        assert_eq!(of("run_duration_seconds_count", "cancelled"), 0.0);
    })
    .await;
}

fn ended() -> store::runs::End {
    let (counts, outcome) = (model::run::Counts::default(), model::run::Outcome::Succeeded);
    store::runs::End { outcome, reason: None, counts, failures: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn fires_are_counted_with_their_lateness_and_so_is_what_was_left_out() {
    on_both(async |t: TestStore| {
        let counted = Counted::here();
        let world = World::of(&t).await;
        let code = Operation::Probe(Probe::Plain).code();
        let of = |name: &str| counted.value(&format!("tenantatlas_schedule_{name}{{type=\"{code}\"}}"));
        let omitted = |reason: &str| counted.value(&format!("tenantatlas_schedule_omissions_total{{reason=\"{reason}\"}}"));
        let now = t.store.now().await.unwrap();
        let into = Duration::from_micros(u64::try_from(now.micros().rem_euclid(3_600_000_000)).unwrap());
        t.clock.advance(HOUR - into);
        schedule(&world, Probe::Plain).await;
        // Four fires were missed but for the latest, which is twenty minutes late.
        t.clock.advance(4 * HOUR + Duration::from_secs(1200));
        t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((of("fires_total"), of("lateness_seconds_sum")), (1.0, 1200.0));
        assert_eq!((omitted("missed"), omitted("previous_active")), (3.0, 0.0));
        t.clock.advance(HOUR - Duration::from_secs(1200));
        t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((of("fires_total"), omitted("missed"), omitted("previous_active")), (1.0, 3.0, 1.0));
        assert_eq!(claim(&t.store, 9).await.len(), 1);
    })
    .await;
}
