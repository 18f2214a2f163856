//! Settings: who may choose what, what holds where nobody chose, and that it takes effect.

use std::time::Duration;

use model::access::can;
use model::operations::operation_runs_retention;
use model::operations::probe::Probe;
use model::run::{Counts, Outcome, Trigger};
use model::settings::{Key, Level, Value};
use model::user::User;
use store::runs::{Admission, LEASE, WorkerId};
use store::{NewChoice, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn choose(key: Key, text: &str, revision: i64) -> NewChoice {
    NewChoice { key, value: Some(key.parse(text).unwrap()), revision }
}

const fn take_back(key: Key, revision: i64) -> NewChoice {
    NewChoice { key, value: None, revision }
}

async fn in_workspace(world: &World, new: &[NewChoice]) -> Result<(), StoreError> {
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    world.store.settings().save_workspace(&permit, new).await
}

async fn in_tenant(world: &World, new: &[NewChoice]) -> Result<(), StoreError> {
    let permit = world.tenant_scope(&world.owner).await.permit().unwrap();
    world.store.settings().save_tenant(&permit, new).await
}

async fn by_person(world: &World, user: &User, new: &[NewChoice]) -> Result<(), StoreError> {
    world.store.settings().save_person(&world.sign_in(user).await, new).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_choice_holds_and_can_be_taken_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let found = async |key: Key, level: Level| {
            let settings = t.store.settings();
            let workspace = world.workspace_scope(&world.readonly).await;
            let chosen = match level {
                Level::Workspace => settings.of_workspace(&workspace).await.unwrap(),
                Level::Tenant => settings.of_tenant(&world.tenant_scope(&world.readonly).await).await.unwrap(),
                Level::Person => settings.of_person(&world.sign_in(&world.readonly).await, Some(&workspace)).await.unwrap(),
            };
            let found = chosen.stored.find(key, level.path());
            (found.value.to_string(), found.from)
        };
        assert_eq!(found(Key::KeepDays, Level::Tenant).await, ("90".to_owned(), None));
        in_workspace(&world, &[choose(Key::KeepDays, "30", 0), choose(Key::TimeZone, "Europe/Berlin", 0)]).await.unwrap();
        assert_eq!(found(Key::KeepDays, Level::Tenant).await, ("30".to_owned(), Some(Level::Workspace)));
        in_tenant(&world, &[choose(Key::KeepDays, "365", 0)]).await.unwrap();
        assert_eq!(found(Key::KeepDays, Level::Tenant).await, ("365".to_owned(), Some(Level::Tenant)));
        assert_eq!(found(Key::KeepDays, Level::Workspace).await, ("30".to_owned(), Some(Level::Workspace)));
        assert_eq!(found(Key::TimeZone, Level::Person).await, ("Europe/Berlin".to_owned(), Some(Level::Workspace)));
        by_person(&world, &world.readonly, &[choose(Key::TimeZone, "Asia/Tokyo", 0)]).await.unwrap();
        assert_eq!(found(Key::TimeZone, Level::Person).await, ("Asia/Tokyo".to_owned(), Some(Level::Person)));
        in_tenant(&world, &[take_back(Key::KeepDays, 1)]).await.unwrap();
        assert_eq!(found(Key::KeepDays, Level::Tenant).await, ("30".to_owned(), Some(Level::Workspace)));
        in_workspace(&world, &[take_back(Key::KeepDays, 1)]).await.unwrap();
        assert_eq!(found(Key::KeepDays, Level::Tenant).await, ("90".to_owned(), None));
        let times = t.store.settings().times(&world.sign_in(&world.readonly).await, None).await.unwrap();
        assert_eq!(times.zone.map(|zone| zone.name().to_owned()).as_deref(), Some("Asia/Tokyo"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_choose_at_once_the_second_is_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        in_workspace(&world, &[choose(Key::KeepDays, "30", 0)]).await.unwrap();
        let late = in_workspace(&world, &[choose(Key::TimeZone, "Europe/Berlin", 0), choose(Key::KeepDays, "60", 0)]).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        let scope = world.workspace_scope(&world.owner).await;
        let chosen = t.store.settings().of_workspace(&scope).await.unwrap();
        assert_eq!(chosen.stored.own(Key::TimeZone, Level::Workspace), None, "all of it or nothing");
        assert_eq!(chosen.revisions.get(&Key::KeepDays), Some(&1));
        let (a, b) = (choose(Key::KeepDays, "40", 1), choose(Key::KeepDays, "50", 1));
        let (a, b) = ([a], [b]);
        let (first, second) = tokio::join!(in_workspace(&world, &a), in_workspace(&world, &b));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        // What was taken back and chosen again meanwhile is not the same any more.
        in_workspace(&world, &[take_back(Key::KeepDays, 2)]).await.unwrap();
        assert!(in_workspace(&world, &[choose(Key::KeepDays, "70", 0)]).await.is_err());
        in_workspace(&world, &[choose(Key::KeepDays, "70", 3)]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_reads_what_holds_for_its_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let claim = world.claim(&WorkerId::new("w")).await;
        let Admission::Admitted(run) = t.store.queue().admit(&claim).await.unwrap() else { panic!("refused") };
        let days = async || {
            let chosen = t.store.settings().of_run(&run).await.unwrap();
            chosen.stored.find(Key::VerifyDays, Level::Tenant.path()).value.to_string()
        };
        assert_eq!(days().await, "7");
        in_workspace(&world, &[choose(Key::VerifyDays, "14", 0)]).await.unwrap();
        assert_eq!(days().await, "14");
        in_tenant(&world, &[choose(Key::VerifyDays, "3", 0)]).await.unwrap();
        assert_eq!(days().await, "3");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_on_record_with_what_was_before() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        in_workspace(&world, &[choose(Key::KeepDays, "30", 0), choose(Key::TimeZone, "UTC", 0)]).await.unwrap();
        in_workspace(&world, &[take_back(Key::KeepDays, 1)]).await.unwrap();
        by_person(&world, &world.readonly, &[choose(Key::DateFormat, "iso", 0)]).await.unwrap();
        let entries =
            t.texts("select cast(details as text) from audit_entries where action = 'settings.change' order by at, id").await;
        let read = |text: &String| {
            let details: serde_json::Value = serde_json::from_str(text).unwrap();
            ["setting", "old", "new"].map(|name| details[name].as_str().unwrap_or_default().to_owned()).join(" ")
        };
        let expected = ["runs.keep_days - 30", "time_zone - UTC", "runs.keep_days 30 -", "date_format - iso"];
        assert_eq!(entries.iter().map(read).collect::<Vec<_>>(), expected);
        let before = entries.len() as i64;
        in_workspace(&world, &[]).await.unwrap();
        assert_eq!(t.number("select count(*) from audit_entries where action = 'settings.change'").await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_nobody_chooses_for_others() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for user in [&world.operator_member, &world.readonly] {
            assert!(world.workspace_scope(user).await.permit::<can::WorkspaceSettingsManage>().is_err());
            assert!(world.tenant_scope(user).await.permit::<can::TenantSettingsManage>().is_err());
        }
        in_tenant(&world, &[choose(Key::KeepDays, "365", 0)]).await.unwrap();
        by_person(&world, &world.owner, &[choose(Key::TimeZone, "Asia/Tokyo", 0)]).await.unwrap();
        let stranger = world.sign_in(&world.stranger).await;
        let theirs = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap();
        let chosen = t.store.settings().of_person(&stranger, Some(&theirs)).await.unwrap();
        assert_eq!((chosen.stored, chosen.revisions.len()), (Default::default(), 0));
        let wrong = by_person(&world, &world.owner, &[choose(Key::KeepDays, "30", 0)]).await;
        assert!(matches!(wrong, Err(StoreError::Conflict(_))), "not a person's to choose: {wrong:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_counts_as_not_chosen() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        in_workspace(&world, &[choose(Key::KeepDays, "30", 0), choose(Key::TimeZone, "Europe/Berlin", 0)]).await.unwrap();
        in_tenant(&world, &[choose(Key::KeepDays, "365", 0)]).await.unwrap();
        t.execute("update settings set value = '1' where tenant_id is not null; update settings set value = 'Mars/Olympus' where code = 'time_zone'").await;
        t.execute(&format!(
            "insert into settings (scope_id, code, workspace_id, value, revision, updated_at)
             select scope_id, 'future.code', workspace_id, 'x', 1, updated_at from settings where tenant_id is null and code = 'time_zone' and workspace_id = {}",
            t.literal(world.workspace.uuid())
        ))
        .await;
        let chosen = t.store.settings().of_tenant(&world.tenant_scope(&world.owner).await).await.unwrap();
        let found = |key: Key| chosen.stored.find(key, Level::Tenant.path());
        assert_eq!((found(Key::KeepDays).value, found(Key::KeepDays).from), (Value::Number(30), Some(Level::Workspace)));
        assert_eq!(found(Key::TimeZone).value.to_string(), "UTC");
        assert_eq!(chosen.stored.damaged().len(), 3);
        let scope = world.workspace_scope(&world.owner).await;
        assert_eq!(t.store.runs().settings(&scope).await.unwrap().keep_days, 30, "one body for the limits' page, too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_keeps_its_runs_for_as_long_as_it_chose() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        in_workspace(&world, &[choose(Key::KeepDays, "7", 0)]).await.unwrap();
        in_tenant(&world, &[choose(Key::KeepDays, "30", 0)]).await.unwrap();
        let kept = world.attempt(&["scope_tag"]).await;
        t.store.queue().finish(&kept, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        let prune = async |expected: u64| {
            let request = operation_runs_retention::request(world.workspace);
            t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
            let types = [model::operations::Operation::OperationRunsRetention];
            let claim = t.store.queue().claim(&WorkerId::new("w"), &types, 1, LEASE).await.unwrap().pop().unwrap();
            let scope = world.admit(&claim).await;
            assert_eq!(t.store.queue().prune(&scope, 10).await.unwrap(), expected);
            t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        };
        prune(0).await;
        t.clock.advance(Duration::from_secs(8 * 86_400));
        prune(1).await;
        assert_eq!(world.run(kept.run_id()).await.id, kept.run_id(), "the retention of eight days ago is gone, the sync is not");
        t.clock.advance(Duration::from_secs(23 * 86_400));
        prune(2).await;
        let left = format!("select count(*) from operation_runs where id = {}", t.literal(kept.run_id().uuid()));
        assert_eq!(t.number(&left).await, 0);
    })
    .await;
}

/// Ends a run of the owner's and says who has a notice of it.
async fn told(t: &TestStore, world: &World, name: &str, outcome: Outcome) -> Vec<&'static str> {
    world.probe(Probe::Plain, name).await;
    let scope = world.take_probe().await;
    t.store
        .queue()
        .finish_many(&[(scope.clone(), store::runs::End { outcome, reason: None, counts: Counts::default(), failures: vec![] })])
        .await
        .unwrap();
    let mut told = Vec::new();
    for (word, user) in [("owner", &world.owner), ("manager", &world.manager), ("operator", &world.operator_member)] {
        let notices = t.store.notices().newest(&world.sign_in(user).await, 100).await.unwrap();
        if notices.iter().any(|notice| notice.run_id == scope.run_id() && notice.outcome == outcome) {
            told.push(word);
        }
        assert!(
            !notices.iter().any(|notice| notice.run_id == scope.run_id() && notice.outcome != outcome),
            "no older notice is left"
        );
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_follow_the_rules_of_workspace_tenant_and_person() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        assert_eq!(told(&t, &world, "a", Outcome::Succeeded).await, ["owner"]);
        in_workspace(&world, &[choose(Key::NoticeOutcomes, "failed,blocked", 0)]).await.unwrap();
        assert_eq!(told(&t, &world, "b", Outcome::Succeeded).await, [] as [&str; 0]);
        assert_eq!(told(&t, &world, "c", Outcome::Failed).await, ["owner"]);
        in_tenant(&world, &[choose(Key::ManagerOutcomes, "failed", 0)]).await.unwrap();
        assert_eq!(told(&t, &world, "d", Outcome::Failed).await, ["owner", "manager"]);
        by_person(&world, &world.manager, &[choose(Key::NoticeOutcomes, "none", 0)]).await.unwrap();
        by_person(&world, &world.owner, &[choose(Key::NoticeOutcomes, "succeeded", 0)]).await.unwrap();
        assert_eq!(told(&t, &world, "e", Outcome::Failed).await, [] as [&str; 0]);
        assert_eq!(told(&t, &world, "f", Outcome::Succeeded).await, ["owner"]);
        // What a person chose also counts where the transaction acts for a tenant only.
        world.probe(Probe::Plain, "g").await;
        let scope = world.take_probe().await;
        t.store.queue().finish(&scope, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        let left = format!("select count(*) from notices where run_id = {}", t.literal(scope.run_id().uuid()));
        assert_eq!(t.number(&left).await, 0);
    })
    .await;
}
