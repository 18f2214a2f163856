//! Schedules: whose they are, and what people do with them.

use std::time::Duration;

use model::access::can;
use model::failure::Code;
use model::ids::ScheduleId;
use model::operations::probe::{Arguments, Probe};
use model::operations::{Operation, inventory_sync};
use model::run::{Outcome, StartBy, StartKey, Started, Status, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, Fire, NewSchedule, Schedule, Zone};
use store::StoreError;
use store::access::{Confirmed, NotItsName, Permit, TenantScope};
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn every(text: &str) -> NewSchedule {
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

pub(crate) async fn scope(world: &World) -> (TenantScope, Permit<can::BackupSchedulesManage>) {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit().unwrap();
    (scope, permit)
}

pub(crate) async fn ledger(t: &TestStore, scope: &TenantScope, id: ScheduleId) -> Vec<Fire> {
    let mut fires = t.store.schedules().fires(scope, id, None, 500).await.unwrap().rows;
    fires.reverse();
    fires
}

/// Stands at the beginning of an hour, so that the next one is an hour away.
pub(crate) async fn on_the_hour(t: &TestStore) {
    let now = t.store.now().await.unwrap();
    let into = u64::try_from(now.micros().rem_euclid(3_600_000_000)).unwrap();
    t.clock.advance(HOUR - Duration::from_micros(into));
}

pub(crate) async fn runs(t: &TestStore) -> i64 {
    t.number("select count(*) from operation_runs").await
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
