use std::collections::{BTreeMap, BTreeSet};

use graph_sim::{Settings, Size, generate};
use model::json::Json;
use model::resource_types::{ResourceType, all, collections};

use crate::world::{POLICIES, World, body, ids, next_link, now};

#[test]
fn every_list_gives_every_object_once_whatever_the_page_size() {
    for settings in [
        Settings::default(),
        Settings { page_size: 1, empty_middle_page: true, ..Settings::default() },
        Settings { page_size: 7, empty_middle_page: true, ..Settings::default() },
        Settings { honour_top: true, ..Settings::default() },
    ] {
        let world = World::with(generate(3, Size { policies: 300, groups: 55 }, now()), settings.clone());
        let expected = world.sim.count_by_type(world.tenant).unwrap();
        let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for collection in collections(all().iter().filter(|kind| kind.readable() && !kind.is_singleton())) {
            if collection.parent().is_some() {
                continue;
            }
            let (objects, pages) = world.walk(&collection.first_page());
            if settings.empty_middle_page && objects.len() > settings.page_size {
                assert!(pages > objects.len().div_ceil(settings.page_size), "{}: no empty page", collection.path);
            }
            for object in &objects {
                let kind = collection.classify(object).unwrap();
                let fresh = seen.entry(&kind.key).or_default().insert(kind.id_of(object).unwrap().to_owned());
                assert!(fresh, "{} came twice", kind.key);
            }
        }
        let mut counted: BTreeMap<&str, usize> = seen.into_iter().map(|(key, ids)| (key, ids.len())).collect();
        // The list of apps leaves out what nobody uses, as its contract asks.
        let apps = (counted.remove("mobile_app"), expected["mobile_app"]);
        assert!(apps.0.unwrap() <= apps.1);
        let expected: BTreeMap<&str, usize> = expected.into_iter().filter(|(key, _)| *key != "mobile_app").collect();
        assert_eq!(counted, expected);
    }
}

#[test]
fn pages_have_twenty_five_objects_and_top_counts_only_when_configured() {
    let world = World::generated(300);
    let page = body(&world.get(&format!("{POLICIES}?$top=1000")));
    assert_eq!(page.get("value").unwrap().as_array().unwrap().len(), 25);
    assert!(next_link(&page).unwrap().contains("$skiptoken=%255Bdocuments%255D"), "{:?}", next_link(&page));
    assert!(next_link(&page).unwrap().contains("$top=1000"));
    let few = body(&world.get(&format!("{POLICIES}?$top=3")));
    assert_eq!(few.get("value").unwrap().as_array().unwrap().len(), 3);
    world.sim.change_settings(|settings| settings.honour_top = true);
    let whole = body(&world.get(&format!("{POLICIES}?$top=1000")));
    assert!(next_link(&whole).is_none());
    assert!(whole.get("value").unwrap().as_array().unwrap().len() > 100);
}

#[test]
fn a_list_survives_objects_that_come_and_go_between_pages() {
    let world = World::generated(300);
    let all = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")).unwrap();
    let first = body(&world.get(POLICIES));
    world.sim.remove_object(world.tenant, "settings_catalog_policy", &all[2]).unwrap();
    world.sim.put_object(world.tenant, "settings_catalog_policy", Json::from([("name", Json::text("late"))])).unwrap().unwrap();
    let (rest, _) = world.walk(&next_link(&first).unwrap());
    let mut seen = ids(first.get("value").unwrap().as_array().unwrap());
    seen.extend(ids(&rest));
    assert!(all.iter().all(|id| seen.contains(id)));
    assert!(rest.iter().any(|object| object.get("name") == Some(&Json::text("late"))));
}

#[test]
fn lists_leave_out_what_graph_leaves_out() {
    let world = World::generated(300);
    let (policies, _) = world.walk(&format!("{POLICIES}?$expand=assignments"));
    assert!(policies.iter().all(|policy| policy.get("settings").is_none() && policy.get("assignments").is_some()));
    let (scripts, _) = world.walk("/beta/deviceManagement/deviceManagementScripts");
    assert!(scripts.iter().all(|script| script.get("scriptContent") == Some(&Json::Null)));
    let (apps, _) = world.walk("/beta/deviceAppManagement/mobileApps");
    assert!(apps.iter().all(|app| app.get("roleScopeTagIds").is_none()));

    let id = &ids(&scripts)[0];
    let script = body(&world.get(&format!("/beta/deviceManagement/deviceManagementScripts/{id}?$expand=assignments")));
    assert!(script.get("scriptContent").unwrap().as_str().is_some());
    assert!(
        script
            .get("@odata.context")
            .unwrap()
            .as_str()
            .unwrap()
            .ends_with("#deviceManagement/deviceManagementScripts(assignments())/$entity")
    );
}

#[test]
fn every_hydration_request_of_every_contract_is_answered() {
    let world = World::generated(300);
    let there = |kind: &&ResourceType| world.sim.count_by_type(world.tenant).unwrap().contains_key(kind.key.as_str());
    for kind in all().iter().filter(there) {
        let id = world.sim.read_state(world.tenant, |state| state.ids(&kind.key)[0].clone()).unwrap();
        let whole = world.sim.read_state(world.tenant, |state| state.object(&kind.key, &id)).unwrap().unwrap();
        for (step, request) in kind.hydration_requests(&id) {
            let (answer, _) = match step {
                model::resource_types::HydrationStep::Children { into, .. } => {
                    let (items, pages) = world.walk(&request);
                    assert_eq!(Some(&Json::Array(items.clone())), whole.get(into), "{}", kind.key);
                    (Json::Array(items), pages)
                }
                _ => (body(&world.get(&request)), 1),
            };
            if let Some(context) = answer.get("@odata.context") {
                let mut same = answer.clone();
                same.remove("@odata.context");
                assert!(context.as_str().unwrap().contains("$metadata#"));
                assert_eq!(same.sorted(), whole.clone().sorted(), "{}", kind.key);
            }
        }
    }
}

#[test]
fn an_expanded_collection_that_is_cut_goes_on_behind_its_own_link() {
    let world = World::generated(300);
    world.sim.change_settings(|settings| settings.expanded_page = Some(3));
    let id = world.sim.read_state(world.tenant, |state| state.ids("security_baseline_policy")[0].clone()).unwrap();
    let whole = world.sim.read_state(world.tenant, |state| state.object("security_baseline_policy", &id)).unwrap().unwrap();
    let item = body(&world.get(&format!("{POLICIES}/{id}?$expand=settings")));
    let mut settings = item.get("settings").unwrap().as_array().unwrap().to_vec();
    assert_eq!(settings.len(), 3);
    let link =
        item.get("settings@odata.nextLink").unwrap().as_str().unwrap().strip_prefix("http://graph.simulated").unwrap().to_owned();
    settings.extend(world.walk(&link).0);
    assert_eq!(settings, whole.get("settings").unwrap().as_array().unwrap());
}

#[test]
fn a_plain_expand_gives_the_rule_without_its_actions() {
    let world = World::generated(300);
    let path = "/beta/deviceManagement/deviceCompliancePolicies";
    let plain = world.walk(&format!("{path}?$expand=scheduledActionsForRule")).0;
    let full = world.walk(&format!("{path}?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)")).0;
    let rule = |object: &Json| object.get("scheduledActionsForRule").unwrap().as_array().unwrap()[0].clone();
    assert!(plain.iter().all(|object| rule(object).get("scheduledActionConfigurations").is_none()));
    assert!(full.iter().all(|object| rule(object).get("scheduledActionConfigurations").is_some()));
}

#[test]
fn options_that_the_contract_does_not_name_are_refused() {
    let world = World::generated(60);
    for path in [
        format!("{POLICIES}?$expand=settings"),
        format!("{POLICIES}?$expand=nonsense"),
        format!("{POLICIES}?$nonsense=1"),
        format!("{POLICIES}?$skiptoken=abc"),
        format!("{POLICIES}?$filter=startswith(name,'x')"),
        "/v1.0/deviceManagement/configurationPolicies".to_owned(),
        "/beta/deviceManagement/nonsense".to_owned(),
        "/nonsense".to_owned(),
    ] {
        assert_eq!(world.get(&path).status, 400, "{path}");
    }
    assert!(world.get("/beta/deviceManagement/nonsense").text().contains("Resource not found for the segment 'nonsense'."));
    let missing = world.get(&format!("{POLICIES}/00000000-0000-0000-0000-000000000000"));
    assert_eq!(missing.status, 404);
    assert!(body(&missing).at(&["error", "message"]).unwrap().as_str().unwrap().contains("ErrorSourceService"));
}

#[test]
fn intune_gives_the_id_with_every_select() {
    let world = World::generated(300);
    let (filters, _) = world.walk("/beta/deviceManagement/assignmentFilters?$select=displayName");
    let [first, ..] = filters.as_slice() else { panic!("no filter") };
    let names: Vec<&str> = first.as_object().unwrap().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["id", "displayName"]);
}

#[test]
fn select_filter_and_count_narrow_directory_lists() {
    let world = World::generated(60);
    let (groups, _) = world.walk("/v1.0/groups?$select=id,displayName&$top=999");
    assert_eq!(groups.len(), 40);
    assert!(groups.iter().all(|group| group.as_object().unwrap().len() == 2));
    let name = groups[5].get("displayName").unwrap().as_str().unwrap();
    let (found, _) = world.walk(&format!("/v1.0/groups?$filter=displayName%20eq%20'{}'", name.replace(' ', "%20")));
    assert!(!found.is_empty() && found.iter().all(|group| group.get("displayName") == groups[5].get("displayName")));
    assert_eq!(world.get("/v1.0/groups/$count").status, 400);
    let eventual = graph_sim::Request::get("/v1.0/groups/$count").bearer(&world.token()).header("ConsistencyLevel", "eventual");
    assert_eq!(world.sim.call(&eventual).text(), "40");
}
