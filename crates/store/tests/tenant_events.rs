//! Events of the tenants' own audit logs: kept once, told to syncs and to people.

use std::time::Duration;

use model::attribution::{ActorKind, Attribution, Changes, EventActor, EventResource, EventSource, KEPT, TenantEvent};
use model::coverage::TypeState;
use model::failure::Code;
use model::time::Moment;
use model::version::VersionFilter;
use store::access::RunScope;
use store::{AskedOf, EventsEffect, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, list_of, seen};

const TAGS: &str = "scope_tag";
const HOUR: Duration = Duration::from_secs(3600);

/// An event that names these objects.
pub(crate) fn event(id: &str, at: Moment, name: &str, objects: &[&str]) -> TenantEvent {
    let resource = |id: &&str| EventResource { kind: "Policy".to_owned(), object_id: (*id).to_owned(), name: "P\0".to_owned() };
    TenantEvent {
        source: EventSource::Intune,
        event_id: id.to_owned(),
        at,
        actor: EventActor { kind: ActorKind::Person, name: name.to_owned(), app: Some("Portal".to_owned()) },
        activity: "Patch".to_owned(),
        operation: "Patch".to_owned(),
        result: "Success".to_owned(),
        correlation_id: None,
        resources: objects.iter().map(resource).collect(),
        names_more: false,
    }
}

/// Every table of events has a row.
pub(crate) async fn filled(t: &TestStore, run: &RunScope, object: &str) {
    let now = t.store.now().await.unwrap();
    t.store.tenant_events().observe(run, &[event("e", now, "ann", &[object])]).await.unwrap();
    t.store.tenant_events().source_complete(run, EventSource::Intune, now.minus(HOUR), now).await.unwrap();
}

async fn observe(t: &TestStore, run: &RunScope, events: &[TenantEvent]) -> EventsEffect {
    t.store.tenant_events().observe(run, events).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_kept_once_for_each_tenant_and_source() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let now = t.store.now().await.unwrap();
        let many: Vec<TenantEvent> = (0..95).map(|n| event(&format!("e{n}"), now, "ann", &["a", "b"])).collect();
        assert_eq!(observe(&t, &run, &many).await, EventsEffect { created: 95, known: 0 });
        let other = TenantEvent { source: EventSource::Directory, ..many[0].clone() };
        let changed = TenantEvent { activity: "Other".to_owned(), ..many[1].clone() };
        let told = [other.clone(), changed, many[2].clone(), many[2].clone()];
        assert_eq!(observe(&t, &run, &told).await, EventsEffect { created: 1, known: 2 });
        assert_eq!(t.number("select count(*) from tenant_audit_events").await, 96);
        assert_eq!(t.number("select count(*) from tenant_audit_resources").await, 192);
        assert_eq!(t.number("select count(*) from tenant_audit_events where activity = 'Other'").await, 0, "as first told");
        let odd = event(&"\u{0}'".repeat(300), now, "%_\\", &["c\0"]);
        assert_eq!(observe(&t, &run, &[odd]).await.created, 1);
        let whole = event("old", now.minus(KEPT + HOUR), "ann", &["a"]);
        observe(&t, &run, &[whole, event("young", now.minus(KEPT - HOUR), "ann", &["a"])]).await;
        assert_eq!(t.store.tenant_events().forget_old(&run).await.unwrap(), 1);
        assert_eq!(t.store.tenant_events().forget_old(&run).await.unwrap(), 0);
        assert_eq!(t.number("select count(*) from tenant_audit_events where event_id = 'old'").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_attempt_writes_no_event() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        t.execute("update operation_runs set lease_token = lease_token + 1").await;
        let now = t.store.now().await.unwrap();
        let events = t.store.tenant_events();
        let lost = |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::LeaseLost)), "{result:?}");
        lost(events.observe(&run, &[event("e", now, "ann", &["a"])]).await.map(drop));
        lost(events.source_complete(&run, EventSource::Intune, now, now).await);
        lost(events.source_failed(&run, EventSource::Intune, TypeState::Failed, Code::GraphTimeout).await);
        lost(events.forget_old(&run).await.map(drop));
        assert_eq!(t.number("select count(*) from tenant_audit_events").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_is_told_what_to_look_at_and_how_far_each_log_was_read() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let events = t.store.tenant_events();
        let start = t.store.now().await.unwrap();
        observe(&t, &run, &[event("old", start.minus(HOUR * 9), "ann", &["old"])]).await;
        t.clock.advance(HOUR * 5);
        let since = t.store.now().await.unwrap();
        assert_eq!(events.changed_since(&run, since).await.unwrap(), Changes::default());
        t.clock.advance(HOUR);
        // One that is new, one that is old and arrived late, one that failed.
        let failed = TenantEvent { result: "Failure".to_owned(), ..event("failed", since, "ann", &["failed"]) };
        let late = event("late", start.minus(HOUR), "ann", &["late"]);
        observe(&t, &run, &[event("new", since, "ann", &["new", "too"]), late, failed]).await;
        let found = events.changed_since(&run, since).await.unwrap();
        assert_eq!(found.objects().collect::<Vec<_>>(), ["late", "new", "too"]);
        // One that names more than are kept: any object may be among them.
        t.clock.advance(HOUR);
        let after = t.store.now().await.unwrap();
        let more = TenantEvent { names_more: true, ..event("more", after, "ann", &["x"]) };
        observe(&t, &run, &[more]).await;
        let found = events.changed_since(&run, after).await.unwrap();
        assert!(found.may_concern(model::resource_types::find(TAGS).unwrap(), "any"));
        t.clock.advance(HOUR);
        let later = t.store.now().await.unwrap();
        assert_eq!(events.changed_since(&run, later).await.unwrap(), Changes::default());
        events.source_complete(&run, EventSource::Intune, since, later).await.unwrap();
        events.source_failed(&run, EventSource::Directory, TypeState::Forbidden, Code::GraphForbidden).await.unwrap();
        let of_run = events.sources_of_run(&run).await.unwrap();
        assert_eq!(of_run, events.sources(&world.tenant_scope(&world.readonly).await).await.unwrap());
        let told: Vec<_> = of_run.iter().map(|s| (s.state, s.run, s.complete_until)).collect();
        let expected = [(Some(TypeState::Complete), Some(run.run_id()), Some(later)), (Some(TypeState::Forbidden), None, None)];
        assert_eq!(told, expected);
        // One whose latest reading failed: its silence means nothing, what was read stays read.
        events.source_failed(&run, EventSource::Intune, TypeState::Failed, Code::GraphTimeout).await.unwrap();
        assert_eq!(events.sources_of_run(&run).await.unwrap()[0].complete_until, Some(later));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_by_whoever_is_named_since_the_observation_before_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let inventory = t.store.inventory();
        let from = t.store.now().await.unwrap();
        inventory.observe(&run, vec![seen(TAGS, "One", "One", 1)]).await.unwrap();
        inventory.types_complete(&run, &[list_of(TAGS, from, 1)]).await.unwrap();
        t.clock.advance(HOUR);
        let unchanged = t.store.now().await.unwrap();
        inventory.observe(&run, vec![seen(TAGS, "One", "One", 1)]).await.unwrap();
        // Its presence alone is no observation of what it holds.
        t.clock.advance(HOUR);
        let changed = t.store.now().await.unwrap().minus(HOUR / 2);
        inventory.still_there(&run, TAGS, &["One".to_owned()]).await.unwrap();
        t.clock.advance(HOUR);
        inventory.observe(&run, vec![seen(TAGS, "One", "One", 2), seen(TAGS, "Two", "Two", 1)]).await.unwrap();
        let before = event("before", unchanged.minus(HOUR / 2), "bob", &["one", "two"]);
        observe(&t, &run, &[before, event("it", changed, "ann", &["one", "one"]), event("two", changed, "cy", &["two"])]).await;
        let now = t.store.now().await.unwrap();
        t.store.tenant_events().source_complete(&run, EventSource::Intune, from, now.plus(HOUR)).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let item = all(&t, &scope).await.remove(0);
        let versions = t.store.policy_versions().of_item(&scope, item.id, None, 9).await.unwrap();
        assert_eq!(versions[0].observed_before, Some(unchanged));
        assert_eq!(versions[1].observed_before, None);
        let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(TAGS, "One", v)).collect();
        let by = t.store.tenant_events().attribute(&scope, &asked).await.unwrap();
        assert_eq!(by[1], Attribution::BeforeUs);
        assert!(matches!(&by[0], Attribution::One(by) if by.actor.name == "ann" && by.events == 1), "{by:?}");
        // What was not in the list before was made since.
        let two = all(&t, &scope).await.remove(1);
        let first = t.store.policy_versions().of_item(&scope, two.id, None, 9).await.unwrap();
        let by = t.store.tenant_events().attribute(&scope, &[AskedOf::version(TAGS, "Two", &first[0])]).await.unwrap();
        assert!(matches!(&by[0], Attribution::Several(all) if all[0].actor.name == "cy"), "{by:?}");
        // The list of changes is narrowed to an actor by the same events.
        let changes = async |actor: &str| {
            let filter = VersionFilter { actor: Some(actor.to_owned()), ..VersionFilter::default() };
            let page = t.store.policy_versions().of_tenant(&scope, &filter, None, 50).await.unwrap();
            page.page.rows.iter().map(|v| (v.object_id.clone(), v.version.number)).collect::<Vec<_>>()
        };
        assert_eq!(changes("ann").await, [("One".to_owned(), 2)]);
        assert_eq!(changes("Portal").await.len(), 2);
        assert_eq!(changes("nobody").await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_on_record_from_where_it_was_read_without_a_gap() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let events = t.store.tenant_events();
        let start = t.store.now().await.unwrap();
        let hour = |n: u32| start.plus(HOUR * n);
        let record = async || {
            let intune = events.sources_of_run(&run).await.unwrap().remove(0);
            (intune.complete_from, intune.complete_until)
        };
        let read = async |from, until| {
            events.source_complete(&run, EventSource::Intune, hour(from), hour(until)).await.unwrap();
            record().await
        };
        assert_eq!(record().await, (None, None));
        assert_eq!(read(2, 5).await, (Some(hour(2)), Some(hour(5))));
        assert_eq!(read(4, 9).await, (Some(hour(2)), Some(hour(9))), "it goes on a little before its end");
        assert_eq!(read(9, 10).await, (Some(hour(2)), Some(hour(10))));
        assert_eq!(read(1, 11).await, (Some(hour(1)), Some(hour(11))), "read again from further back");
        assert_eq!(read(12, 20).await, (Some(hour(12)), Some(hour(20))), "an hour is missing");
        // One that failed leaves the record as it is.
        events.source_failed(&run, EventSource::Intune, TypeState::Failed, Code::GraphTimeout).await.unwrap();
        assert_eq!(record().await, (Some(hour(12)), Some(hour(20))));
        events.forget_old(&run).await.unwrap();
        assert_eq!(record().await.0, Some(hour(12)));
        t.clock.advance(KEPT + HOUR * 13);
        let before = t.store.now().await.unwrap().minus(KEPT);
        events.forget_old(&run).await.unwrap();
        assert!(record().await.0.unwrap() >= before, "what is forgotten is not on record");
    })
    .await;
}

/// As many versions of one object, an hour apart; gives the moments at which they were found.
async fn versions_of_one(t: &TestStore, run: &RunScope, many: i64) -> Vec<Moment> {
    let mut found = Vec::new();
    for version in 1..=many {
        t.clock.advance(HOUR);
        found.push(t.store.now().await.unwrap());
        t.store.inventory().observe(run, vec![seen(TAGS, "One", "One", version)]).await.unwrap();
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_versions_is_told_by_itself_and_a_robot_hides_no_other() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let start = t.store.now().await.unwrap();
        let found = versions_of_one(&t, &run, 120).await;
        let minute = Duration::from_secs(60);
        // Version 2 by Ann, a minute before it was found; nobody made version 3, though that is within the difference of clocks. Version 5
        // by Bob, before a robot that changes it all the time. Version 100 by Cy.
        let mut told = vec![
            event("two", found[1].minus(minute), "ann", &["one"]),
            event("five", found[4].minus(HOUR - minute), "bob", &["one"]),
            event("hundred", found[99].minus(minute), "cy", &["one"]),
        ];
        let robot = |n: u32| {
            event(&format!("robot{n}"), found[4].minus(Duration::from_secs(2 * u64::from(n) + 2)), "robot", &["one", "one"])
        };
        told.extend((0..900).map(robot));
        observe(&t, &run, &told).await;
        let events = t.store.tenant_events();
        let now = t.store.now().await.unwrap();
        events.source_complete(&run, EventSource::Intune, start, now.plus(HOUR)).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let item = all(&t, &scope).await.remove(0);
        let mut versions = t.store.policy_versions().of_item(&scope, item.id, None, 200).await.unwrap();
        versions.reverse();
        let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(TAGS, "One", v)).collect();
        let by = events.attribute(&scope, &asked).await.unwrap();
        assert_eq!((by.len(), &by[0]), (120, &Attribution::BeforeUs));
        let one = |by: &Attribution| match by {
            Attribution::One(by) => by.actor.name.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!((one(&by[1]).as_str(), one(&by[99]).as_str()), ("ann", "cy"));
        assert_eq!(by[2], Attribution::Nobody, "what made version 2 did not make version 3");
        assert!(matches!(&by[4], Attribution::AtLeast(all) if all[0].actor.name == "robot" && all.len() == 1), "{:?}", by[4]);
        let others: Vec<usize> = (0..120).filter(|n| ![0, 1, 4, 99].contains(n) && by[*n] != Attribution::Nobody).collect();
        assert_eq!(others, [] as [usize; 0]);
        // Version 50: an event names more objects than are kept, and this may be one of them.
        let more = TenantEvent { names_more: true, ..event("more", found[49].minus(minute), "dora", &["other"]) };
        observe(&t, &run, &[more]).await;
        assert_eq!(
            events.attribute(&scope, &asked[48..51]).await.unwrap(),
            [Attribution::Nobody, Attribution::NotRecorded, Attribution::Nobody]
        );
        // In another order, and one at a time, the same.
        assert_eq!(
            events.attribute(&scope, &[asked[99].clone(), asked[1].clone()]).await.unwrap(),
            [by[99].clone(), by[1].clone()]
        );
        assert_eq!(events.attribute(&scope, &[]).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_a_recorded_observation_before_it_is_after_the_version_before() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let start = t.store.now().await.unwrap();
        versions_of_one(&t, &run, 2).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let item = all(&t, &scope).await.remove(0);
        let mut versions = t.store.policy_versions().of_item(&scope, item.id, None, 9).await.unwrap();
        // As versions are that were written before observations were kept.
        versions[0].observed_before = None;
        let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(TAGS, "One", v)).collect();
        let events = t.store.tenant_events();
        assert_eq!(events.attribute(&scope, &asked).await.unwrap(), [Attribution::NotRead, Attribution::BeforeUs]);
        let now = t.store.now().await.unwrap();
        events.source_complete(&run, EventSource::Intune, now, now.plus(HOUR)).await.unwrap();
        assert_eq!(events.attribute(&scope, &asked).await.unwrap(), [Attribution::NotRecorded, Attribution::BeforeUs]);
        events.source_complete(&run, EventSource::Intune, start, now.plus(HOUR)).await.unwrap();
        assert_eq!(events.attribute(&scope, &asked).await.unwrap(), [Attribution::Nobody, Attribution::BeforeUs]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_versions_are_by_is_read_along_the_indexes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        versions_of_one(&t, &run, 60).await;
        let now = t.store.now().await.unwrap();
        let many = |n: u64| event(&format!("e{n}"), now.minus(Duration::from_secs(n)), "ann", &[&format!("object{n}")]);
        observe(&t, &run, &(0..3_000).map(many).collect::<Vec<_>>()).await;
        if t.store.backend() == store::Backend::Postgres {
            t.execute("analyze").await;
        }
        let scope = world.tenant_scope(&world.readonly).await;
        let item = all(&t, &scope).await.remove(0);
        let versions = t.store.policy_versions().of_item(&scope, item.id, None, 50).await.unwrap();
        let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(TAGS, "One", v)).collect();
        let plan = t.store.tenant_events().explain_attribute(&scope, &asked).await.unwrap();
        let narrow = plan.lines().filter(|line| line.contains("object_id=?") || line.contains("object_id = ")).count();
        assert!(narrow >= 50, "{narrow}\n{plan}");
        for whole in ["Seq Scan on tenant_audit", "SCAN r", "SCAN e", "SCAN p", "SCAN f"] {
            assert!(
                !plan.lines().any(|line| line.trim().starts_with(whole) || line.contains(&format!("->  {whole}"))),
                "{whole}\n{plan}"
            );
        }
    })
    .await;
}
