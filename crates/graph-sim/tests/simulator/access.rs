use graph_sim::{AppRegistration, EntryKind, Filter, Request, TenantProfile, TenantState};
use model::json::Json;

use crate::world::{POLICIES, World, body, error_code, tenant_id};

#[test]
fn a_request_without_a_token_is_refused() {
    let world = World::generated(60);
    let answer = world.sim.call(&Request::get(POLICIES));
    assert_eq!((answer.status, error_code(&answer).as_str()), (401, "InvalidAuthenticationToken"));
    assert!(answer.header_value("WWW-Authenticate").is_some());
    assert_eq!(world.sim.call(&Request::get(POLICIES).bearer("invented")).status, 401);
}

#[test]
fn a_token_ends_when_its_time_is_over() {
    let world = World::generated(60);
    let token = world.token();
    let ask = || world.sim.call(&Request::get(POLICIES).bearer(&token));
    world.pass(3598);
    assert_eq!(ask().status, 200);
    world.pass(1);
    assert_eq!(ask().status, 401);
    assert!(ask().text().contains("the token is expired"));
    let other = world.token();
    world.sim.expire_tokens(world.tenant);
    assert_eq!(world.sim.call(&Request::get(POLICIES).bearer(&other)).status, 401);
}

#[test]
fn the_token_endpoint_says_what_is_wrong() {
    let world = World::generated(60);
    let number = |answer: &graph_sim::Response| body(answer).get("error_codes").unwrap().as_array().unwrap()[0].as_i64().unwrap();
    let wrong = world.ask_token("app-1", "nope");
    assert_eq!((wrong.status, number(&wrong)), (401, 7_000_215));
    let stranger = world.ask_token("app-2", "secret-1");
    assert_eq!((stranger.status, number(&stranger)), (400, 700_016));
    world.sim.change_apps(world.tenant, |apps| apps[0].secret_expired = true).unwrap();
    assert_eq!(number(&world.ask_token("app-1", "secret-1")), 7_000_222);
    world.sim.change_apps(world.tenant, |apps| apps[0].disabled = true).unwrap();
    assert_eq!(number(&world.ask_token("app-1", "secret-1")), 7_000_112);
    let nowhere = world.sim.call(&Request::new("POST", "/00000000-0000-4000-8000-0000000000ff/oauth2/v2.0/token"));
    assert_eq!((nowhere.status, number(&nowhere)), (400, 90002));
}

#[test]
fn a_missing_permission_is_forbidden_in_the_words_of_each_service() {
    let world = World::generated(60);
    world
        .sim
        .change_apps(world.tenant, |apps| {
            apps[0] = AppRegistration::new("app-1", "secret-1").with_roles(["DeviceManagementConfiguration.Read.All"])
        })
        .unwrap();
    assert_eq!(world.get(POLICIES).status, 200);
    for (path, code) in [
        ("/v1.0/groups", "Authorization_RequestDenied"),
        ("/v1.0/identity/conditionalAccess/policies", "AccessDenied"),
        ("/beta/deviceAppManagement/mobileApps", "Forbidden"),
    ] {
        let answer = world.get(path);
        assert_eq!((answer.status, error_code(&answer).as_str()), (403, code), "{path}");
    }
    assert_eq!(world.send("POST", POLICIES, r#"{"name":"x"}"#).status, 403, "reading is not writing");
}

#[test]
fn an_old_token_keeps_its_roles_after_consent_was_withdrawn() {
    let world = World::generated(60);
    let token = world.token();
    world.sim.change_apps(world.tenant, |apps| apps[0].roles.clear()).unwrap();
    assert_eq!(world.sim.call(&Request::get(POLICIES).bearer(&token)).status, 200);
    assert_eq!(world.get(POLICIES).status, 403);
}

#[test]
fn tenants_see_only_their_own_objects() {
    let world = World::generated(60);
    let other = tenant_id(2);
    let app = AppRegistration::new("app-1", "secret-1");
    world.sim.add_tenant(TenantProfile::new(other, "Other", "other.example", app), TenantState::new());
    let there = World { tenant: other, sim: world.sim.clone(), clock: world.clock.clone() };
    assert!(there.walk(POLICIES).0.is_empty());
    assert!(!world.walk(POLICIES).0.is_empty());
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    assert_eq!(there.get(&format!("{POLICIES}/{id}")).status, 404);
    assert_eq!(world.get(&format!("{POLICIES}('{id}')")).status, 200);
}

#[test]
fn granted_permissions_can_be_looked_up() {
    let world = World::generated(60);
    let organization = body(&world.get("/v1.0/organization"));
    assert_eq!(
        organization.get("value").unwrap().as_array().unwrap()[0].get("displayName"),
        Some(&Json::text("Havn Industries"))
    );
    let own = body(&world.get("/v1.0/servicePrincipals(appId='app-1')"));
    let id = own.get("id").unwrap().as_str().unwrap();
    let granted = body(&world.get(&format!("/v1.0/servicePrincipals/{id}/appRoleAssignments")));
    let graph = body(&world.get("/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"));
    let names: Vec<&str> = granted
        .get("value")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|grant| {
            let roles = graph.get("appRoles")?.as_array()?;
            roles.iter().find(|role| role.get("id") == grant.get("appRoleId"))?.get("value")?.as_str()
        })
        .collect();
    assert!(names.contains(&"DeviceManagementConfiguration.Read.All") && names.contains(&"Group.Read.All"));
}

#[test]
fn members_are_counted_with_the_header_only() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("group")[0].clone()).unwrap();
    world.sim.change_state(world.tenant, |state| state.set_member_count(&id, 17)).unwrap();
    let path = format!("/v1.0/groups/{id}/members/$count");
    assert_eq!(world.get(&path).status, 400);
    let eventual = Request::get(&path).bearer(&world.token()).header("ConsistencyLevel", "eventual");
    assert_eq!(world.sim.call(&eventual).text(), "17");
}

#[test]
fn the_ledger_counts_every_request_by_what_it_was() {
    let world = World::generated(60);
    let mark = world.sim.mark();
    let token = world.token();
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    for path in [POLICIES.to_owned(), format!("{POLICIES}/{id}"), format!("{POLICIES}/nope")] {
        let answer = world.sim.call(&Request::get(&path).bearer(&token).header("client-request-id", "mine"));
        assert_eq!(answer.header_value("client-request-id"), Some("mine"));
        assert!(answer.header_value("request-id").is_some());
    }
    assert_eq!((world.sim.requests_since(mark), world.sim.units_since(mark)), (4, 3));
    let items = Filter { template: Some(format!("{POLICIES}/{{id}}")), tenant: Some(world.tenant), ..Filter::default() };
    assert_eq!(world.sim.count(&items), 2);
    assert_eq!(world.sim.count(&Filter { status: Some(404), ..items }), 1);
    assert_eq!(world.sim.count(&Filter { kind: Some(EntryKind::Token), ..Filter::default() }), 1);
    assert_eq!(world.sim.ledger().recent().count(), 4);
    world.sim.clear_ledger();
    assert_eq!(world.sim.requests(), 0);
}
