use std::time::Duration;

use graph_sim::{AppRegistration, Effect, EntryKind, Fault, Filter, Limits, Rate, Request, Response, Settings, TenantProfile};
use graph_sim::{TenantState, Which};
use model::json::Json;

use crate::world::{POLICIES, World, body, error_code, tenant_id};

const GROUPS: &str = "/v1.0/groups";
const CONDITIONAL: &str = "/v1.0/identity/conditionalAccess/policies";

fn limited(limits: Limits) -> World {
    World::with(TenantState::new(), Settings { limits: Some(limits), ..Settings::default() })
}

fn published() -> World {
    limited(Limits::published())
}

fn ask(world: &World, token: &str, path: &str) -> Response {
    world.sim.call(&Request::get(path).bearer(token))
}

#[test]
fn nothing_is_limited_unless_asked_for() {
    let world = World::generated(10);
    let token = world.token();
    assert!((0..1500).all(|_| ask(&world, &token, POLICIES).status == 200));
    assert_eq!(world.sim.throttled(), []);
}

#[test]
fn an_app_may_ask_intune_a_thousand_times_in_twenty_seconds() {
    let world = published();
    let token = world.token();
    assert!((0..1000).all(|_| ask(&world, &token, POLICIES).status == 200));
    let over = ask(&world, &token, POLICIES);
    assert_eq!((over.status, error_code(&over).as_str()), (429, "TooManyRequests"));
    assert_eq!(over.header_value("Retry-After"), Some("20"));
    let message = body(&over).at(&["error", "message"]).unwrap().as_str().unwrap().to_owned();
    assert!(Json::parse(message.as_bytes()).unwrap().get("RetryAfter").is_some(), "Intune's own error inside: {message}");
    // Other services have budgets of their own.
    assert_eq!(ask(&world, &token, "/beta/deviceManagement/roleScopeTags").status, 200);
    assert_eq!(ask(&world, &token, GROUPS).status, 200);
    world.pass(20);
    assert_eq!(ask(&world, &token, POLICIES).status, 200);
    assert_eq!(world.sim.throttles_given(), 1);
}

#[test]
fn a_steady_pace_below_the_limit_is_never_refused() {
    let world = published();
    for _ in 0..3 {
        let token = world.token();
        for _ in 0..1000 {
            assert_eq!(ask(&world, &token, POLICIES).status, 200);
            world.clock.advance(Duration::from_millis(20));
        }
    }
    assert_eq!(world.sim.throttles_given(), 0);
}

#[test]
fn writes_have_a_smaller_budget() {
    let world = published();
    let token = world.token();
    let write = || {
        let path = format!("{POLICIES}/nope");
        world.sim.call(&Request::new("DELETE", &path).bearer(&token)).status
    };
    assert!((0..100).all(|_| write() == 404));
    assert_eq!(write(), 429);
    assert_eq!(ask(&world, &token, POLICIES).status, 200);
}

#[test]
fn all_apps_of_a_tenant_share_twice_the_budget() {
    let world = published();
    world.sim.change_apps(world.tenant, |apps| apps.extend(["b", "c"].map(|id| AppRegistration::new(id, "s")))).unwrap();
    let token_of = |id| {
        let answer = world.ask_token(id, "s");
        body(&answer).get("access_token").and_then(Json::as_str).unwrap().to_owned()
    };
    let (first, second, third) = (world.token(), token_of("b"), token_of("c"));
    assert!((0..1000).all(|_| ask(&world, &first, POLICIES).status == 200 && ask(&world, &second, POLICIES).status == 200));
    assert_eq!(ask(&world, &third, POLICIES).status, 429, "its own budget is untouched, the tenant's is used up");
    assert!(world.sim.throttled().iter().any(|count| count.limit.ends_with("any: tenant")), "{:?}", world.sim.throttled());
}

#[test]
fn what_is_refused_counts_too() {
    let world = limited(Limits { intune: Rate::new(10, 20), ..Limits::published() });
    let token = world.token();
    (0..10).for_each(|_| drop(ask(&world, &token, POLICIES)));
    for _ in 0..60 {
        assert_eq!(ask(&world, &token, POLICIES).status, 429);
        world.pass(1);
    }
    world.pass(20);
    assert_eq!(ask(&world, &token, POLICIES).status, 200);
}

#[test]
fn directory_requests_cost_units_by_what_they_ask() {
    let world = limited(Limits { directory: [Rate::new(100, 10); 3], ..Limits::published() });
    let token = world.token();
    let one = ask(&world, &token, GROUPS);
    assert_eq!((one.header_value("x-ms-resource-unit"), one.header_value("x-ms-throttle-limit-percentage")), (Some("1"), None));
    let expanded = ask(&world, &token, "/v1.0/groups?$expand=members");
    assert_eq!(expanded.header_value("x-ms-resource-unit"), Some("2"));
    (0..78).for_each(|_| drop(ask(&world, &token, GROUPS)));
    assert_eq!(ask(&world, &token, GROUPS).header_value("x-ms-throttle-limit-percentage"), Some("0.8"));
    (0..20).for_each(|_| drop(ask(&world, &token, GROUPS)));
    let over = ask(&world, &token, GROUPS);
    assert_eq!(over.status, 429);
    assert_eq!(over.header_value("x-ms-throttle-information"), Some("ResourceUnitLimitExceeded"));
    let scope = format!("Tenant_Application/ReadWrite/app-1/{}", world.tenant);
    assert_eq!(over.header_value("x-ms-throttle-scope"), Some(scope.as_str()));
    assert_eq!(body(&over).at(&["error", "message"]), Some(&Json::text("Too many requests.")));
    // Ten a second come back.
    world.pass(1);
    assert_eq!(ask(&world, &token, GROUPS).status, 200);
}

#[test]
fn larger_tenants_may_ask_the_directory_more() {
    for (users, most) in [(10, 3500), (200, 5000), (9000, 8000)] {
        let world = limited(Limits { graph: Rate::new(1_000_000, 1), ..Limits::published() });
        let app = AppRegistration::new("app-1", "secret-1");
        let profile = TenantProfile { users, ..TenantProfile::new(world.tenant, "T", "t.example", app) };
        world.sim.add_tenant(profile, TenantState::new());
        let token = world.token();
        let given = (0..9000).take_while(|_| ask(&world, &token, GROUPS).status == 200).count();
        assert_eq!(given, most);
    }
}

#[test]
fn conditional_access_answers_once_a_second_and_does_not_say_when() {
    let world = published();
    let token = world.token();
    assert_eq!(ask(&world, &token, CONDITIONAL).status, 200);
    let over = ask(&world, &token, CONDITIONAL);
    assert_eq!((over.status, over.header_value("Retry-After")), (429, None));
    world.pass(2);
    for _ in 0..5 {
        assert_eq!(ask(&world, &token, CONDITIONAL).status, 200);
        world.pass(1);
    }
}

#[test]
fn tenants_do_not_share_their_budgets() {
    let world = limited(Limits { intune: Rate::new(1, 20), ..Limits::published() });
    let app = AppRegistration::new("app-1", "secret-1");
    world.sim.add_tenant(TenantProfile::new(tenant_id(2), "Other", "other.example", app), TenantState::new());
    let there = World { tenant: tenant_id(2), sim: world.sim.clone(), clock: world.clock.clone() };
    assert_eq!((world.get(POLICIES).status, there.get(POLICIES).status), (200, 200));
    assert_eq!((world.get(POLICIES).status, there.get(POLICIES).status), (429, 429));
}

#[test]
fn parts_of_a_batch_are_throttled_each_by_itself() {
    let world = limited(Limits { intune: Rate::new(5, 20), ..Limits::published() });
    let parts: Vec<String> = (0..8)
        .map(|id| format!(r#"{{"id":"{id}","method":"GET","url":"/deviceManagement/configurationPolicies"}}"#))
        .chain([r#"{"id":"g","method":"GET","url":"/groups"}"#.to_owned()])
        .collect();
    let answer = world.send("POST", "/beta/$batch", &format!(r#"{{"requests":[{}]}}"#, parts.join(",")));
    assert_eq!(answer.status, 200);
    let all = body(&answer);
    let responses = all.get("responses").unwrap().as_array().unwrap();
    let throttled: Vec<&Json> = responses.iter().filter(|part| part.get("status").and_then(Json::as_i64) == Some(429)).collect();
    assert_eq!(throttled.len(), 3);
    assert!(throttled.iter().all(|part| part.at(&["headers", "Retry-After"]).is_some()));
    let counted = Filter { kind: Some(EntryKind::BatchPart), status: Some(429), ..Filter::default() };
    assert_eq!((world.sim.count(&counted), world.sim.throttles_given()), (3, 3));
    assert_eq!(world.sim.requests_in_cool_down(), 0, "they were sent before anyone could know");
}

#[test]
fn requests_during_a_cool_down_are_counted() {
    let world = limited(Limits { intune: Rate::new(2, 20), ..Limits::published() });
    let token = world.token();
    (0..3).for_each(|_| drop(ask(&world, &token, POLICIES)));
    assert_eq!((world.sim.throttles_given(), world.sim.requests_in_cool_down()), (1, 0));
    // Sent before the answer can have been read.
    world.clock.advance(Duration::from_millis(100));
    ask(&world, &token, POLICIES);
    assert_eq!(world.sim.requests_in_cool_down(), 0);
    world.pass(5);
    ask(&world, &token, POLICIES);
    ask(&world, &token, GROUPS);
    assert_eq!(world.sim.requests_in_cool_down(), 1, "another service is not cooling down: {:?}", world.sim.throttled());
    world.pass(60);
    ask(&world, &token, POLICIES);
    assert_eq!(world.sim.requests_in_cool_down(), 1);
    world.sim.clear_ledger();
    assert_eq!(world.sim.throttled(), []);
}

#[test]
fn a_scripted_429_begins_a_cool_down_too() {
    let world = World::generated(10);
    let token = world.token();
    let fault = Fault::new(Effect::Throttled { retry_after: Some("12".into()) }).on(POLICIES).which(Which::Nth(1));
    world.sim.inject(fault);
    assert_eq!(ask(&world, &token, POLICIES).status, 429);
    world.pass(11);
    assert_eq!(ask(&world, &token, "/beta/deviceManagement/intents").status, 200);
    assert_eq!((world.sim.throttles_given(), world.sim.requests_in_cool_down()), (1, 1));
    world.pass(1);
    ask(&world, &token, POLICIES);
    assert_eq!(world.sim.requests_in_cool_down(), 1);
}
