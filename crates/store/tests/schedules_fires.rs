//! The dispatcher of schedules, and its ledger.

use std::time::Duration;

use model::operations::Operation;
use model::operations::probe::{Arguments, Probe};
use model::run::Trigger;
use model::schedule::{CatchUp, NewSchedule, Omission};
use model::time::Moment;
use store::StoreError;
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;

use crate::schedules::{HOUR, every, ledger, on_the_hour, runs, scope};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_fired_once_and_linked_to_its_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let made = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap();
        let now = t.store.now().await.unwrap();
        assert_eq!((made.enabled, made.next_fire_at, made.last_fired_at), (true, Some(now.plus(HOUR)), None));
        assert!(!t.store.queue().any_due().await.unwrap());
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default());
        t.clock.advance(HOUR);
        assert!(t.store.queue().any_due().await.unwrap());
        let done = t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((done.schedules, done.runs, done.omitted), (1, 1, 0));
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default(), "t1: once");
        let fires = ledger(&t, &scope, made.id).await;
        assert_eq!(fires.len(), 1);
        assert_eq!((fires[0].scheduled_for, fires[0].omitted), (now.plus(HOUR), None));
        let run = world.run(fires[0].run.expect("a run")).await;
        assert_eq!((run.schedule_id, run.trigger, run.user_id), (Some(made.id.uuid()), Trigger::Schedule, None));
        let after = t.store.schedules().find(&scope, made.id).await.unwrap();
        assert_eq!((after.last_fired_at, after.next_fire_at), (Some(now.plus(HOUR)), Some(now.plus(2 * HOUR))));
        assert_eq!(t.store.schedules().list(&scope).await.unwrap(), [after]);
        assert_eq!(t.store.runs().latest_of_schedules(&scope).await.unwrap(), std::slice::from_ref(&run));
        let of_tenant = t.store.runs().of_tenant(&scope, &[run.id, model::ids::RunId::generate()]).await.unwrap();
        assert_eq!(of_tenant, [run]);
        let other = t.store.access().tenant(&world.sign_in(&world.owner).await, world.other_tenant).await.unwrap();
        assert_eq!(t.store.runs().of_tenant(&other, &[fires[0].run.unwrap()]).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_any_number_of_dispatchers_make_one_run_for_each_fire() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, permit) = scope(&world).await;
        for n in 0..40 {
            let mut new = every("*/5 * * * *");
            new.arguments = serde_json::to_value(Arguments::named(format!("n{n}"))).unwrap();
            t.store.schedules().create(&permit, &new).await.unwrap();
        }
        // Due for an hour: twelve times each, of which eleven are made up for or left out.
        let past = t.store.now().await.unwrap().minus(HOUR);
        backdate(&t, past).await;
        let all = (0..16).map(|_| {
            let store = t.store.clone();
            tokio::spawn(async move {
                let mut runs = 0;
                loop {
                    let done = store.queue().fire_due(7).await.unwrap();
                    if done.schedules == 0 {
                        return runs;
                    }
                    runs += done.runs;
                }
            })
        });
        let mut made = 0;
        for task in all.collect::<Vec<_>>() {
            made += task.await.unwrap();
        }
        assert_eq!(made, 40, "the latest of each");
        assert_eq!(runs(&t).await, 40);
        assert_eq!(t.number("select count(*) from schedule_fires where run_id is not null").await, 40);
        assert_eq!(t.number("select count(*) from schedules where next_fire_at is null").await, 0);
    })
    .await;
}

/// As if nobody had been there since then.
async fn backdate(t: &TestStore, to: Moment) {
    let text = format!("'{}'", to.to_fixed_text());
    t.execute(&format!("update schedules set holds_from = {text}, next_fire_at = {text}, last_fired_at = null")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_what_was_missed_is_made_up_for_as_the_schedule_says_and_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let mut ids = Vec::new();
        for (catch_up, bound) in [(CatchUp::Skip, 1), (CatchUp::Latest, 1), (CatchUp::All, 9), (CatchUp::All, 2)] {
            let new = NewSchedule { catch_up, bound, ..every("0 * * * *") };
            ids.push(t.store.schedules().create(&permit, &new).await.unwrap().id);
        }
        t.clock.advance(5 * HOUR + Duration::from_secs(1800));
        t.store.queue().fire_due(9).await.unwrap();
        let mut told = Vec::new();
        for id in ids {
            let fires = ledger(&t, &scope, id).await;
            let started = fires.iter().filter(|fire| fire.run.is_some()).count();
            let left: u64 =
                fires.iter().filter(|fire| fire.omitted == Some(Omission::Missed)).map(|fire| fire.omitted_count).sum();
            told.push((started, left));
        }
        assert_eq!(told, [(0, 5), (1, 4), (5, 0), (2, 3)]);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default(), "decided once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i5_a_fire_that_meets_its_forerunner_is_left_out_and_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let new = NewSchedule { operation: Operation::Probe(Probe::Plain), ..every("0 * * * *") };
        let id = t.store.schedules().create(&permit, &new).await.unwrap().id;
        for _ in 0..2 {
            t.clock.advance(HOUR);
            t.store.queue().fire_due(9).await.unwrap();
        }
        let fires = ledger(&t, &scope, id).await;
        assert_eq!(
            fires.iter().map(|fire| (fire.run.is_some(), fire.omitted)).collect::<Vec<_>>(),
            [(true, None), (false, Some(Omission::PreviousActive))]
        );
        assert_eq!(runs(&t).await, 1);
        let scope = world.take_probe().await;
        world.succeed(&scope).await;
        t.clock.advance(HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1, "the next one is on its own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i5_the_ledger_outlives_the_runs_and_fires_nothing_twice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let id = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap().id;
        t.clock.advance(HOUR);
        t.store.queue().fire_due(9).await.unwrap();
        t.execute("delete from operation_runs").await;
        let fires = ledger(&t, &scope, id).await;
        assert_eq!((fires.len(), fires[0].run), (1, None), "v4: the run is no longer recorded");
        // As if the schedule had never moved on: the ledger alone holds.
        backdate(&t, fires[0].scheduled_for.minus(Duration::from_secs(1))).await;
        let again = t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((again.runs, again.omitted), (0, 1));
        assert_eq!(runs(&t).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t6_a_zone_that_changes_its_rules_fires_one_time_on_the_wall_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let id = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap().id;
        t.clock.advance(HOUR);
        t.store.queue().fire_due(9).await.unwrap();
        // The rules said that this wall-clock time was an hour earlier; now it is due again, at another instant.
        t.execute(&format!(
            "update schedule_fires set scheduled_for = '{}'",
            t.store.now().await.unwrap().minus(HOUR).to_fixed_text()
        ))
        .await;
        backdate(&t, t.store.now().await.unwrap().minus(Duration::from_secs(1))).await;
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 0);
        assert_eq!((runs(&t).await, ledger(&t, &scope, id).await.len()), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a_schedule_that_cannot_be_read_holds_up_no_other() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let good = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap();
        let bad = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap();
        let broken = format!("update schedules set time_zone = 'Europe/Atlantis' where id = {}", t.literal(bad.id.uuid()));
        t.execute(&broken).await;
        t.clock.advance(HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
        let shown = t.store.schedules().find(&scope, bad.id).await.unwrap();
        assert_eq!((shown.enabled, shown.next_fire_at, shown.zone.is_none()), (false, None, true));
        assert!(shown.problem.is_some(), "it says why");
        assert!(t.store.schedules().find(&scope, good.id).await.unwrap().enabled);
        let unreadable = t.store.schedules().switch(&permit, bad.id, true).await;
        assert!(matches!(unreadable, Err(StoreError::Conflict(_))));
        let mended = t.store.schedules().edit(&permit, bad.id, shown.revision, &every("0 * * * *")).await.unwrap();
        assert_eq!(mended.problem, None);
        assert!(t.store.schedules().switch(&permit, bad.id, true).await.unwrap().next_fire_at.is_some());
    })
    .await;
}
