//! What a restore meets: children that have requests of their own, names that occur once, references, defaults.

use graph_sim::{Effect, Fault, Settings, TenantState, Wrote};
use model::json::Json;

use crate::world::{POLICIES, World, body, error_code, ids};

const MANAGEMENT: &str = "/beta/deviceManagement";

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn empty() -> World {
    World::with(TenantState::new(), Settings::default())
}

fn made(world: &World, path: &str, sent: &str) -> String {
    let answer = world.send("POST", path, sent);
    assert_eq!(answer.status, 201, "{path}: {}", answer.text());
    body(&answer).get("id").and_then(Json::as_str).unwrap().to_owned()
}

fn object(world: &World, key: &str, id: &str) -> Json {
    world.sim.read_state(world.tenant, |state| state.object(key, id)).unwrap().unwrap()
}

fn status(world: &World, method: &str, path: &str, sent: &str) -> u16 {
    world.send(method, path, sent).status
}

#[test]
fn a_compliance_policy_blocks_or_is_none_and_its_actions_are_replaced_by_their_own_call() {
    let world = empty();
    let path = format!("{MANAGEMENT}/deviceCompliancePolicies");
    let policy = |rules: &str| {
        format!(
            r##"{{"@odata.type":"#microsoft.graph.windows10CompliancePolicy","displayName":"p","scheduledActionsForRule":{rules}}}"##
        )
    };
    let rule = |action: &str| format!(r#"[{{"ruleName":null,"scheduledActionConfigurations":[{{"actionType":"{action}"}}]}}]"#);
    assert_eq!(status(&world, "POST", &path, &policy("[]")), 400);
    assert_eq!(status(&world, "POST", &path, &policy(&rule("notification"))), 400);
    let id = made(&world, &path, &policy(&rule("block")));
    let configurations = |id: &str| {
        let whole = object(&world, "compliance_policy", id);
        whole.get("scheduledActionsForRule").unwrap().as_array().unwrap()[0].get("scheduledActionConfigurations").unwrap().clone()
    };
    let first = configurations(&id);
    assert!(first.as_array().unwrap()[0].get("id").is_some(), "the service gives ids to what is below");
    let patch = policy("[]");
    assert_eq!(status(&world, "PATCH", &format!("{path}/{id}"), &patch), 200);
    assert_eq!(configurations(&id), first, "PATCH does not reach them");
    let two = r#"{"deviceComplianceScheduledActionForRules":[{"ruleName":"x","scheduledActionConfigurations":[{"actionType":"block"},{"actionType":"retire"}]}]}"#;
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/scheduleActionsForRules"), two), 204);
    assert_eq!(configurations(&id).as_array().unwrap().len(), 2);
    let none = r#"{"deviceComplianceScheduledActionForRules":[]}"#;
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/scheduleActionsForRules"), none), 400);
}

#[test]
fn a_linux_compliance_policy_has_another_call_for_its_actions() {
    let world = empty();
    let path = format!("{MANAGEMENT}/compliancePolicies");
    let id = made(&world, &path, r#"{"name":"p","settings":[{"settingInstance":{}},{"settingInstance":{}}]}"#);
    let settings = object(&world, "compliance_policy_v2", &id).get("settings").unwrap().clone();
    assert_eq!(settings.as_array().unwrap()[1].get("id"), Some(&Json::text("1")));
    let actions = r#"{"scheduledActions":[{"ruleName":"x","scheduledActionConfigurations":[{"actionType":"block"}]}]}"#;
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/setScheduledActions"), actions), 204);
    assert_eq!(status(&world, "PUT", &format!("{path}/{id}"), r#"{"name":"q","settings":[]}"#), 200);
    let after = object(&world, "compliance_policy_v2", &id);
    assert_eq!(after.get("scheduledActionsForRule").unwrap().as_array().unwrap().len(), 1, "PUT does not reach them");
    assert_eq!((after.get("name"), after.get("settings")), (Some(&Json::text("q")), Some(&Json::Array(Vec::new()))));
}

#[test]
fn put_makes_everything_as_it_says_but_the_assignments() {
    let world = empty();
    let id = made(
        &world,
        POLICIES,
        r##"{"name":"p","description":"d","platforms":"windows10","roleScopeTagIds":["3"],"assignments":[{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}],"settings":[{"settingInstance":{"a":1}}]}"##,
    );
    let item = format!("{POLICIES}/{id}");
    assert_eq!(
        object(&world, "settings_catalog_policy", &id).get("assignments").and_then(Json::as_array).unwrap_or_default(),
        []
    );
    let all = r##"{"assignments":[{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}]}"##;
    assert_eq!(status(&world, "POST", &format!("{item}/assign"), all), 200);
    assert_eq!(status(&world, "PUT", &item, r#"{"name":"q","settings":[]}"#), 200);
    let after = object(&world, "settings_catalog_policy", &id);
    assert_eq!(after.get("description"), Some(&Json::Null));
    assert_eq!(after.get("platforms"), Some(&Json::text("windows10")));
    assert_eq!(after.get("roleScopeTagIds"), Some(&json(r#"["0"]"#)));
    assert_eq!(after.get("assignments").unwrap().as_array().unwrap().len(), 1);
    assert_eq!(after.get("isAssigned"), Some(&Json::Bool(true)));
}

#[test]
fn apps_are_targeted_by_their_own_call() {
    let world = empty();
    let path = "/beta/deviceAppManagement/iosManagedAppProtections";
    let app = r##"{"mobileAppIdentifier":{"@odata.type":"#microsoft.graph.iosMobileAppIdentifier","bundleId":"a.b"}}"##;
    let id = made(&world, path, &format!(r#"{{"displayName":"p","apps":[{app}]}}"#));
    let apps = || object(&world, "app_protection_ios", &id).get("apps").and_then(Json::as_array).unwrap_or_default().len();
    assert_eq!(apps(), 0, "a create ignores them");
    let target = |group: &str| format!(r#"{{"apps":[{app},{app}],"appGroupType":"{group}"}}"#);
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/targetApps"), &target("selectedPublicApps")), 204);
    assert_eq!(apps(), 2);
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/targetApps"), &target("allMicrosoftApps")), 204);
    assert_eq!(apps(), 0);
    assert_eq!(object(&world, "app_protection_ios", &id).get("appGroupType"), Some(&Json::text("allMicrosoftApps")));
}

#[test]
fn values_of_administrative_templates_are_bound_to_definitions() {
    let mut state = TenantState::new();
    let known = r##"{"definitionValues":[{"definition":{"id":"d1","displayName":"One"},"presentationValues":[{"presentation":{"id":"p1","label":"L"}}]},{"definition":{"id":"d2","displayName":"Two"}}]}"##;
    state.know_definitions_of(&json(known));
    let world = World::with(state, Settings::default());
    let path = format!("{MANAGEMENT}/groupPolicyConfigurations");
    let id = made(&world, &path, r#"{"displayName":"t","definitionValues":[{"enabled":true}]}"#);
    let values = || {
        object(&world, "administrative_template", &id)
            .get("definitionValues")
            .unwrap_or(&Json::Null)
            .as_array()
            .unwrap_or_default()
            .to_vec()
    };
    assert_eq!(values(), [], "a create makes the bare configuration");
    let update = format!("{path}/{id}/updateDefinitionValues");
    let link = |id: &str| format!("https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('{id}')");
    let presented = format!(
        r##"{{"added":[{{"enabled":true,"configurationType":"policy","definition@odata.bind":"{}","presentationValues":[{{"@odata.type":"#microsoft.graph.groupPolicyPresentationValueText","value":"v","presentation@odata.bind":"{}/presentations('p1')"}}]}}],"updated":[],"deletedIds":[]}}"##,
        link("d1"),
        link("d1")
    );
    assert_eq!(status(&world, "POST", &update, &presented), 204);
    let one = values();
    assert_eq!(one[0].at(&["definition", "displayName"]), Some(&Json::text("One")));
    let presentation = &one[0].get("presentationValues").unwrap().as_array().unwrap()[0];
    assert_eq!(presentation.at(&["presentation", "label"]), Some(&Json::text("L")));
    assert_eq!(status(&world, "POST", &update, &presented), 400, "one value for a definition");
    let nobody = format!(r#"{{"added":[{{"enabled":true,"definition@odata.bind":"{}"}}]}}"#, link("nobody"));
    assert_eq!(status(&world, "POST", &update, &nobody), 400);
    let single = format!(r#"{{"enabled":false,"definition@odata.bind":"{}"}}"#, link("d2"));
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/definitionValues"), &single), 201);
    let first = one[0].get("id").unwrap().as_str().unwrap().to_owned();
    let changes = format!(r#"{{"updated":[{{"id":"{first}","enabled":false}}],"deletedIds":[]}}"#);
    assert_eq!(status(&world, "POST", &update, &changes), 204);
    assert_eq!((values()[0].get("enabled"), values().len()), (Some(&Json::Bool(false)), 2));
    assert_eq!(status(&world, "POST", &update, &format!(r#"{{"deletedIds":["{first}"]}}"#)), 204);
    assert_eq!((values().len(), status(&world, "POST", &update, &format!(r#"{{"deletedIds":["{first}"]}}"#))), (1, 400));
}

#[test]
fn settings_of_an_intent_keep_their_values_unless_named() {
    let world = empty();
    let sent = r##"{"displayName":"i","settingsDelta":[{"@odata.type":"#microsoft.graph.deviceManagementBooleanSettingInstance","definitionId":"a","valueJson":"true"},{"definitionId":"b","valueJson":"{}"}]}"##;
    let id = made(&world, &format!("{MANAGEMENT}/templates/t-1/createInstance"), sent);
    let settings = || object(&world, "endpoint_security_intent", &id).get("settings").unwrap().as_array().unwrap().to_vec();
    assert_eq!(settings()[0].get("value"), Some(&Json::Bool(true)), "the typed value stands beside");
    let before = settings()[1].clone();
    let update = format!("{MANAGEMENT}/intents/{id}/updateSettings");
    let changes = r#"{"settings":[{"definitionId":"a","valueJson":"null"},{"definitionId":"c","valueJson":"1"}]}"#;
    assert_eq!(status(&world, "POST", &update, changes), 204);
    let after = settings();
    assert_eq!((after.len(), &after[0], after[1].get("definitionId")), (2, &before, Some(&Json::text("c"))));
}

#[test]
fn messages_of_a_notification_template_are_created_one_by_one() {
    let world = empty();
    let path = format!("{MANAGEMENT}/notificationMessageTemplates");
    let nested = r#"{"displayName":"n","localizedNotificationMessages":[{"locale":"en-US"}]}"#;
    assert_eq!(status(&world, "POST", &path, nested), 400);
    assert_eq!(status(&world, "POST", &path, r#"{"displayName":"n","defaultLocale":"en-US"}"#), 400);
    let id = made(&world, &path, r#"{"displayName":"n"}"#);
    let messages = format!("{path}/{id}/localizedNotificationMessages");
    let message = |locale: &str| format!(r#"{{"locale":"{locale}","subject":"s","messageTemplate":"m","isDefault":true}}"#);
    let first = made(&world, &messages, &message("en-US"));
    made(&world, &messages, &message("nb-NO"));
    assert_eq!(status(&world, "POST", &messages, &message("nb-NO")), 409, "one for a locale");
    let template = object(&world, "notification_template", &id);
    assert_eq!(template.get("defaultLocale"), Some(&Json::text("nb-NO")));
    let all = template.get("localizedNotificationMessages").unwrap().as_array().unwrap().to_vec();
    assert_eq!(all.iter().filter(|message| message.get("isDefault") == Some(&Json::Bool(true))).count(), 1);
    assert_eq!(status(&world, "PATCH", &format!("{messages}/{first}"), r#"{"subject":"t"}"#), 204);
    assert_eq!(status(&world, "DELETE", &format!("{messages}/{first}"), ""), 204);
    assert_eq!(world.walk(&messages).0.len(), 1);
}

#[test]
fn a_policy_set_is_changed_by_one_action() {
    let world = empty();
    let path = "/beta/deviceAppManagement/policySets";
    let item = r##"{"@odata.type":"#microsoft.graph.deviceConfigurationPolicySetItem","payloadId":"x"}"##;
    let id = made(&world, path, &format!(r#"{{"displayName":"s","items":[{item}]}}"#));
    let items = || object(&world, "policy_set", &id).get("items").unwrap().as_array().unwrap().to_vec();
    let first = items()[0].get("id").unwrap().as_str().unwrap().to_owned();
    let changes = format!(
        r##"{{"addedPolicySetItems":[{item}],"deletedPolicySetItems":["{first}"],"assignments":[{{"target":{{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}}}]}}"##
    );
    assert_eq!(status(&world, "POST", &format!("{path}/{id}/update"), &changes), 200);
    assert_eq!(items().len(), 1);
    assert_ne!(items()[0].get("id").unwrap().as_str(), Some(first.as_str()));
    assert_eq!(object(&world, "policy_set", &id).get("assignments").unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn branding_takes_names_first_and_pictures_later() {
    let world = empty();
    let path = format!("{MANAGEMENT}/intuneBrandingProfiles");
    let logo = r#"{"type":"image/png","value":"AAEC"}"#;
    let id = made(&world, &path, &format!(r#"{{"profileName":"b","displayName":"Contoso","themeColorLogo":{logo}}}"#));
    let item = format!("{path}/{id}");
    assert_eq!(object(&world, "intune_branding_profile", &id).get("displayName"), None, "a create takes names only");
    assert_eq!(status(&world, "PATCH", &item, &format!(r#"{{"displayName":"Contoso","themeColorLogo":{logo}}}"#)), 200);
    assert_eq!(body(&world.get(&item)).get("themeColorLogo"), Some(&Json::Null));
    let part = body(&world.get(&format!("{item}/themeColorLogo")));
    assert_eq!(part.get("value"), Some(&Json::text("AAEC")));
    let default = json(r#"{"id":"d","profileName":"Default","isDefaultProfile":true}"#);
    world.sim.put_object(world.tenant, "intune_branding_profile", default).unwrap().unwrap();
    assert_eq!(status(&world, "PATCH", &format!("{path}/d"), r#"{"profileName":"x"}"#), 400);
    assert_eq!(status(&world, "PATCH", &format!("{path}/d"), r#"{"displayName":"x"}"#), 200);
    assert_eq!(status(&world, "POST", &format!("{path}/d/assign"), r#"{"assignments":[]}"#), 400);
    assert_eq!(status(&world, "DELETE", &format!("{path}/d"), ""), 400);
}

#[test]
fn some_names_occur_once_and_some_properties_are_set_once() {
    let world = empty();
    let path = format!("{MANAGEMENT}/assignmentFilters");
    let filter = |name: &str| format!(r#"{{"displayName":"{name}","platform":"iOS","rule":"x"}}"#);
    let id = made(&world, &path, &filter("One"));
    let other = made(&world, &path, &filter("Two"));
    let taken = world.send("POST", &path, &filter("one"));
    assert_eq!((taken.status, error_code(&taken).as_str()), (409, "Conflict"));
    assert_eq!(status(&world, "PATCH", &format!("{path}/{other}"), r#"{"displayName":"One"}"#), 409);
    assert_eq!(status(&world, "PATCH", &format!("{path}/{id}"), r#"{"displayName":"One","platform":"iOS"}"#), 200);
    let fixed = world.send("PATCH", &format!("{path}/{id}"), r#"{"platform":"macOS"}"#);
    assert!(fixed.status == 400 && fixed.text().contains("'platform' cannot be updated"), "{}", fixed.text());
    let tags = format!("{MANAGEMENT}/roleScopeTags");
    made(&world, &tags, r#"{"displayName":"Oslo"}"#);
    assert_eq!(status(&world, "POST", &tags, r#"{"displayName":"Oslo"}"#), 409);
    made(&world, POLICIES, r#"{"name":"same"}"#);
    made(&world, POLICIES, r#"{"name":"same"}"#);
}

#[test]
fn what_an_assignment_names_must_be_seen_and_a_filter_in_use_stays() {
    let world = World::generated(60);
    let policy = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    world.sim.change_settings(|settings| settings.unseen_reads = 2);
    let filters = format!("{MANAGEMENT}/assignmentFilters");
    let filter = made(&world, &filters, r#"{"displayName":"New","platform":"iOS","rule":"x"}"#);
    let assign = format!("{POLICIES}/{policy}/assign");
    let with = |filter: &str| {
        format!(
            r##"{{"assignments":[{{"target":{{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"{filter}","deviceAndAppManagementAssignmentFilterType":"include"}}}}]}}"##
        )
    };
    let answers: Vec<u16> = (0..3).map(|_| status(&world, "POST", &assign, &with(&filter))).collect();
    assert_eq!(answers, [400, 400, 200]);
    assert_eq!(status(&world, "POST", &assign, &with("nobody")), 400);
    assert_eq!(status(&world, "DELETE", &format!("{filters}/{filter}"), ""), 400, "it is in use");
    assert_eq!(status(&world, "POST", &assign, r#"{"assignments":[]}"#), 200);
    assert_eq!(status(&world, "DELETE", &format!("{filters}/{filter}"), ""), 204);
}

#[test]
fn what_was_created_is_not_found_by_so_many_reads() {
    let world = empty();
    world.sim.change_settings(|settings| settings.unseen_reads = 3);
    let id = made(&world, POLICIES, r#"{"name":"One"}"#);
    let item = format!("{POLICIES}/{id}");
    assert_eq!(world.get(&item).status, 404);
    assert_eq!(world.walk(POLICIES).0, []);
    assert_eq!(status(&world, "POST", &format!("{item}/assign"), r#"{"assignments":[]}"#), 200, "writing finds it");
    assert_eq!((world.get(&item).status, world.get(&item).status), (404, 200));
    assert_eq!(ids(&world.walk(POLICIES).0), [id]);
}

#[test]
fn an_assigned_autopilot_profile_stays_and_is_assigned_to_a_group_once() {
    let world = World::generated(60);
    let (profile, group) = world
        .sim
        .read_state(world.tenant, |state| (state.ids("autopilot_deployment_profile")[0].clone(), state.ids("group")[3].clone()))
        .unwrap();
    let item = format!("{MANAGEMENT}/windowsAutopilotDeploymentProfiles/{profile}");
    let target = format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}"##);
    made(&world, &format!("{item}/assignments"), &target);
    assert_eq!(status(&world, "POST", &format!("{item}/assignments"), &target), 409);
    assert_eq!(status(&world, "DELETE", &item, ""), 400);
    for assignment in world.walk(&format!("{item}/assignments")).0 {
        let id = assignment.get("id").unwrap().as_str().unwrap().to_owned();
        assert_eq!(status(&world, "DELETE", &format!("{item}/assignments/{id}"), ""), 204);
    }
    assert_eq!(status(&world, "DELETE", &item, ""), 204);
}

#[test]
fn a_read_only_property_is_refused_by_name_wherever_it_stands() {
    let world = empty();
    world.sim.inject(Fault::new(Effect::ReadOnlyProperty { name: "newProperty".to_owned() }));
    let refused = world.send("POST", POLICIES, r#"{"name":"p","settings":[{"newProperty":1}]}"#);
    assert!(refused.status == 400 && refused.text().contains("'newProperty' is a readonly field"), "{}", refused.text());
    made(&world, POLICIES, r#"{"name":"p","settings":[]}"#);
    let batch = r#"{"requests":[{"id":"1","method":"POST","url":"/deviceManagement/configurationPolicies","headers":{"Content-Type":"application/json"},"body":{"newProperty":1}},{"id":"2","method":"GET","url":"/deviceManagement/configurationPolicies"}]}"#;
    let answer = body(&world.send("POST", "/beta/$batch", batch));
    let statuses: Vec<i64> =
        answer.get("responses").unwrap().as_array().unwrap().iter().filter_map(|a| a.get("status")?.as_i64()).collect();
    assert_eq!(statuses, [200, 400]);
}

#[test]
fn a_request_that_never_arrived_did_nothing_and_a_part_may_have_no_answer() {
    let world = empty();
    world.sim.inject(Fault::new(Effect::LostBefore).method("POST").on(POLICIES).times(1));
    world.send("POST", POLICIES, r#"{"name":"p"}"#);
    assert_eq!(world.sim.effects(None), []);
    world.sim.clear_faults();
    world.sim.inject(Fault::new(Effect::AnswerLost).method("POST").on(POLICIES).times(1));
    let batch = r#"{"requests":[{"id":"1","method":"POST","url":"/deviceManagement/configurationPolicies","headers":{"Content-Type":"application/json"},"body":{"name":"p"}}]}"#;
    let answer = body(&world.send("POST", "/beta/$batch", batch));
    assert_eq!(answer.get("responses"), Some(&Json::Array(Vec::new())));
    assert_eq!(world.sim.effects(None).len(), 1);
}

#[test]
fn protected_writes_wait_for_another_administrator() {
    let world = empty();
    let scripts = "/deviceManagement/deviceManagementScripts";
    world.sim.protect(world.tenant, scripts);
    let path = format!("/beta{scripts}");
    let send = |headers: &[(&str, &str)], name: &str| {
        let request =
            graph_sim::Request::new("POST", &path).bearer(&world.token()).json(&format!(r#"{{"displayName":"{name}"}}"#));
        world.sim.call(&headers.iter().fold(request, |request, (name, value)| request.header(name, value)))
    };
    assert_eq!(send(&[], "a").status, 400, "it must say why");
    let why = [("x-msft-approval-justification", "YQ==")];
    let asked = send(&why, "a");
    assert_eq!((asked.status, error_code(&asked).as_str()), (403, "ApprovalRequired"));
    let code = asked.header_value("x-msft-approval-code").unwrap().to_owned();
    assert_eq!(send(&why, "a").status, 409, "it waits already");
    assert_eq!(send(&[("x-msft-approval-code", &code)], "a").status, 403, "not yet");
    assert_eq!((world.get(&path).status, world.sim.effects(None).len()), (200, 0));
    assert_eq!(world.sim.approve(world.tenant, Some(&code)), 1);
    assert_eq!(send(&[("x-msft-approval-code", &code)], "a").status, 201);
    assert_eq!(send(&[("x-msft-approval-code", &code)], "a").status, 400, "once");
    assert_eq!(world.sim.approval_requests(world.tenant), []);
    assert_eq!(world.sim.effects(None)[0].wrote, Wrote::Created);
    world.sim.unprotect(world.tenant);
    assert_eq!(send(&[], "b").status, 201);
}

#[test]
fn an_enrollment_notification_is_made_by_an_action() {
    let world = empty();
    let path = format!("{MANAGEMENT}/deviceEnrollmentConfigurations");
    let sent = r##"{"@odata.type":"#microsoft.graph.deviceEnrollmentNotificationConfiguration","displayName":"n"}"##;
    let id = made(&world, &format!("{path}/createEnrollmentNotificationConfiguration"), sent);
    assert_eq!(ids(&world.walk(&path).0), [id]);
}

#[test]
fn a_tenant_is_loaded_from_what_was_stored_of_another() {
    let world = World::generated(80);
    let mut copy = TenantState::new();
    let stored: Vec<(&str, String, Json)> = world
        .sim
        .read_state(world.tenant, |state| {
            let of = |key: &'static str| {
                state.ids(key).into_iter().filter_map(move |id| Some((key, id.clone(), state.object(key, &id)?)))
            };
            state.type_keys().into_iter().flat_map(of).collect()
        })
        .unwrap();
    for (key, id, mut object) in stored.clone() {
        let kind = model::resource_types::find(key).unwrap();
        if !kind.is_singleton() {
            object.remove(&kind.id_property);
        }
        object.set("@odata.context", Json::text("https://graph.microsoft.com/beta/$metadata#x"));
        copy.put_stored(key, &id, object).unwrap();
    }
    assert_eq!(copy.len(), stored.len());
    for (key, id, object) in stored {
        let back = copy.object(key, &id).unwrap();
        assert_eq!(back.sorted(), object.sorted(), "{key} {id}");
    }
}
