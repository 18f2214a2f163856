//! Schedules and their dispatcher.

use std::time::Duration;

use model::access::can;
use model::failure::Code;
use model::ids::ScheduleId;
use model::operations::probe::{Arguments, Probe};
use model::operations::{Operation, inventory_sync};
use model::run::{Outcome, StartBy, StartKey, Started, Status, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, Fire, NewSchedule, Omission, Schedule, Zone};
use model::time::Moment;
use store::StoreError;
use store::access::{Confirmed, NotItsName, Permit, TenantScope};
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;

const HOUR: Duration = Duration::from_secs(3600);

fn every(text: &str) -> NewSchedule {
    NewSchedule {
        name: "Hourly".to_owned(),
        operation: Operation::Probe(Probe::Click),
        arguments: serde_json::to_value(Arguments::named("n")).unwrap(),
        cadence: Cadence::Cron { text: CronText::parse(text).unwrap() },
        zone: Zone::parse("Europe/Berlin").unwrap(),
        catch_up: CatchUp::Latest,
        bound: 1,
    }
}

async fn scope(world: &World) -> (TenantScope, Permit<can::BackupSchedulesManage>) {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit().unwrap();
    (scope, permit)
}

async fn ledger(t: &TestStore, scope: &TenantScope, id: ScheduleId) -> Vec<Fire> {
    let mut fires = t.store.schedules().fires(scope, id, None, 500).await.unwrap().rows;
    fires.reverse();
    fires
}

/// Stands at the beginning of an hour, so that the next one is an hour away.
async fn on_the_hour(t: &TestStore) {
    let now = t.store.now().await.unwrap();
    let into = u64::try_from(now.micros().rem_euclid(3_600_000_000)).unwrap();
    t.clock.advance(HOUR - Duration::from_micros(into));
}

async fn runs(t: &TestStore) -> i64 {
    t.number("select count(*) from operation_runs").await
}

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
async fn t7_no_edit_and_no_switch_replays_the_past() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let schedules = t.store.schedules();
        let made = schedules.create(&permit, &every("0 * * * *")).await.unwrap();
        let off = schedules.switch(&permit, made.id, false).await.unwrap();
        assert_eq!((off.enabled, off.next_fire_at), (false, None));
        t.clock.advance(3 * HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default(), "off");
        let on = schedules.switch(&permit, made.id, true).await.unwrap();
        assert_eq!(on.next_fire_at, Some(t.store.now().await.unwrap().plus(HOUR)));
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default(), "what it missed while off is past");
        let edited = schedules.edit(&permit, made.id, on.revision, &every("*/15 * * * *")).await.unwrap();
        assert_eq!(edited.revision, on.revision + 1);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap(), store::Dispatched::default(), "edited");
        t.clock.advance(HOUR / 4);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
        let stale = schedules.edit(&permit, made.id, on.revision, &every("0 * * * *")).await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "somebody else edited it meanwhile");
        // Put away, removed and made again: nothing of the past either.
        schedules.archive(&permit, made.id, true).await.unwrap();
        let switched = schedules.switch(&permit, made.id, true).await;
        assert!(matches!(switched, Err(StoreError::Conflict(_))), "{switched:?}");
        let back = schedules.archive(&permit, made.id, false).await.unwrap();
        assert_eq!((back.archived_at, back.enabled, back.next_fire_at), (None, false, None));
        schedules.archive(&permit, made.id, true).await.unwrap();
        let confirmed = Confirmed::typed(scope.permit::<can::BackupSchedulesManage>().unwrap(), &made, " Hourly ").unwrap();
        let early = schedules.purge(&confirmed, Trigger::Manual).await;
        assert!(matches!(early, Err(StoreError::Conflict(_))), "its run is not over");
        for claim in claim(&t.store, 9).await {
            let scope = match t.store.queue().admit(&claim).await.unwrap() {
                store::runs::Admission::Refused(scope, failure) => {
                    assert_eq!(failure.code(), Code::ScheduleArchived, "what it queued is blocked");
                    scope
                }
                store::runs::Admission::Admitted(_) => panic!("the schedule is put away"),
            };
            t.store.queue().finish(&scope, Outcome::Blocked, None, &model::run::Counts::default(), &[]).await.unwrap();
        }
        let purging = schedules.purge(&confirmed, Trigger::Manual).await.unwrap();
        assert!(matches!(purging, Started::Accepted(_)) && schedules.find(&scope, made.id).await.is_ok(), "a run removes it");
        let again = schedules.purge(&confirmed, Trigger::Manual).await.unwrap();
        assert_eq!(again, Started::Deduplicated(purging.run().clone()));
        let run = world.admit(&world.claim(&store::runs::WorkerId::new("w")).await).await;
        // Taken out again meanwhile: it is not removed.
        schedules.archive(&permit, made.id, false).await.unwrap();
        assert!(matches!(schedules.purge_now(&run, made.id).await, Err(StoreError::Conflict(_))));
        schedules.archive(&permit, made.id, true).await.unwrap();
        schedules.purge_now(&run, made.id).await.unwrap();
        schedules.purge_now(&run, made.id).await.unwrap();
        assert!(matches!(schedules.find(&scope, made.id).await, Err(StoreError::NotVisible)));
        assert_eq!(schedules.list(&scope).await.unwrap(), []);
        assert!(matches!(schedules.archive(&permit, made.id, false).await, Err(StoreError::NotVisible)));
        assert!(t.number("select count(*) from schedule_fires").await > 0, "what was due stays on record");
        assert_eq!(runs(&t).await, 2, "the history of runs stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_what_was_queued_before_the_switch_is_blocked_at_its_start() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        on_the_hour(&t).await;
        let id = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap().id;
        t.clock.advance(HOUR);
        t.store.queue().fire_due(9).await.unwrap();
        t.store.schedules().switch(&permit, id, false).await.unwrap();
        let run = scope.permit::<can::BackupSchedulesRun>().unwrap();
        let by_hand = t.store.schedules().run_now(&run, &scope, id, Trigger::Manual).await.unwrap();
        let mut refused = Vec::new();
        for claim in claim(&t.store, 9).await {
            match t.store.queue().admit(&claim).await.unwrap() {
                store::runs::Admission::Refused(_, failure) => refused.push((claim.run.id, failure.code())),
                store::runs::Admission::Admitted(_) => {
                    assert_eq!(claim.run.id, by_hand.run().id, "who starts it by hand means it")
                }
            }
        }
        let fired = ledger(&t, &scope, id).await[0].run.unwrap();
        assert_eq!(refused, [(fired, Code::ScheduleDisabled)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_run_now_is_one_run_for_each_click() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit) = scope(&world).await;
        let id = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap().id;
        let run = scope.permit::<can::BackupSchedulesRun>().unwrap();
        let by = || StartBy::from(Trigger::Manual).with_key(StartKey::parse("click").ok());
        let first = t.store.schedules().run_now(&run, &scope, id, by()).await.unwrap();
        let second = t.store.schedules().run_now(&run, &scope, id, by()).await.unwrap();
        assert!(matches!((&first, &second), (Started::Accepted(a), Started::Deduplicated(b)) if a.id == b.id));
        assert_eq!(first.run().schedule_id, Some(id.uuid()));
        assert_eq!(first.run().status, Status::Queued);
        let other = world.tenant_scope(&world.owner).await;
        let foreign = t.store.schedules().run_now(&run, &other, ScheduleId::generate(), Trigger::Manual).await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)));
        t.store.schedules().archive(&permit, id, true).await.unwrap();
        let archived = t.store.schedules().run_now(&run, &scope, id, Trigger::Manual).await;
        assert!(matches!(archived, Err(StoreError::Conflict(_))), "no run is made");
        assert_eq!(runs(&t).await, 1);
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

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_schedule_is_of_its_tenant_and_of_nobody_elses() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, permit) = scope(&world).await;
        let made: Schedule = t.store.schedules().create(&permit, &every("0 * * * *")).await.unwrap();
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&stranger, world.foreign_tenant).await.unwrap();
        assert_eq!(t.store.schedules().list(&foreign).await.unwrap(), []);
        assert!(matches!(t.store.schedules().find(&foreign, made.id).await, Err(StoreError::NotVisible)));
        assert_eq!(t.store.schedules().fires(&foreign, made.id, None, 9).await.unwrap().rows, []);
        let theirs = foreign.permit::<can::BackupSchedulesManage>().unwrap();
        assert!(matches!(t.store.schedules().switch(&theirs, made.id, false).await, Err(StoreError::NotVisible)));
        assert!(matches!(t.store.schedules().archive(&theirs, made.id, true).await, Err(StoreError::NotVisible)));
        let edit = t.store.schedules().edit(&theirs, made.id, 1, &every("0 * * * *")).await;
        assert!(matches!(edit, Err(StoreError::NotVisible)));
        assert_eq!(Confirmed::typed(foreign.permit::<can::BackupSchedulesManage>().unwrap(), &made, "").err(), Some(NotItsName));
        let confirmed = Confirmed::typed(theirs, &made, "Hourly").unwrap();
        assert!(matches!(t.store.schedules().purge(&confirmed, Trigger::Manual).await, Err(StoreError::NotVisible)));
        let reader = world.tenant_scope(&world.readonly).await;
        assert!(reader.permit::<can::BackupSchedulesManage>().is_err() && reader.permit::<can::BackupSchedulesRun>().is_err());
        assert_eq!(t.store.schedules().list(&reader).await.unwrap().len(), 1, "who sees the tenant sees its schedules");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_acceptable_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, permit) = scope(&world).await;
        let bad = [
            NewSchedule { name: "  ".to_owned(), ..every("0 * * * *") },
            NewSchedule { name: "x".repeat(101), ..every("0 * * * *") },
            NewSchedule { operation: Operation::OperationRunsRetention, ..every("0 * * * *") },
            NewSchedule {
                operation: Operation::InventorySync,
                arguments: serde_json::json!({"types": []}),
                ..every("0 * * * *")
            },
            NewSchedule { catch_up: CatchUp::All, bound: 51, ..every("0 * * * *") },
            NewSchedule { catch_up: CatchUp::All, bound: 0, ..every("0 * * * *") },
        ];
        for new in bad {
            let refused = t.store.schedules().create(&permit, &new).await;
            assert!(matches!(refused, Err(StoreError::Conflict(_))), "{new:?}");
        }
        let arguments = inventory_sync::Arguments::everything().to_stored();
        let sync = NewSchedule { operation: Operation::InventorySync, arguments, ..every("0 * * * *") };
        t.store.schedules().create(&permit, &sync).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_workspace_has_the_schedules_of_its_own_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        assert_eq!(t.store.queue().schedules_of_workspaces().await.unwrap(), 4);
        assert_eq!(t.store.queue().schedules_of_workspaces().await.unwrap(), 0);
        t.clock.advance(24 * HOUR);
        let done = t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((done.schedules, done.runs), (4, 4));
        let types = t.texts("select distinct type from operation_runs order by type").await;
        assert_eq!(types, ["operation_runs_retention", "snapshot_gc"]);
        let owner = world.tenant_scope(&world.owner).await;
        assert_eq!(t.store.schedules().list(&owner).await.unwrap(), [], "they are of no tenant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_in_use_before_get_the_daily_reading_of_their_audit_logs_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let migration = match t.store.backend() {
            store::Backend::Postgres => include_str!("../migrations/postgres/0018_attribution.sql"),
            store::Backend::Sqlite => include_str!("../migrations/sqlite/0018_attribution.sql"),
        };
        let (_, insert) = migration.split_once("insert into schedules").unwrap();
        let insert = format!("insert into schedules{insert}");
        let scope = world.tenant_scope(&world.owner).await;
        let daily = async || {
            let all = t.store.schedules().list(&scope).await.unwrap();
            all.into_iter().filter(|schedule| schedule.operation() == Some(Operation::AuditEventsSync)).collect::<Vec<_>>()
        };
        t.execute("delete from schedules").await;
        t.execute(&insert).await;
        t.execute(&insert).await;
        let made = daily().await;
        assert_eq!(made.len(), 1, "{made:?}");
        let schedule = &made[0];
        assert!(schedule.enabled && schedule.problem.is_none(), "{schedule:?}");
        let Some(Cadence::Daily { at }) = &schedule.cadence else { panic!("{schedule:?}") };
        let next = schedule.next_fire_at.unwrap().to_fixed_text();
        assert!(next.contains(&format!("T{at}:00.000000Z")), "{next} {at}");
    })
    .await;
}
