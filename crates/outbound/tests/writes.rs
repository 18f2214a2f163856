//! Writes: what is certain is done once, what is not is told as such, and the quota of writes is used to its end. On a virtual clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod virtual_time;

use std::time::Duration;

use graph_sim::{Effect as Misbehaviour, EffectCount, Fault, Limits as Quota, Which, Wrote};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{ApiVersion, Method};
use model::restore::Effect;
use outbound::graph::{GraphSession, Question, Refused, Write, Written};
use tokio::time::Instant;
use virtual_time::World;

const POLICIES: &str = "/deviceManagement/configurationPolicies";
const BETA_POLICIES: &str = "/beta/deviceManagement/configurationPolicies";

fn world() -> (World, GraphSession) {
    let world = World::limited(Quota::published());
    let session = world.unlimited(&world.graph(None));
    (world, session)
}

fn body(name: &str) -> Json {
    Json::from([
        ("name", Json::text(name)),
        ("platforms", Json::text("windows10")),
        ("technologies", Json::text("mdm")),
        ("settings", Json::Array(Vec::new())),
    ])
}

fn create(name: &str) -> Write {
    Write::new(Effect::Create, Method::Post, ApiVersion::Beta, POLICIES, POLICIES, Some(body(name)))
}

fn item(id: &str) -> String {
    format!("{POLICIES}/{id}")
}

fn change(id: &str, description: &str) -> Write {
    let sent = Json::from([("description", Json::text(description))]);
    Write::new(
        Effect::Change,
        Method::Patch,
        ApiVersion::Beta,
        "/deviceManagement/configurationPolicies/{id}",
        item(id),
        Some(sent),
    )
}

fn assign(id: &str) -> Write {
    let everybody =
        Json::parse(br##"{"assignments":[{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}]}"##);
    let template = "/deviceManagement/configurationPolicies/{id}/assign";
    Write::new(Effect::Replace, Method::Post, ApiVersion::Beta, template, format!("{}/assign", item(id)), everybody.ok())
}

fn remove(id: &str) -> Write {
    let template = "/deviceManagement/configurationPolicies/{id}";
    Write::new(Effect::Remove, Method::Delete, ApiVersion::Beta, template, item(id), None)
}

fn made(written: Written) -> String {
    let Written::Done { status: 201, body: Some(body) } = written else { panic!("{written:?}") };
    body.get("id").unwrap().as_str().unwrap().to_owned()
}

fn refused(written: Written) -> Refused {
    let Written::Refused(refused) = written else { panic!("{written:?}") };
    refused
}

fn is_done(written: &Written) -> bool {
    matches!(written, Written::Done { .. })
}

fn effects(world: &World, wrote: Wrote) -> u64 {
    let of = |effect: &EffectCount| effect.wrote == wrote;
    world.sim.effects(Some(world.tenant)).iter().filter(|effect| of(effect)).map(|effect| effect.count).sum()
}

/// Writes that reached the simulator, whatever came of them.
fn sent(world: &World, method: &str) -> u64 {
    world.sim.ledger().count(&graph_sim::Filter {
        method: Some(method.to_owned()),
        tenant: Some(world.tenant),
        ..Default::default()
    }) - world.sim.ledger().count(&graph_sim::Filter {
        method: Some(method.to_owned()),
        tenant: Some(world.tenant),
        kind: Some(graph_sim::EntryKind::Token),
        ..Default::default()
    })
}

#[tokio::test(start_paused = true)]
async fn an_object_is_made_changed_assigned_and_removed() {
    let (world, session) = world();
    let id = made(session.write(&create("One")).await);
    for write in [change(&id, "a"), assign(&id), remove(&id)] {
        let written = session.write(&write).await;
        assert!(is_done(&written), "{write:?}: {written:?}");
    }
    let gone = refused(session.write(&change(&id, "b")).await);
    assert_eq!((gone.failure.code(), gone.uncertain), (Code::GraphNotFound, false));
    assert_eq!([Wrote::Created, Wrote::Updated, Wrote::Acted, Wrote::Deleted].map(|wrote| effects(&world, wrote)), [1; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_may_have_been_carried_out_is_never_sent_again() {
    let effects_of = [
        Misbehaviour::AnswerLost,
        Misbehaviour::LostBefore,
        Misbehaviour::Hang,
        Misbehaviour::DroppedConnection,
        Misbehaviour::TruncatedJson,
        Misbehaviour::Html,
        Misbehaviour::ServerError { status: 500 },
        Misbehaviour::ServerError { status: 503 },
        Misbehaviour::ErrorAfterEffect { status: 504 },
    ];
    for misbehaviour in effects_of {
        let (world, session) = world();
        world.sim.inject(Fault::new(misbehaviour.clone()).method("POST").on(BETA_POLICIES).times(1));
        let written = session.write(&create("One")).await;
        assert!(matches!(written, Written::Lost { .. }) && written.is_lost(), "{misbehaviour:?}: {written:?}");
        assert_eq!(sent(&world, "POST"), 1, "{misbehaviour:?}");
        assert!(effects(&world, Wrote::Created) <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_certainly_not_carried_out_is_sent_again() {
    let waits = |seconds: Option<&str>| Misbehaviour::Throttled { retry_after: seconds.map(str::to_owned) };
    for (misbehaviour, least) in [(waits(Some("7")), 7), (waits(None), 5), (waits(Some("soon")), 5), (Misbehaviour::Expired, 0)] {
        let (world, session) = world();
        world.sim.inject(Fault::new(misbehaviour.clone()).method("POST").on(BETA_POLICIES).times(1));
        let started = Instant::now();
        made(session.write(&create("One")).await);
        assert!(started.elapsed() >= Duration::from_secs(least), "{misbehaviour:?}");
        assert_eq!((sent(&world, "POST"), effects(&world, Wrote::Created)), (2, 1), "{misbehaviour:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_throttled_for_ever_is_refused() {
    let (world, session) = world();
    world.sim.inject(Fault::new(Misbehaviour::Throttled { retry_after: Some("1".to_owned()) }).method("POST").on(BETA_POLICIES));
    let refused = refused(session.write(&create("One")).await);
    assert_eq!((refused.failure.code(), refused.uncertain), (Code::GraphThrottled, false));
    assert_eq!((sent(&world, "POST"), effects(&world, Wrote::Created)), (5, 0));
    world.sim.clear_faults();
    world.sim.inject(Fault::new(Misbehaviour::Expired).method("POST").on(BETA_POLICIES));
    let Written::Refused(refused) = session.write(&create("One")).await else { panic!("a token that is refused twice") };
    assert_eq!(refused.failure.code(), Code::GraphUnauthorized);
}

#[tokio::test(start_paused = true)]
async fn what_may_be_repeated_is() {
    let (world, session) = world();
    let id = made(session.write(&create("One")).await);
    for misbehaviour in [Misbehaviour::AnswerLost, Misbehaviour::Hang, Misbehaviour::ServerError { status: 503 }] {
        for write in [change(&id, "a"), assign(&id)] {
            world.sim.clear_faults();
            world.sim.inject(Fault::new(misbehaviour.clone()).on(&format!("{BETA_POLICIES}/{id}")).times(2));
            let written = session.write(&write).await;
            assert!(is_done(&written), "{misbehaviour:?}: {written:?}");
        }
    }
    world.sim.clear_faults();
    world.sim.inject(Fault::new(Misbehaviour::AnswerLost).method("DELETE").times(1));
    assert_eq!(session.write(&remove(&id)).await, Written::Done { status: 404, body: None }, "it is gone, whoever removed it");
    assert_eq!(refused(session.write(&remove(&id)).await).failure.code(), Code::GraphNotFound);
}

#[tokio::test(start_paused = true)]
async fn nobody_knows_what_came_of_a_change_that_is_never_answered() {
    let (world, session) = world();
    let id = made(session.write(&create("One")).await);
    world.sim.inject(Fault::new(Misbehaviour::AnswerLost).method("PATCH"));
    let Written::Lost { failure } = session.write(&change(&id, "a")).await else { panic!("it was carried out five times") };
    assert_eq!(failure.code(), Code::GraphUnavailable);
    world.sim.clear_faults();
    world.sim.inject(Fault::new(Misbehaviour::AnswerLost).method("PATCH").which(Which::First(1)));
    world.sim.inject(Fault::new(Misbehaviour::PreconditionFailed).method("PATCH").which(Which::After(1)));
    let refused = session.write(&change(&id, "a")).await;
    assert!(refused.is_lost(), "the first attempt was carried out, the second was refused: {refused:?}");
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_a_code_of_its_own() {
    let (world, session) = world();
    let id = made(session.write(&create("One")).await);
    let code = |written: Written| refused(written).failure.code();
    world.sim.inject(Fault::new(Misbehaviour::PreconditionFailed).method("PATCH"));
    assert_eq!(code(session.write(&change(&id, "a")).await), Code::GraphPreconditionFailed);
    world.sim.inject(Fault::new(Misbehaviour::Conflict).method("POST"));
    assert_eq!(code(session.write(&create("One")).await), Code::GraphAlreadyExists);
    assert_eq!(code(session.write(&assign(&id)).await), Code::GraphConflict);
    let group = Json::from([("displayName", Json::text("g"))]);
    let group = Write::new(Effect::Create, Method::Post, ApiVersion::V1, "/groups", "/groups", Some(group));
    assert_eq!(code(session.write(&group).await), Code::GraphConflict, "the directory means that others write at the same time");
    world.sim.clear_faults();
    world.sim.inject(Fault::new(Misbehaviour::Forbidden).method("POST"));
    let forbidden = refused(session.write(&create("One")).await);
    assert_eq!((forbidden.failure.code(), forbidden.approval), (Code::GraphForbidden, false));
    world.sim.clear_faults();
    let filter = |name: &str| {
        let path = "/deviceManagement/assignmentFilters";
        let body = Json::from([("displayName", Json::text(name)), ("platform", Json::text("iOS")), ("rule", Json::text("x"))]);
        Write::new(Effect::Create, Method::Post, ApiVersion::Beta, path, path, Some(body))
    };
    assert!(is_done(&session.write(&filter("Twice")).await));
    assert_eq!(code(session.write(&filter("Twice")).await), Code::GraphAlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn a_property_that_is_read_only_is_named_and_left_out() {
    let (world, session) = world();
    world.sim.inject(Fault::new(Misbehaviour::ReadOnlyProperty { name: "technologies".to_owned() }));
    let refused = refused(session.write(&create("One")).await);
    assert_eq!((refused.failure.code(), refused.names.as_deref()), (Code::GraphBadRequest, Some("technologies")));
    assert!(!refused.failure.message().contains("technologies"));
    made(session.write(&create("One").without("technologies")).await);
}

#[tokio::test(start_paused = true)]
async fn a_protected_write_waits_and_is_carried_out_once_it_was_approved() {
    let (world, session) = world();
    world.sim.protect(world.tenant, POLICIES);
    let silent = refused(session.write(&create("One")).await);
    assert_eq!((silent.approval, silent.approval_code, silent.failure.code()), (true, None, Code::GraphApprovalRequired));
    let write = create("One").because("Restore of 22 November");
    let waits = refused(session.write(&write).await);
    let code = waits.approval_code.unwrap();
    assert!(waits.approval);
    assert!(refused(session.write(&write).await).approval, "it waits already");
    let again = refused(session.write(&write.clone().approved_as(code.clone())).await);
    assert_eq!((again.approval, again.approval_code.as_ref()), (true, Some(&code)), "nobody has looked yet");
    world.sim.approve(world.tenant, Some(code.as_str()));
    made(session.write(&write.approved_as(code)).await);
    assert_eq!(effects(&world, Wrote::Created), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_refused_for_certain() {
    let (world, session) = world();
    world.sim.change_apps(world.tenant, |apps| apps[0].disabled = true).unwrap();
    let refused = refused(session.write(&create("One")).await);
    assert_eq!((refused.failure.code(), refused.uncertain), (Code::ApplicationDisabled, false));
    let elsewhere = Write::new(Effect::Create, Method::Post, ApiVersion::Beta, "/x", "@evil.example/x", Some(body("x")));
    let written = session.write(&elsewhere).await;
    assert!(matches!(&written, Written::Refused(refused) if refused.failure.code() == Code::Internal), "{written:?}");
}

async fn many(session: &GraphSession, count: usize) -> Vec<String> {
    let written = session.write_many((0..count).map(|n| create(&format!("Policy {n}"))).collect()).await;
    written.into_iter().map(made).collect()
}

#[tokio::test(start_paused = true)]
async fn many_writes_answer_in_their_order_and_only_what_may_be_repeated_goes_in_batches() {
    let (world, session) = world();
    let ids = many(&session, 45).await;
    assert_eq!(session.meter().snapshot().batches, 0, "a lost answer of a create concerns one object");
    for (number, id) in ids.iter().enumerate() {
        let name = world.sim.read_state(world.tenant, |state| state.object("settings_catalog_policy", id)).unwrap().unwrap();
        assert_eq!(name.get("name"), Some(&Json::text(format!("Policy {number}"))));
    }
    let mut writes: Vec<Write> = ids.iter().map(|id| assign(id)).collect();
    writes.insert(7, create("Between"));
    let written = session.write_many(writes).await;
    assert!(written.iter().all(is_done), "{written:?}");
    made(written[7].clone());
    assert_eq!((session.meter().snapshot().batches, effects(&world, Wrote::Acted)), (3, 45));
}

#[tokio::test(start_paused = true)]
async fn each_part_of_a_batch_is_judged_by_itself() {
    let (world, session) = world();
    let ids = many(&session, 20).await;
    let path = |n: usize| format!("{BETA_POLICIES}/{}/assign", ids[n]);
    world.sim.inject(Fault::new(Misbehaviour::Throttled { retry_after: Some("9".to_owned()) }).on(&path(1)).times(1));
    world.sim.inject(Fault::new(Misbehaviour::ServerError { status: 502 }).on(&path(2)).times(1));
    world.sim.inject(Fault::new(Misbehaviour::AnswerLost).on(&path(3)).times(1));
    world.sim.inject(Fault::new(Misbehaviour::NotFound).on(&path(4)));
    world.sim.inject(Fault::new(Misbehaviour::ErrorAfterEffect { status: 504 }).on(&path(5)));
    let written = session.write_many(ids.iter().map(|id| assign(id)).collect()).await;
    for (number, written) in written.iter().enumerate() {
        match number {
            4 => assert_eq!(refused(written.clone()).failure.code(), Code::GraphNotFound),
            5 => assert!(written.is_lost(), "{written:?}"),
            _ => assert!(is_done(written), "{number}: {written:?}"),
        }
    }
    let assigned = |id: &String| world.sim.writes_to(world.tenant, id) - 1;
    assert_eq!(ids.iter().map(assigned).collect::<Vec<_>>()[..7], [1, 1, 1, 2, 0, 5, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_goes_wrong_as_a_whole_leaves_no_write_undone() {
    for misbehaviour in [
        Misbehaviour::AnswerLost,
        Misbehaviour::TruncatedJson,
        Misbehaviour::Html,
        Misbehaviour::ServerError { status: 503 },
        Misbehaviour::Throttled { retry_after: Some("3".to_owned()) },
        Misbehaviour::Expired,
        Misbehaviour::NotFound,
    ] {
        let (world, session) = world();
        let ids = many(&session, 30).await;
        world.sim.inject(Fault::new(misbehaviour.clone()).on("/beta/$batch").times(1));
        let written = session.write_many(ids.iter().map(|id| assign(id)).collect()).await;
        assert!(written.iter().all(is_done), "{misbehaviour:?}: {written:?}");
        assert!(effects(&world, Wrote::Acted) >= 30, "{misbehaviour:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn five_hundred_objects_with_assignments_take_hardly_longer_than_the_quota_of_writes_demands() {
    let world = World::limited(Quota::published());
    let session = world.session(&world.graph(None));
    let started = Instant::now();
    let ids = many(&session, 500).await;
    let quarter = (session.eta_of_writes([(POLICIES, 500)]).unwrap(), Instant::now());
    let written = session.write_many(ids.iter().map(|id| assign(id)).collect()).await;
    assert!(written.iter().all(is_done));
    // From a full quota, 100 go at once and 900 need nine windows of 20 s.
    let (time, floor) = (started.elapsed(), Duration::from_secs(180));
    assert_eq!(world.refused(), 0);
    assert!(time >= floor && time <= floor + floor / 20, "{time:?}");
    let (told, took) = (quarter.0.as_secs_f64(), quarter.1.elapsed().as_secs_f64());
    assert!((told - took).abs() <= took / 10.0, "told {told}, took {took}");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_creates_assignments_and_readings_take_a_fifth_of_a_minute_without_limits() {
    let (world, session) = world();
    let started = Instant::now();
    let ids = many(&session, 1000).await;
    let written = session.write_many(ids.iter().map(|id| assign(id)).collect()).await;
    assert!(written.iter().all(is_done));
    let template = "/deviceManagement/configurationPolicies/{id}";
    let read: Vec<Result<Json, Failure>> =
        session.read_many(ids.iter().map(|id| Question::new(template, item(id), ApiVersion::Beta)).collect()).await;
    assert!(read.iter().all(Result::is_ok));
    assert!(started.elapsed() <= Duration::from_secs(12), "{:?}", started.elapsed());
    assert_eq!((effects(&world, Wrote::Created), effects(&world, Wrote::Acted)), (1000, 1000));
}

#[tokio::test(start_paused = true)]
async fn the_trace_of_writes_has_methods_and_templates_and_no_content() {
    let (_world, session) = world();
    let ids = many(&session, 3).await;
    session.write_many(ids.iter().map(|id| assign(id)).collect()).await;
    let calls = session.recorder().take(true);
    let all = format!("{calls:?}");
    assert!(!all.contains("Policy 1") && !all.contains(&ids[0]), "{all}");
    let total = |method: &str, path: &str| calls.totals.iter().find(|t| t.method == method && t.path == path).map(|t| t.calls);
    assert_eq!(total("POST", POLICIES), Some(3));
    assert_eq!(total("POST", "/deviceManagement/configurationPolicies/{id}/assign"), Some(3));
    let shown = format!("{:?}", assign(&ids[0]));
    assert!(!shown.contains(&ids[0]), "{shown}");
}
