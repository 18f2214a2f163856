use std::collections::BTreeSet;

use graph_sim::{Body, Delivery, Effect, Fault, Which};
use model::json::Json;

use crate::world::{POLICIES, World, body, error_code, ids, next_link, tenant_id};

fn world_with(effect: Effect) -> World {
    let world = World::generated(300);
    world.sim.inject(Fault::new(effect).on(POLICIES));
    world
}

#[test]
fn throttling_comes_with_without_and_with_a_strange_retry_after() {
    for retry_after in [None, Some("12".to_owned()), Some("soon".to_owned())] {
        let world = world_with(Effect::Throttled { retry_after: retry_after.clone() });
        let answer = world.get(POLICIES);
        assert_eq!((answer.status, error_code(&answer).as_str()), (429, "TooManyRequests"));
        assert_eq!(answer.header_value("Retry-After").map(str::to_owned), retry_after);
    }
}

#[test]
fn statuses_come_as_asked_for() {
    for (effect, status) in [
        (Effect::Expired, 401),
        (Effect::Forbidden, 403),
        (Effect::NotFound, 404),
        (Effect::ServerError { status: 503 }, 503),
        (Effect::NestedError { status: 500 }, 500),
    ] {
        assert_eq!(world_with(effect).get(POLICIES).status, status);
    }
    let nested = body(&world_with(Effect::NestedError { status: 500 }).get(POLICIES));
    let message = nested.at(&["error", "message"]).unwrap().as_str().unwrap();
    assert!(Json::parse(message.as_bytes()).unwrap().get("ErrorSourceService").is_some(), "JSON text inside the message");
}

#[test]
fn bodies_lie_as_asked_for() {
    let html = world_with(Effect::Html).get(POLICIES);
    assert_eq!((html.status, html.header_value("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert!(Json::parse(html.text().as_bytes()).is_err());
    let cut = world_with(Effect::TruncatedJson).get(POLICIES);
    assert!(cut.status == 200 && Json::parse(cut.text().as_bytes()).is_err());
    let error = world_with(Effect::ErrorBodyWith200).get(POLICIES);
    assert!(error.status == 200 && body(&error).get("error").is_some());
    let large = world_with(Effect::OversizedBody { bytes: 5_000_000_000 }).get(POLICIES);
    assert!(matches!(large.body, Body::Filled { .. }) && large.body.len() > 5_000_000_000);
    assert_eq!(large.body.into_bytes(1_000_000), None);
    let small = world_with(Effect::OversizedBody { bytes: 10 }).get(POLICIES);
    assert!(Json::parse(&small.body.into_bytes(1000).unwrap()).is_ok());
}

#[test]
fn deliveries_fail_as_asked_for() {
    assert_eq!(world_with(Effect::DroppedConnection).get(POLICIES).delivery, Delivery::Dropped);
    assert_eq!(world_with(Effect::Hang).get(POLICIES).delivery, Delivery::Hang);
    assert!(matches!(world_with(Effect::SlowBody { pause_ms: 5 }).get(POLICIES).delivery, Delivery::Slow(_)));
}

#[test]
fn links_mislead_as_asked_for() {
    let foreign = body(&world_with(Effect::ForeignNextLink { base_url: "https://evil.example".into() }).get(POLICIES));
    assert!(foreign.get("@odata.nextLink").unwrap().as_str().unwrap().starts_with("https://evil.example/beta/"));

    let world = world_with(Effect::LoopingNextLink);
    let page = body(&world.get(POLICIES));
    assert_eq!(next_link(&page).as_deref(), Some(POLICIES));

    let world = world_with(Effect::EndlessNextLink);
    let (mut seen, mut path) = (BTreeSet::new(), POLICIES.to_owned());
    for _ in 0..50 {
        let answer = world.get(&path);
        assert_eq!(answer.status, 200);
        path = next_link(&body(&answer)).unwrap();
        assert!(seen.insert(path.clone()), "a link came twice");
    }
}

#[test]
fn an_empty_page_loses_nothing() {
    let world = World::generated(300);
    let expected = ids(&world.walk(POLICIES).0);
    world.sim.inject(Fault::new(Effect::EmptyPage).on(POLICIES).which(Which::Nth(2)));
    let (objects, _) = world.walk(POLICIES);
    assert_eq!(ids(&objects), expected);
    world.sim.inject(Fault::new(Effect::EmptyPage).on(POLICIES));
    let first = body(&world.get(POLICIES));
    assert!(first.get("value").unwrap().as_array().unwrap().is_empty() && next_link(&first).is_some());
    assert_eq!(ids(&world.walk(POLICIES).0), expected);
}

#[test]
fn objects_come_twice_across_pages() {
    let world = World::generated(300);
    let expected: BTreeSet<String> = ids(&world.walk(POLICIES).0).into_iter().collect();
    let fault = world.sim.inject(Fault::new(Effect::DuplicateObjects).on(POLICIES));
    let seen = ids(&world.walk(POLICIES).0);
    assert!(seen.len() > expected.len() && world.sim.times_applied(fault) > 1);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn hostile_strings_are_valid_json() {
    let page = body(&world_with(Effect::HostileStrings).get(POLICIES));
    let first = &page.get("value").unwrap().as_array().unwrap()[0];
    let name = first.get("name").unwrap().as_str().unwrap();
    assert!(name.contains("<script>") && name.contains('\u{202e}') && name.contains('\u{0}'));
    assert!(first.get("description").unwrap().as_str().unwrap().len() > 1_000_000);
}

#[test]
fn faults_hit_the_requests_that_they_name() {
    let world = World::generated(60);
    let error = || Effect::ServerError { status: 502 };
    let hits = |fault: Fault, path: &str, count: usize| {
        world.sim.clear_faults();
        world.sim.inject(fault);
        (0..count).map(|_| world.get(path).status == 502).collect::<Vec<bool>>()
    };
    assert_eq!(hits(Fault::new(error()).on(POLICIES).which(Which::Nth(2)), POLICIES, 4), [false, true, false, false]);
    assert_eq!(hits(Fault::new(error()).on(POLICIES).which(Which::Every(2)), POLICIES, 4), [false, true, false, true]);
    assert_eq!(hits(Fault::new(error()).on(POLICIES).times(1), POLICIES, 3), [true, false, false]);
    assert_eq!(hits(Fault::new(error()).on("/v1.0/groups"), POLICIES, 2), [false, false]);
    assert_eq!(hits(Fault::new(error()).on(POLICIES).in_tenant(tenant_id(9)), POLICIES, 1), [false]);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let template = format!("{POLICIES}/{{id}}");
    assert_eq!(hits(Fault::new(error()).on(&template), &format!("{POLICIES}/{id}"), 1), [true]);
    assert_eq!(hits(Fault::new(error()).on(&template), POLICIES, 1), [false], "a template names items only");
}

#[test]
fn the_token_endpoint_can_fail_too() {
    let world = World::generated(60);
    world.sim.inject(Fault::new(Effect::Throttled { retry_after: Some("3".into()) }).on("/{tenant}/oauth2/v2.0/token").times(1));
    assert_eq!(world.ask_token("app-1", "secret-1").status, 429);
    assert_eq!(world.ask_token("app-1", "secret-1").status, 200);
}

#[test]
fn a_fault_can_hit_the_later_pages_alone() {
    let world = World::generated(300);
    world.sim.inject(Fault::new(Effect::ServerError { status: 500 }).on(POLICIES).with_query("$skiptoken"));
    let first = world.get(POLICIES);
    assert_eq!(first.status, 200);
    assert_eq!(world.get(&next_link(&body(&first)).unwrap()).status, 500);
}
