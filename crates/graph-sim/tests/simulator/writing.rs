use std::time::Duration;

use graph_sim::Settings;
use model::json::Json;
use model::time::Moment;

use crate::world::{POLICIES, World, body, error_code};

const CONFIGURATIONS: &str = "/beta/deviceManagement/deviceConfigurations";

fn object(world: &World, key: &str, id: &str) -> Json {
    world.sim.read_state(world.tenant, |state| state.object(key, id)).unwrap().unwrap()
}

fn id_of(answer: &graph_sim::Response) -> String {
    body(answer).get("id").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_created_object_has_an_id_and_times_and_can_be_read() {
    let world = World::generated(60);
    let sent = r##"{"@odata.type":"#microsoft.graph.windows10CustomConfiguration","id":"mine","displayName":"New","omaSettings":[],"version":9}"##;
    let answer = world.send("POST", CONFIGURATIONS, sent);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = id_of(&answer);
    assert_ne!(id, "mine");
    let made = object(&world, "device_configuration", &id);
    assert_eq!(made.get("version"), Some(&Json::int(1)));
    assert_eq!(Moment::parse(made.get("createdDateTime").unwrap().as_str().unwrap()), Ok(crate::world::now()));
    assert_eq!(world.get(&format!("{CONFIGURATIONS}/{id}")).status, 200);
    let abstract_one = world.send("POST", CONFIGURATIONS, r#"{"displayName":"New"}"#);
    assert_eq!(abstract_one.status, 400, "the concrete type is mandatory");
}

#[test]
fn a_change_raises_version_and_time_and_keeps_the_rest() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("device_configuration")[0].clone()).unwrap();
    let before = object(&world, "device_configuration", &id);
    world.clock.advance(Duration::from_secs(60));
    let kind = before.get("@odata.type").unwrap().as_str().unwrap();
    let answer =
        world.send("PATCH", &format!("{CONFIGURATIONS}/{id}"), &format!(r#"{{"@odata.type":"{kind}","displayName":"Renamed"}}"#));
    assert_eq!(answer.status, 200);
    let after = object(&world, "device_configuration", &id);
    assert_eq!(after.get("displayName"), Some(&Json::text("Renamed")));
    assert_eq!(after.get("version").unwrap().as_i64(), before.get("version").unwrap().as_i64().map(|version| version + 1));
    assert_ne!(after.get("lastModifiedDateTime"), before.get("lastModifiedDateTime"));
    assert_eq!(after.get("createdDateTime"), before.get("createdDateTime"));
    assert_eq!(after.get("assignments"), before.get("assignments"));
}

#[test]
fn settings_are_replaced_by_put_and_not_reached_by_patch() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let path = format!("{POLICIES}/{id}");
    let before = object(&world, "settings_catalog_policy", &id);
    assert_eq!(world.send("PATCH", &path, r#"{"name":"a","settings":[]}"#).status, 200);
    assert_eq!(object(&world, "settings_catalog_policy", &id).get("settings"), before.get("settings"));
    assert_eq!(world.send("PUT", &path, r#"{"name":"b","settings":[]}"#).status, 200);
    let after = object(&world, "settings_catalog_policy", &id);
    assert_eq!(after.get("settings"), Some(&Json::Array(Vec::new())));
    assert_eq!(after.get("settingCount"), Some(&Json::int(0)));
    let other = format!("{CONFIGURATIONS}/x");
    assert_eq!(world.send("PUT", &other, r##"{"@odata.type":"#microsoft.graph.windows10CustomConfiguration"}"##).status, 400);
}

#[test]
fn assign_replaces_every_assignment() {
    let world = World::generated(60);
    let (policy, group) = world
        .sim
        .read_state(world.tenant, |state| (state.ids("settings_catalog_policy")[0].clone(), state.ids("group")[0].clone()))
        .unwrap();
    let path = format!("{POLICIES}/{policy}/assign");
    let target =
        |group: &str| format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}"##);
    let refused = world.send("POST", &path, &format!(r#"{{"assignments":[{},{}]}}"#, target(&group), target("nobody")));
    assert_eq!(refused.status, 400, "an unknown group fails the whole call");
    assert_eq!(world.send("POST", &path, &format!(r#"{{"assignments":[{}]}}"#, target(&group))).status, 200);
    let assigned = object(&world, "settings_catalog_policy", &policy);
    let ids: Vec<&Json> = assigned.get("assignments").unwrap().as_array().unwrap().iter().filter_map(|a| a.get("id")).collect();
    assert_eq!(ids, [&Json::text(format!("{policy}_{group}"))]);
    assert_eq!(assigned.get("isAssigned"), Some(&Json::Bool(true)));
    assert_eq!(world.send("POST", &path, r#"{"assignments":[]}"#).status, 200);
    assert_eq!(object(&world, "settings_catalog_policy", &policy).get("isAssigned"), Some(&Json::Bool(false)));
    assert_eq!(world.send("POST", &path, r#"{"deviceManagementScriptAssignments":[]}"#).status, 400);
    assert_eq!(world.send("POST", &format!("{POLICIES}/{policy}/nonsense"), "{}").status, 400);
}

#[test]
fn an_autopilot_profile_is_assigned_one_by_one() {
    let world = World::generated(60);
    let (profile, group) = world
        .sim
        .read_state(world.tenant, |state| (state.ids("autopilot_deployment_profile")[0].clone(), state.ids("group")[1].clone()))
        .unwrap();
    let path = format!("/beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignments");
    let before = world.walk(&path).0.len();
    let target = format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}"##);
    let added = world.send("POST", &path, &target);
    assert_eq!(added.status, 201);
    assert_eq!(world.walk(&path).0.len(), before + 1);
    assert_eq!(world.send("DELETE", &format!("{path}/{}", id_of(&added)), "").status, 204);
    assert_eq!(world.walk(&path).0.len(), before);
}

#[test]
fn a_deleted_object_is_gone_and_a_default_stays() {
    let world = World::generated(60);
    let (policy, default) = world
        .sim
        .read_state(world.tenant, |state| {
            (state.ids("settings_catalog_policy")[0].clone(), state.ids("enrollment_limit")[0].clone())
        })
        .unwrap();
    assert_eq!(world.send("DELETE", &format!("{POLICIES}/{policy}"), "").status, 204);
    assert_eq!(world.get(&format!("{POLICIES}/{policy}")).status, 404);
    assert_eq!(world.send("DELETE", &format!("{POLICIES}/{policy}"), "").status, 404);
    assert_eq!(world.send("DELETE", &format!("/beta/deviceManagement/deviceEnrollmentConfigurations/{default}"), "").status, 400);
}

#[test]
fn conditional_access_refuses_read_only_fields() {
    let world = World::generated(60);
    let path = "/v1.0/identity/conditionalAccess/policies";
    let refused = world.send("POST", path, r#"{"id":"x","displayName":"p"}"#);
    assert!(refused.text().contains("1001: 'id' is a readonly field"));
    assert!(world.send("POST", path, "[]").text().contains("1007"));
    let made = world.send("POST", path, r#"{"displayName":"p","state":"disabled"}"#);
    assert_eq!(made.status, 201);
    assert_eq!(world.send("PATCH", &format!("{path}/{}", id_of(&made)), r#"{"state":"enabled"}"#).status, 204);
    assert_eq!(error_code(&world.send("PUT", &format!("{path}/{}", id_of(&made)), "{}")), "No method match route template");
}

#[test]
fn an_intent_is_made_from_a_template() {
    let world = World::generated(60);
    let sent = r#"{"displayName":"Made","settingsDelta":[{"definitionId":"d","valueJson":"true"}]}"#;
    let made = world.send("POST", "/beta/deviceManagement/templates/t-1/createInstance", sent);
    assert_eq!(made.status, 201);
    let intent = object(&world, "endpoint_security_intent", &id_of(&made));
    assert_eq!(intent.get("templateId"), Some(&Json::text("t-1")));
    assert_eq!(intent.get("settings").unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn the_same_requests_make_the_same_ids() {
    let ids = |seed: u64| {
        let settings = Settings { seed, ..Settings::default() };
        let world = World::with(graph_sim::TenantState::new(), settings);
        world.get(POLICIES);
        id_of(&world.send("POST", POLICIES, r#"{"name":"x"}"#))
    };
    assert_eq!(ids(5), ids(5));
    assert_ne!(ids(5), ids(6));
}
