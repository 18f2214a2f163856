//! Retention of backup sets, and fires of backup schedules.

use std::time::Duration;

use model::access::can;
use model::backup::{Retention, Selection, Why};
use model::ids::ScheduleId;
use model::operations::{Operation, backup_schedule_run};
use model::page::Cursor;
use model::run::{Counts, Outcome, StartBy, StartKey, Started, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Omission, Zone};
use store::access::RunScope;
use store::runs::{Again, LEASE, WorkerId};
use store::{Removed, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::TAGS;
use crate::inventory::{list_of, seen};

const HOUR: Duration = Duration::from_secs(3600);

fn hourly(retention: Retention) -> NewSchedule {
    let arguments =
        backup_schedule_run::Arguments { selection: Selection::of_types([TAGS]).unwrap(), trust_list: false, retention };
    NewSchedule {
        name: "Hourly tags".to_owned(),
        operation: Operation::BackupScheduleRun,
        arguments: arguments.to_stored(),
        cadence: Cadence::Cron { text: CronText::parse("0 * * * *").unwrap() },
        zone: Zone::utc(),
        catch_up: CatchUp::Latest,
        bound: 1,
    }
}

async fn take(world: &World, operation: Operation) -> RunScope {
    let claims = world.store.queue().claim(&WorkerId::new("w"), &[operation], 1, LEASE).await.unwrap();
    world.admit(&claims[0]).await
}

/// What a worker does with a scheduled backup.
async fn capture(t: &TestStore, run: &RunScope) {
    t.store.backups().open(run, &Selection::of_types([TAGS]).unwrap(), "").await.unwrap();
    let from = t.store.now().await.unwrap();
    t.store.inventory().observe(run, vec![seen(TAGS, "1", "One", 1)]).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(TAGS, from, 1)]).await.unwrap();
    t.store.backups().seal(run).await.unwrap();
    t.store.queue().finish(run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

async fn schedule(t: &TestStore, world: &World, retention: Retention) -> ScheduleId {
    let permit = world.tenant_scope(&world.owner).await.permit().unwrap();
    t.store.schedules().create(&permit, &hourly(retention)).await.unwrap().id
}

async fn sets(t: &TestStore) -> i64 {
    t.number("select count(*) from backup_sets").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_backup_is_followed_by_its_retention_which_does_what_the_preview_showed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let rule = Retention::new(Some(2), None).unwrap();
        let id = schedule(&t, &world, rule).await;
        for _ in 0..4 {
            t.clock.advance(HOUR);
            assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
            let run = take(&world, Operation::BackupScheduleRun).await;
            capture(&t, &run).await;
            // Its retention waits in the queue, one however many backups ended.
            let waiting = t.number("select count(*) from operation_runs where type = 'backup_schedule_retention'").await;
            assert_eq!(waiting, 1);
        }
        let page = t.store.backups().list(&scope, Some(id), None, 9).await.unwrap();
        assert_eq!(page.rows.len(), 4);
        assert!(page.rows.iter().all(|set| set.name == "Hourly tags" && set.created_by.is_none()));
        t.store.backups().pin(&scope.permit::<can::BackupsRun>().unwrap(), page.rows[3].id).await.unwrap();
        let now = t.store.now().await.unwrap();
        let preview = async |cursor: Option<Cursor>| {
            let (page, go) = t.store.backups().preview(&scope, id, rule, now, cursor.as_ref(), 3).await.unwrap();
            assert_eq!(go, 1, "of all, whatever the page shows");
            (page.rows.iter().map(|line| line.why).collect::<Vec<Why>>(), page.next)
        };
        let (whys, next) = preview(None).await;
        assert_eq!(whys, [Why::Newest, Why::Rule, Why::Old]);
        assert_eq!(preview(next).await, (vec![Why::Pinned], None));
        assert_eq!(sets(&t).await, 4, "a preview removes nothing");
        let run = take(&world, Operation::BackupScheduleRetention).await;
        let gone = Removed { name: "Hourly tags".to_owned(), started_at: page.rows[2].started_at };
        assert_eq!(t.store.backups().keep(&run, id, rule, 5).await.unwrap(), (vec![gone], 0), "what was removed is named");
        assert_eq!(t.store.backups().keep(&run, id, rule, 5).await.unwrap(), (Vec::new(), 0));
        let left: Vec<_> = t.store.backups().list(&scope, Some(id), None, 9).await.unwrap().rows;
        assert_eq!(left.iter().map(|set| set.id).collect::<Vec<_>>(), [page.rows[0].id, page.rows[1].id, page.rows[3].id]);
        // The schedule keeps more by now: its rule holds, not the one that the run was made with.
        let permit = scope.permit().unwrap();
        let revision = t.store.schedules().find(&scope, id).await.unwrap().revision;
        t.store.schedules().edit(&permit, id, revision, &hourly(Retention::default())).await.unwrap();
        let strict = Retention::new(Some(1), None).unwrap();
        assert_eq!(t.store.backups().keep(&run, id, strict, 5).await.unwrap(), (Vec::new(), 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fire_whose_previous_fire_is_not_over_is_left_out_and_each_click_is_a_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let id = schedule(&t, &world, Retention::default()).await;
        t.clock.advance(HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
        t.clock.advance(HOUR);
        let done = t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((done.runs, done.omitted), (0, 1));
        let fires = t.store.schedules().fires(&scope, id, None, 9).await.unwrap().rows;
        assert_eq!((fires[0].omitted, fires[0].run), (Some(Omission::PreviousActive), None));
        // Clicks are runs of their own, beside what was fired; one click is one run.
        let permit = scope.permit::<can::BackupSchedulesRun>().unwrap();
        let click = |key: &str| StartBy::from(Trigger::Manual).with_key(Some(StartKey::parse(key).unwrap()));
        let first = t.store.schedules().run_now(&permit, &scope, id, click("one")).await.unwrap();
        let again = t.store.schedules().run_now(&permit, &scope, id, click("one")).await.unwrap();
        let second = t.store.schedules().run_now(&permit, &scope, id, click("two")).await.unwrap();
        assert!(matches!((&first, &again, &second), (Started::Accepted(_), Started::Deduplicated(_), Started::Accepted(_))));
        assert_eq!((first.run().id, again.run().id != second.run().id), (again.run().id, true));
        assert_eq!(first.run().start_deadline, None, "what is scheduled waits");
        // What the first fire started is over: the next one is fired again. Without a rule nothing follows.
        let run = take(&world, Operation::BackupScheduleRun).await;
        assert_eq!(run.run_id(), fires[1].run.unwrap());
        capture(&t, &run).await;
        t.clock.advance(HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
        assert_eq!(t.number("select count(*) from operation_runs where type = 'backup_schedule_retention'").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_missed_backups_are_made_up_for_once_and_all_of_them_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::BackupSchedulesManage>().unwrap();
        let schedules = t.store.schedules();
        let all = NewSchedule { catch_up: CatchUp::All, bound: 5, ..hourly(Retention::default()) };
        let refused = schedules.create(&permit, &all).await;
        assert!(matches!(refused, Err(StoreError::Conflict(words)) if words.contains("once")), "{refused:?}");
        for (catch_up, runs) in [(CatchUp::Latest, 1), (CatchUp::Skip, 0)] {
            let new = NewSchedule { catch_up, ..hourly(Retention::default()) };
            let made = schedules.create(&permit, &new).await.unwrap();
            let edited = schedules.edit(&permit, made.id, made.revision, &all).await;
            assert!(matches!(edited, Err(StoreError::Conflict(_))));
            // Nobody was there for five of them; the latest is a while ago.
            t.clock.advance(5 * HOUR + HOUR / 2);
            let done = t.store.queue().fire_due(9).await.unwrap();
            assert_eq!(done.runs, runs, "{catch_up:?}");
            let fires = schedules.fires(&scope, made.id, None, 9).await.unwrap().rows;
            let missed: u64 =
                fires.iter().filter(|fire| fire.omitted == Some(Omission::Missed)).map(|fire| fire.omitted_count).sum();
            assert_eq!(missed + u64::try_from(runs).unwrap(), 5, "{catch_up:?}: each is a run or recorded as left out");
            schedules.archive(&permit, made.id, true).await.unwrap();
            t.clock.advance(HOUR / 2);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_an_archived_or_removed_schedule_is_not_repeated() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::BackupSchedulesManage>().unwrap();
        let id = schedule(&t, &world, Retention::default()).await;
        t.clock.advance(HOUR);
        t.store.queue().fire_due(9).await.unwrap();
        let run = take(&world, Operation::BackupScheduleRun).await;
        t.store.queue().finish(&run, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.run_id()).await.unwrap();
        let runs = async || t.number("select count(*) from operation_runs where type = 'backup_schedule_run'").await;
        t.store.schedules().archive(&permit, id, true).await.unwrap();
        let refused = t.store.runs().retry(&sight, Again::Whole, None).await;
        assert!(matches!(refused, Err(StoreError::Conflict("the schedule is archived"))), "{refused:?}");
        t.execute("update schedules set purged_at = archived_at").await;
        let refused = t.store.runs().retry(&sight, Again::Whole, None).await;
        assert!(matches!(refused, Err(StoreError::Conflict("the schedule is archived"))), "{refused:?}");
        assert_eq!(t.store.runs().latest_of_schedules(&scope).await.unwrap(), [], "what was removed is looked up no more");
        assert_eq!(runs().await, 1, "no run was made");
        t.execute("update schedules set purged_at = null").await;
        t.store.schedules().archive(&permit, id, false).await.unwrap();
        let again = t.store.runs().retry(&sight, Again::Whole, None).await.unwrap();
        assert_eq!((again.run().schedule_id.is_some(), runs().await), (true, 2));
    })
    .await;
}
