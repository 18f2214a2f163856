//! Every type of the catalogue, from its list to its removal: real objects where there are some, invented ones elsewhere.

use std::collections::BTreeMap;

use graph_sim::{AppRegistration, Settings, TenantState, load_folders};
use model::json::Json;
use model::resource_types::{AssignmentMode, Form, HydrationStep, Method, ResourceType, all, collections, find};

use crate::followed;
use crate::invented::Declared;
use crate::loading::{folders, test_data};
use crate::world::{World, body};

/// A tenant with at least one object of every type.
fn whole_world() -> Option<World> {
    let root = test_data()?;
    let declared = Declared::read(&root.join("metadata"));
    let (mut state, _) = load_folders(folders(&root)).unwrap();
    for kind in all().iter().filter(|kind| state.ids(&kind.key).is_empty()).collect::<Vec<_>>() {
        let mut object = declared.object(kind);
        // What a recognition asks for must be in an invented object, too.
        if kind.key == "device_preparation_policy" {
            let family = Json::from([("templateFamily", Json::text("enrollmentConfiguration"))]);
            object.set("templateReference", family);
        }
        state.put(&kind.key, object).unwrap();
    }
    Some(World::with(state, Settings::default()))
}

fn first_id(world: &World, key: &str) -> String {
    world.sim.read_state(world.tenant, |state| state.ids(key)[0].clone()).unwrap()
}

/// The object that the type's objects are below.
fn parent_of(world: &World, kind: &ResourceType) -> String {
    match &kind.form {
        Form::Below { parent } => first_id(world, parent),
        Form::Collection | Form::Singleton => String::new(),
    }
}

/// The object as a reader puts it together: the list's item, then every step.
fn read_whole(world: &World, kind: &ResourceType, parent: &str, listed: Json) -> Json {
    let id = kind.id_of(&listed).unwrap().to_owned();
    let mut object = listed;
    for (step, request) in kind.hydration_requests(&id) {
        let request = request.replace("{parent}", parent);
        match step {
            HydrationStep::Get { .. } => {
                object = body(&world.get(&request));
                object.remove("@odata.context");
            }
            HydrationStep::Children { into, .. } => object.set(into, Json::Array(world.walk(&request).0)),
            HydrationStep::Part { property } => {
                let mut part = body(&world.get(&request));
                if part.remove("@odata.context").is_some() {
                    object.set(property, part);
                }
            }
            HydrationStep::OnDemand { .. } | HydrationStep::OmaPlainText { .. } | HydrationStep::TypedExpand { .. } => {}
        }
    }
    object
}

#[test]
fn every_object_of_every_type_is_listed_and_read_to_its_end() {
    let Some(world) = whole_world() else { return };
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    for collection in collections(all().iter().filter(|kind| kind.readable())) {
        let kind = collection.types[0];
        if collection.is_singleton() {
            let mut object = body(&world.get(&collection.first_page()));
            object.remove("@odata.context");
            let stored = world.sim.read_state(world.tenant, |state| state.object(&kind.key, &kind.key)).unwrap().unwrap();
            assert_eq!(object.get("settings").unwrap_or(&object), stored.get("settings").unwrap_or(&stored), "{}", kind.key);
            *read.entry(&kind.key).or_default() += 1;
            continue;
        }
        let parent = parent_of(&world, kind);
        for listed in world.walk(&collection.first_page_below(&parent)).0 {
            let kind = collection.classify(&listed).unwrap();
            let id = kind.id_of(&listed).unwrap().to_owned();
            let whole = read_whole(&world, kind, &parent, listed);
            let stored = world.sim.read_state(world.tenant, |state| state.object(&kind.key, &id)).unwrap();
            let stored = stored.unwrap_or_else(|| panic!("{} {id}", kind.key));
            for (name, value) in stored.as_object().unwrap() {
                let asked = kind.list.select.is_empty() || kind.list.select.contains(name);
                let answered = whole.get(name).map(|answered| answered.clone().sorted().to_text());
                assert!(!asked || answered == Some(value.clone().sorted().to_text()), "{} {id}: {name}: {answered:?}", kind.key);
            }
            *read.entry(&kind.key).or_default() += 1;
        }
    }
    let mut expected = world.sim.count_by_type(world.tenant).unwrap();
    expected.retain(|key, _| find(key).unwrap().readable());
    assert_eq!(read, expected);
}

#[test]
fn what_only_signed_in_people_may_read_is_refused_to_an_app_with_every_permission() {
    let Some(world) = whole_world() else { return };
    let closed: Vec<&ResourceType> = all().iter().filter(|kind| !kind.readable()).collect();
    assert_eq!(closed.len(), 4);
    for kind in closed {
        let path = collections([kind])[0].first_page();
        assert_eq!(world.get(&path).status, 403, "{path}");
    }
}

#[test]
fn without_its_permission_no_type_is_read() {
    let Some(world) = whole_world() else { return };
    world
        .sim
        .change_apps(world.tenant, |apps| {
            let nothing: [&str; 0] = [];
            apps[0] = AppRegistration::new("app-1", "secret-1").with_roles(nothing);
        })
        .unwrap();
    for collection in collections(all()) {
        let parent = parent_of(&world, collection.types[0]);
        assert_eq!(world.get(&collection.first_page_below(&parent)).status, 403, "{}", collection.path);
    }
}

#[test]
fn a_list_that_demands_a_filter_is_refused_without_one() {
    let Some(world) = whole_world() else { return };
    for kind in all().iter().filter(|kind| kind.list.filter_required) {
        let path = format!("/{}{}", kind.api_version.segment(), kind.collection);
        assert_eq!(world.get(&path).status, 400, "{path}");
        assert_eq!(world.get(&collections([kind])[0].first_page()).status, 200, "{path}");
    }
}

/// What a writer would send: nothing that the service makes itself.
fn stripped(kind: &ResourceType, object: &Json) -> Json {
    let mut copy = object.clone();
    kind.strip_volatile(&mut copy);
    copy.remove("assignments");
    if !CHOSEN.iter().any(|(key, ..)| *key == kind.key) {
        copy.remove(&kind.id_property);
    }
    copy
}

/// Types whose ids the caller chooses: key, property, value.
const CHOSEN: [(&str, &str, &str); 5] = [
    ("cross_tenant_access_partner", "tenantId", "9e0c1f7a-0000-4000-8000-000000000001"),
    ("custom_security_attribute_set", "id", "Engineering"),
    ("custom_security_attribute", "name", "Another"),
    ("organization_branding", "id", "nb-NO"),
    ("authentication_context", "id", "c7"),
];

#[test]
fn a_stripped_copy_of_every_type_is_created_and_reads_back_equal() {
    let Some(world) = whole_world() else { return };
    let mut created = 0;
    for kind in all().iter().filter(|kind| kind.permissions.write.is_some()) {
        let source = first_id(&world, &kind.key);
        let object = world.sim.read_state(world.tenant, |state| state.object(&kind.key, &source)).unwrap().unwrap();
        let mut copy = stripped(kind, &object);
        let parent = parent_of(&world, kind);
        let Some(create) = &kind.create else {
            if let (true, Some(update)) = (kind.is_singleton(), &kind.update) {
                let path = kind.item_path("");
                let answer = world.send(update.method.as_str(), &path, &copy.to_text());
                assert!(matches!(answer.status, 200 | 204), "{}: {}", kind.key, answer.text());
                assert_eq!(world.send("DELETE", &path, "").status, 400, "{}", kind.key);
            }
            continue;
        };
        let chosen = CHOSEN.iter().find(|(key, ..)| *key == kind.key);
        if let Some((_, property, value)) = chosen {
            copy.set(property, Json::text(*value));
        }
        if create.path.ends_with("/importDeviceIdentityList") {
            // Made in bulk only, by an action that the simulator does not have.
            continue;
        }
        let version = kind.api_version.segment();
        let path = create.path.replace("{parent}", &parent).replace("{templateId}", "template-1");
        if ["scope_tag", "assignment_filter", "intune_role_definition"].contains(&kind.key.as_str()) {
            copy.set("displayName", Json::text("A name of its own"));
        }
        if kind.key == "compliance_policy" && copy.get("scheduledActionsForRule").is_none() {
            let rules = br#"[{"ruleName":null,"scheduledActionConfigurations":[{"actionType":"block","gracePeriodHours":0}]}]"#;
            copy.set("scheduledActionsForRule", Json::parse(rules).unwrap());
        }
        let mut sent = followed::without_followers(kind, &copy);
        let answer = if create.method == Method::Patch {
            let id = chosen.unwrap().2;
            sent.remove("id");
            world.send("PATCH", &format!("/{version}{}", path.replace("{id}", id)), &sent.to_text())
        } else {
            world.send("POST", &format!("/{version}{path}"), &sent.to_text())
        };
        assert_eq!(answer.status, 201, "{}: {}", kind.key, answer.text());
        let made = body(&answer);
        let id = kind.id_of(&made).unwrap().to_owned();
        assert_ne!(id, source, "{}", kind.key);
        followed::follow(&world, kind, &id, &copy);
        let stored = world.sim.read_state(world.tenant, |state| state.object(&kind.key, &id)).unwrap();
        let stored = stored.unwrap_or_else(|| panic!("{} {id}", kind.key));
        let mut back = stripped(kind, &stored);
        if create.path.contains("{templateId}") {
            back.remove("templateId");
            copy.remove("templateId");
            back.remove("settings");
            copy.remove("settings");
        }
        if let Some(tags) = kind.scope_tag_property.as_ref().filter(|name| copy.get(name).is_none()) {
            assert_eq!(back.remove(tags), Some(Json::Array(vec![Json::text("0")])), "{}", kind.key);
        }
        copy.remove(&kind.id_property);
        back.remove(&kind.id_property);
        assert_eq!(back.sorted().to_text(), copy.sorted().to_text(), "{}", kind.key);
        assign(&world, kind, &parent, &id);
        let item = kind.item_below(&parent, &id);
        if kind.readable() {
            assert_eq!(world.get(&item).status, 200, "{item}");
        }
        let removed = world.send("DELETE", &item, "");
        assert_eq!(removed.status == 204, kind.delete.is_some(), "{item}: {}", removed.text());
        created += 1;
    }
    assert!(created > 80, "{created}");
}

/// Assigns to everybody, in the type's own way, and takes it away again.
fn assign(world: &World, kind: &ResourceType, parent: &str, id: &str) {
    let Some(assignments) = &kind.assignments else { return };
    let item = kind.item_below(parent, id);
    let everybody = r##"{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}"##;
    let count = || world.walk(&format!("{item}/{}", assignments.path)).0.len();
    match assignments.mode {
        AssignmentMode::ReplaceAll => {
            let path = format!("{item}/{}", assignments.action.as_ref().unwrap());
            let property = assignments.body.as_ref().unwrap();
            for (given, there) in [(everybody, 1), ("", 0)] {
                let answer = world.send("POST", &path, &format!("{{\"{property}\":[{given}]}}"));
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                assert_eq!(count(), there, "{path}");
            }
        }
        AssignmentMode::Single => {
            let path = format!("{item}/{}", assignments.path);
            let answer = world.send("POST", &path, everybody);
            assert_eq!(answer.status, 201, "{path}: {}", answer.text());
            let made = body(&answer).get("id").and_then(Json::as_str).unwrap().to_owned();
            assert_eq!(count(), 1, "{path}");
            assert_eq!(world.send("DELETE", &format!("{path}/{made}"), "").status, 204);
            assert_eq!(count(), 0, "{path}");
        }
    }
}

#[test]
fn an_object_below_another_is_found_there_only() {
    let mut state = TenantState::new();
    for id in ["token-1", "token-2"] {
        state.put("apple_dep_token", Json::from([("id", Json::text(id)), ("tokenName", Json::text(id))])).unwrap();
    }
    let world = World::with(state, Settings::default());
    let below = |token: &str| format!("/beta/deviceManagement/depOnboardingSettings/{token}/enrollmentProfiles");
    let profile = r##"{"@odata.type":"#microsoft.graph.depIOSEnrollmentProfile","displayName":"Field tablets"}"##;
    let made = world.send("POST", &below("token-2"), profile);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = body(&made).get("id").and_then(Json::as_str).unwrap().to_owned();
    assert_eq!(world.walk(&below("token-2")).0.len(), 1);
    assert_eq!(world.walk(&below("token-1")).0.len(), 0);
    assert_eq!(world.get(&format!("{}/{id}", below("token-2"))).status, 200);
    assert_eq!(world.get(&format!("{}/{id}", below("token-1"))).status, 404);
    assert_eq!(world.get(&below("token-3")).status, 404);
}

#[test]
fn the_only_object_of_a_type_is_there_or_not() {
    let world = World::with(TenantState::new(), Settings::default());
    let path = "/v1.0/policies/authenticationMethodsPolicy";
    assert_eq!(world.get(path).status, 404);
    let policy = Json::from([("id", Json::text("authenticationMethodsPolicy")), ("policyVersion", Json::text("1.5"))]);
    world.sim.put_object(world.tenant, "authentication_methods_policy", policy).unwrap().unwrap();
    let read = body(&world.get(path));
    assert_eq!(read.get("id"), Some(&Json::text("authenticationMethodsPolicy")));
    assert_eq!(world.send("PATCH", path, r#"{"description":"new"}"#).status, 204);
    assert_eq!(body(&world.get(path)).get("description"), Some(&Json::text("new")));
    assert_eq!(world.send("DELETE", path, "").status, 400);
    assert_eq!(world.send("POST", path, "{}").status, 400);
    // What is below its path is a collection of its own.
    assert_eq!(world.walk(&format!("{path}/authenticationMethodConfigurations")).0.len(), 0);
}
