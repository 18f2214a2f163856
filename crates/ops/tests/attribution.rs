//! Who changed what: the sync of audit events against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use graph_sim::{AuditActor, Effect, Fault, Size};
use model::access::can;
use model::attribution::{Attribution, EventSource};
use model::coverage::TypeState;
use model::inventory::{InventoryFilter, InventoryItem};
use model::json::Json;
use model::operations::audit_events_sync;
use model::run::{CountKey, Outcome, Run, Trigger};
use store::AskedOf;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, on_both_in_real_time, start_of_time};
use testkit::world::{World, sync_of};

const POLICIES: &str = "settings_catalog_policy";
const HOUR: Duration = Duration::from_secs(3600);
/// Thirty days in slices of seven.
const FIRST_SLICES: i64 = 5;

/// A world with a tenant at Microsoft whose clock is the one of the database.
async fn made(t: &TestStore) -> (World, TestGraph) {
    let world = World::build(&t.store, &t.operator).await;
    let state = graph_sim::generate(7, Size { policies: 30, groups: 5 }, start_of_time());
    let graph = TestGraph::serving_at(&world, state, std::sync::Arc::clone(&t.clock) as _).await;
    (world, graph)
}

async fn events(world: &World, graph: &TestGraph) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::DriftRun>().unwrap();
    let request = audit_events_sync::request(world.tenant);
    let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(id).await
}

/// A sync that does not read the log itself: the lists of policies tell what changed.
async fn sync(world: &World, graph: &TestGraph) {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
    let id = world.store.runs().start(&permit, &sync_of(world.tenant, &[POLICIES]), Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let run = world.run(id).await;
    assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
}

fn ann() -> AuditActor {
    AuditActor::Person { name: "ann@contoso.com".to_owned(), app: "Intune portal".to_owned() }
}

fn terraform() -> AuditActor {
    AuditActor::Application { name: "Terraform".to_owned() }
}

/// The first policy changes its description.
fn change(graph: &TestGraph, text: &str) -> String {
    let id = graph.sim.read_state(graph.tenant, |state| state.ids(POLICIES)).unwrap()[0].clone();
    let mut policy = graph.sim.read_state(graph.tenant, |state| state.object(POLICIES, &id)).unwrap().unwrap();
    policy.set("description", Json::text(text));
    graph.sim.put_object(graph.tenant, POLICIES, policy).unwrap().unwrap();
    id
}

async fn item(world: &World, object: &str) -> InventoryItem {
    let scope = world.tenant_scope(&world.owner).await;
    let items = world.store.inventory().list(&scope, &InventoryFilter::default(), None, 500).await.unwrap().rows;
    items.into_iter().find(|item| item.object_id == object).unwrap()
}

/// Who the versions of an object are by, the first version first.
async fn by(world: &World, object: &str) -> Vec<Attribution> {
    let scope = world.tenant_scope(&world.owner).await;
    let item = item(world, object).await;
    let mut versions = world.store.policy_versions().of_item(&scope, item.id, None, 100).await.unwrap();
    versions.reverse();
    let asked: Vec<AskedOf> = versions.iter().map(|v| AskedOf::version(&item.resource_type, &item.object_id, v)).collect();
    world.store.tenant_events().attribute(&scope, &asked).await.unwrap()
}

/// The same in words: what is known, and who is named.
async fn words(world: &World, object: &str) -> Vec<String> {
    let words = |by: &Attribution| {
        let known = match by {
            Attribution::One(_) => "by",
            Attribution::Several(_) => "several",
            Attribution::SoFar(_) => "so far",
            Attribution::AtLeast(_) => "at least",
            Attribution::Nobody => "nobody",
            Attribution::NotRead => "not read",
            Attribution::NotRecorded => "not recorded",
            Attribution::BeforeUs => "before",
        };
        std::iter::once(known.to_owned()).chain(by.named().iter().map(|by| by.actor.words())).collect::<Vec<_>>().join(" ")
    };
    by(world, object).await.iter().map(words).collect()
}

fn counts(run: &Run) -> [i64; 3] {
    [CountKey::Items, CountKey::Created, CountKey::Unchanged].map(|key| run.counts.get(key).unwrap_or(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_is_by_whom_the_audit_log_names_and_nothing_else_of_it_is_kept() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        graph.sim.act_as(ann());
        let object = change(&graph, "by Ann");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(by(&world, &object).await, [Attribution::BeforeUs, Attribution::NotRead]);
        graph.sim.act_as(terraform());
        t.clock.advance(HOUR);
        change(&graph, "by Terraform");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        let first = events(&world, &graph).await;
        assert_eq!(first.outcome, Outcome::Succeeded, "{:?}", first.failures);
        assert_eq!(counts(&first), [2, 2, 0]);
        // The last hour may still bring an event.
        let told = ["before", "by ann@contoso.com (app Intune portal)", "so far application Terraform"];
        assert_eq!(words(&world, &object).await, told);
        // Read again, as far back as events may be late: nothing is there twice.
        t.clock.advance(HOUR);
        let told = ["before", "by ann@contoso.com (app Intune portal)", "by application Terraform"];
        assert_eq!(counts(&events(&world, &graph).await), [2, 0, 2]);
        assert_eq!(words(&world, &object).await, told);
        for table in ["tenant_audit_events", "tenant_audit_resources", "tenant_audit_sources", "operation_run_events"] {
            let rows = match t.store.backend() {
                store::Backend::Postgres => t.texts(&format!("select x::text from {table} x")).await,
                store::Backend::Sqlite => {
                    let columns = t.texts(&format!("select group_concat('coalesce(' || name || ', '''')', ' || ') from pragma_table_info('{table}') where type = 'TEXT'")).await;
                    t.texts(&format!("select {} from {table}", columns[0])).await
                }
            };
            assert!(!rows.is_empty(), "{table}");
            assert!(rows.iter().all(|row| !row.contains("audit-canary") && !row.contains("203.0.113")), "{table}: {rows:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_who_changed_it_between_two_observations_are_told_as_several() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        for actor in [ann(), terraform(), ann()] {
            t.clock.advance(HOUR);
            graph.sim.act_as(actor);
            change(&graph, &format!("at {}", t.store.now().await.unwrap()));
        }
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        events(&world, &graph).await;
        let object = graph.sim.read_state(graph.tenant, |state| state.ids(POLICIES)).unwrap()[0].clone();
        let told = by(&world, &object).await;
        let Attribution::Several(all) = &told[1] else { panic!("{told:?}") };
        let all: Vec<_> = all.iter().map(|by| (by.actor.words(), by.events)).collect();
        assert_eq!(all, [("ann@contoso.com (app Intune portal)".to_owned(), 2), ("application Terraform".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_refused_does_not_stop_the_other_and_is_told() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        let object = change(&graph, "changed");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        t.clock.advance(HOUR * 2);
        graph.sim.change_apps(graph.tenant, |apps| _ = apps[0].roles.remove("AuditLog.Read.All")).unwrap();
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, counts(&run)), (Outcome::PartiallySucceeded, [1, 1, 0]), "{:?}", run.failures);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        let told: Vec<_> = sources.iter().map(|s| (s.source, s.state.unwrap(), s.complete_until.is_some())).collect();
        assert_eq!(
            told,
            [(EventSource::Intune, TypeState::Complete, true), (EventSource::Directory, TypeState::Forbidden, false)]
        );
        assert!(matches!(&by(&world, &object).await[1], Attribution::One(_)));
        // The other way round: what was read stays, and its silence is worth nothing from then on.
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/deviceManagement/auditEvents"));
        graph.sim.change_apps(graph.tenant, |apps| _ = apps[0].roles.insert("AuditLog.Read.All".to_owned())).unwrap();
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::PartiallySucceeded);
        let again = t.store.tenant_events().sources(&scope).await.unwrap();
        assert_eq!((again[0].state, again[0].complete_until), (Some(TypeState::Forbidden), sources[0].complete_until));
        assert_eq!(again[1].state, Some(TypeState::Complete));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_late_is_found_by_a_later_reading() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        graph.sim.change_settings(|settings| {
            settings.audit_delay = HOUR * 3;
            settings.page_size = 1;
        });
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        let object = change(&graph, "one");
        t.clock.advance(Duration::from_secs(1));
        change(&graph, "two");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(counts(&events(&world, &graph).await), [0, 0, 0]);
        assert_eq!(by(&world, &object).await[1], Attribution::NotRead, "silence is not believed before events can have arrived");
        t.clock.advance(HOUR);
        events(&world, &graph).await;
        assert_eq!(by(&world, &object).await[1], Attribution::Nobody);
        t.clock.advance(HOUR * 2);
        assert_eq!(counts(&events(&world, &graph).await), [2, 2, 0], "page by page");
        assert!(matches!(&by(&world, &object).await[1], Attribution::One(by) if by.events == 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_leaves_a_log_unread_and_a_secret_that_is_wrong_both() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        for effect in [Effect::Html, Effect::LoopingNextLink] {
            let fault = graph.sim.inject(Fault::new(effect.clone()).on("/v1.0/deviceManagement/auditEvents"));
            let run = events(&world, &graph).await;
            assert_eq!(run.outcome, Outcome::PartiallySucceeded, "{effect:?} {:?}", run.failures);
            graph.sim.remove_fault(fault);
        }
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = "rotated".to_owned()).unwrap();
        graph.sim.expire_tokens(graph.tenant);
        t.clock.advance(HOUR * 2);
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("connection.credentials_invalid")));
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        assert!(sources.iter().all(|s| s.failure_code.as_deref() == Some("connection.credentials_invalid")), "{sources:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_for_what_somebody_else_did_before_the_log_was_read() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        let minute = Duration::from_secs(60);
        sync(&world, &graph).await;
        // Ann changes it a minute before the sync, Bob half an hour after it; the log is read in between.
        t.clock.advance(HOUR);
        graph.sim.act_as(ann());
        change(&graph, "by Ann");
        t.clock.advance(minute);
        sync(&world, &graph).await;
        t.clock.advance(minute);
        events(&world, &graph).await;
        t.clock.advance(HOUR / 2);
        graph.sim.act_as(AuditActor::Person { name: "bob@contoso.com".to_owned(), app: String::new() });
        let object = change(&graph, "by Bob");
        t.clock.advance(HOUR / 2);
        sync(&world, &graph).await;
        assert_eq!(words(&world, &object).await, ["before", "so far ann@contoso.com (app Intune portal)", "not read"]);
        t.clock.advance(HOUR * 2);
        events(&world, &graph).await;
        let told = words(&world, &object).await;
        assert_eq!(told[1], "by ann@contoso.com (app Intune portal)");
        assert!(told[2].starts_with("by bob@contoso.com"), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_not_read_for_months_is_not_silent_about_them() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        // The reading of the log is allowed only long after the first change.
        t.clock.advance(DAY);
        graph.sim.act_as(ann());
        let object = change(&graph, "by Ann, long ago");
        t.clock.advance(DAY);
        sync(&world, &graph).await;
        t.clock.advance(DAY * 40);
        graph.sim.act_as(terraform());
        change(&graph, "by Terraform");
        t.clock.advance(DAY);
        sync(&world, &graph).await;
        t.clock.advance(DAY);
        assert_eq!(counts(&events(&world, &graph).await)[0], 1, "slice by slice, the last 30 days");
        assert_eq!(words(&world, &object).await, ["before", "not recorded", "at least application Terraform"]);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = async || t.store.tenant_events().sources(&scope).await.unwrap();
        let now = t.store.now().await.unwrap();
        let first = sources().await;
        let ago = |at: Option<model::time::Moment>| at.map(|at| (now.micros() - at.micros()) / 86_400_000_000);
        assert_eq!(ago(first[0].complete_from), Some(30));
        assert_eq!(ago(first[1].complete_from), Some(7), "of a directory no event tells that its log reaches further back");
        // Every day from then on: the record grows, and its begin stays.
        t.clock.advance(DAY);
        events(&world, &graph).await;
        assert_eq!(
            sources().await.iter().map(|s| s.complete_from).collect::<Vec<_>>(),
            first.iter().map(|s| s.complete_from).collect::<Vec<_>>()
        );
        // Then not for two months: what was between is not on record.
        t.clock.advance(DAY * 60);
        events(&world, &graph).await;
        let later = sources().await;
        assert!(later[0].complete_from > first[0].complete_until, "{later:?}");
        assert!(later[1].complete_from > first[1].complete_until, "{later:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_away_for_a_moment_is_read_by_the_next_attempt() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        // Five requests are one attempt.
        graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents").times(7));
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt, counts(&run)), (Outcome::Succeeded, 2, [1, 1, 0]), "{:?}", run.failures);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        assert!(sources.iter().all(|source| source.state == Some(TypeState::Complete)), "{sources:?}");
        let directory = "select count(*) from operation_run_calls where path like '%directoryAudits'";
        assert_eq!(t.number(directory).await, FIRST_SLICES, "the other log was read once");
        // One that stays away is told as failed in the end.
        graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents"));
        t.clock.advance(HOUR);
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt), (Outcome::PartiallySucceeded, 3), "{:?}", run.failures);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_breaks_off_goes_on_where_it_was() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        change(&graph, "weeks ago");
        t.clock.advance(DAY * 25);
        change(&graph, "lately");
        t.clock.advance(HOUR * 2);
        let from = t.store.now().await.unwrap().minus(DAY * 30);
        // The third of five slices cannot be had.
        let third = from.plus(DAY * 21).to_fixed_text();
        let away =
            Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents").with_query(&third[..16]);
        graph.sim.inject(away.times(5));
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt), (Outcome::Succeeded, 2), "{:?}", run.failures);
        let calls = "select count(*) from operation_run_calls where path like '%auditEvents'";
        assert_eq!(t.number(calls).await, 2 + 5 + 3, "two slices, five times the third, and on from there");
        let scope = world.tenant_scope(&world.owner).await;
        let intune = async || t.store.tenant_events().sources(&scope).await.unwrap().remove(0);
        let minutes = |at: Option<model::time::Moment>| at.map(|at| (at.micros() - from.micros()) / 60_000_000);
        let whole = intune().await;
        assert_eq!((minutes(whole.complete_from), whole.state), (Some(0), Some(TypeState::Complete)));
        assert!(whole.complete_until >= Some(from.plus(DAY * 30)));
        assert_eq!(t.number("select count(*) from tenant_audit_events").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_passed_over_after_two_days() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::Succeeded);
        let scope = world.tenant_scope(&world.owner).await;
        let intune = async || t.store.tenant_events().sources(&scope).await.unwrap().remove(0);
        let first = intune().await;
        // From now on something in the log has no time.
        graph.sim.change_settings(|settings| settings.audit_odd = true);
        for _ in 0..2 {
            t.clock.advance(DAY / 2);
            let run = events(&world, &graph).await;
            assert_eq!((run.outcome, run.attempt), (Outcome::PartiallySucceeded, 1), "{:?}", run.failures);
            assert_eq!(intune().await.complete_until, first.complete_until, "it does not count as read");
        }
        t.clock.advance(DAY * 2);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::PartiallySucceeded, "it is told");
        let passed = intune().await;
        assert_eq!(passed.complete_from, passed.complete_until, "the record begins anew");
        assert!(passed.complete_from > first.complete_until);
        graph.sim.change_settings(|settings| settings.audit_odd = false);
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::Succeeded);
        assert!(intune().await.complete_from <= passed.complete_from, "and goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_goes_by_the_log_counts_from_when_it_asked_the_log() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 10).await;
        graph.sim.set_latency(Duration::from_millis(60));
        for _ in 0..2 {
            let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
            let request = sync_of(world.tenant, &["scope_tag"]);
            let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
            graph.worker(&world.store).run_queue_now().await.unwrap();
            assert_eq!(world.run(id).await.outcome, Outcome::Succeeded);
        }
        // What happens while the log is asked, or the list waits for its turn, is looked for by the next sync.
        let asked = "select count(*) from operation_run_calls where path like '%auditEvents'";
        assert_eq!(t.number(asked).await, 1);
        let later = "select count(*) from inventory_coverage where resource_type = 'scope_tag'
          and complete_from > (select min(at) from operation_run_calls where path like '%auditEvents')";
        assert_eq!(t.number(later).await, 0);
    })
    .await;
}
