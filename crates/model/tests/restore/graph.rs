//! The least of a Graph that shows whether writes do what they shall: PATCH merges, PUT replaces, actions replace lists, elements of
//! lists are added, changed and removed. What Graph ignores or refuses fails the test.

use model::json::Json;
use model::resource_types::{Method, ResourceType};
use model::restore::{Effect, Step};

/// The id that a create gives.
pub(crate) const NEW: &str = "new 1/2";

/// The object after those writes; `live` is what was there. `None`: it is gone.
pub(crate) fn after(kind: &ResourceType, live: Option<&Json>, steps: &[Step]) -> Option<Json> {
    let mut object = live.cloned();
    for step in steps {
        let step = step.ready(Some(NEW), "https://graph.microsoft.com");
        assert!(!step.waits_for_create() && !step.path.contains(['{', '}', ' ']), "{}", step.path);
        assert_eq!(step.body.is_none(), step.method == Method::Delete);
        let text = step.body.as_ref().map(Json::to_text).unwrap_or_default();
        assert!(!text.contains("{graph}"), "{text}");
        object = one(kind, object, &step);
    }
    object
}

fn one(kind: &ResourceType, object: Option<Json>, step: &Step) -> Option<Json> {
    let body = step.body.clone().unwrap_or(Json::Null);
    if step.effect == Effect::Create {
        assert!(object.is_none(), "an object is made once");
        return Some(create(kind, step, body));
    }
    let mut object = object.expect("what is changed is there");
    let item = step.template.strip_prefix(&kind.item).unwrap_or_else(|| panic!("{} is not below {}", step.template, kind.item));
    let last = || step.path.rsplit('/').next().unwrap().replace("%20", " ").replace("%2F", "/");
    let below: Vec<&str> = item.split('/').skip(1).collect();
    match (step.method, below.as_slice()) {
        (Method::Delete, []) => return None,
        (Method::Patch, []) => {
            plain(kind, &body, true);
            body.as_object().unwrap().iter().for_each(|(name, value)| object.set(name, value.clone()));
        }
        (Method::Put, []) => {
            plain(kind, &body, true);
            let kept: Vec<String> = lists(kind).into_iter().chain(["id".to_owned(), "priority".to_owned()]).collect();
            let mut whole = body;
            for name in kept {
                object.get(&name).into_iter().for_each(|value| whole.set(&name, value.clone()));
            }
            object = whole;
        }
        (Method::Post, ["assign"]) => {
            let contract = kind.assignments.as_ref().unwrap();
            let given = body.get(contract.body.as_ref().unwrap()).expect("the action's parameter");
            assert_eq!(body.as_object().unwrap().len(), 1);
            assign(&mut object, &contract.path, given);
        }
        (Method::Post, ["scheduleActionsForRules"]) => {
            object.set("scheduledActionsForRule", body.get("deviceComplianceScheduledActionForRules").unwrap().clone());
        }
        (Method::Post, ["setScheduledActions"]) => {
            object.set("scheduledActionsForRule", body.get("scheduledActions").unwrap().clone());
        }
        (Method::Post, ["targetApps"]) => {
            body.as_object().unwrap().iter().for_each(|(name, value)| object.set(name, value.clone()));
        }
        (Method::Post, ["windowsPrivacyAccessControls"]) => {
            object.set("privacyAccessControls", body.get("windowsPrivacyAccessControls").unwrap().clone());
        }
        (Method::Post, ["changeSettings"]) => object.set("settings", body.get("settings").unwrap().clone()),
        (Method::Post, ["updateDefinitionValues"]) => definition_values(&mut object, &body),
        (Method::Post, ["updateSettings"]) => intent_settings(&mut object, &body),
        (Method::Post, ["update"]) => policy_set(&mut object, &body),
        (Method::Post, [list]) => {
            let mut element = body;
            assert!(element.get("id").is_none());
            let mut elements = elements(&object, list);
            element.set("id", Json::text(format!("made {}", elements.len())));
            if element.get("isDefault").and_then(Json::as_bool) == Some(true) {
                elements.iter_mut().for_each(|other| other.set("isDefault", Json::Bool(false)));
            }
            elements.push(element);
            object.set(list, Json::Array(elements));
        }
        (method @ (Method::Patch | Method::Delete), [list, "{child}"]) => {
            let mut elements = elements(&object, list);
            let at = position(&elements, &last());
            if method == Method::Delete {
                elements.remove(at);
            } else {
                if body.get("isDefault").and_then(Json::as_bool) == Some(true) {
                    elements.iter_mut().for_each(|other| other.set("isDefault", Json::Bool(false)));
                }
                body.as_object().unwrap().iter().for_each(|(name, value)| elements[at].set(name, value.clone()));
            }
            object.set(list, Json::Array(elements));
        }
        other => panic!("nothing answers {other:?} of {}", step.template),
    }
    Some(object)
}

fn create(kind: &ResourceType, step: &Step, mut body: Json) -> Json {
    plain(kind, &body, false);
    if kind.key == "endpoint_security_intent" {
        let template = step.path.split('/').nth(3).unwrap();
        body.set("templateId", Json::text(template));
        let settings = body.remove("settingsDelta").expect("settings");
        body.set("settings", with_ids(settings.as_array().unwrap()));
    }
    if kind.key == "intune_branding_profile" {
        let known = ["@odata.type", "profileName", "profileDescription", "roleScopeTagIds"];
        assert!(body.as_object().unwrap().iter().all(|(name, _)| known.contains(&name.as_str())), "{body:?}");
    }
    if kind.key == "compliance_policy" {
        let text = body.get("scheduledActionsForRule").expect("a policy without actions is refused").to_text();
        assert!(text.contains("actionType"), "{text}");
    }
    body.set("id", Json::text(NEW));
    body
}

/// What a body of the object itself must not hold.
fn plain(kind: &ResourceType, body: &Json, change: bool) {
    let mut sent = body.clone();
    assert!(kind.strip_volatile(&mut sent).is_empty(), "{}: what the service makes is not sent: {body:?}", kind.key);
    assert_eq!(&sent, body, "{}: nor deeper", kind.key);
    for (at, (name, _)) in body.as_object().unwrap().iter().enumerate() {
        assert!(name != "@odata.type" || at == 0, "the type comes first");
        assert!(!(change && kind.immutable.contains(name)), "{}: {name} cannot be changed", kind.key);
        let listed = lists(kind).contains(name) && (change || !name.starts_with("scheduledActions"));
        assert!(!listed, "{}: {name} is not part of the body", kind.key);
        assert!(!["defaultLocale", "appSupportsOemConfig"].contains(&name.as_str()), "{name}");
    }
    let polymorphic = !kind.odata_types.iter().any(|name| name.strip_prefix('#') == Some(&kind.declared_type));
    assert!(!polymorphic || body.get("@odata.type").is_some(), "{}: the type has to be told", kind.key);
}

/// What has requests of its own.
fn lists(kind: &ResourceType) -> Vec<String> {
    let own: &[&str] = match kind.key.as_str() {
        "administrative_template" => &["definitionValues"],
        "app_config_managed_app" => &["apps", "settings"],
        "app_protection_android" | "app_protection_ios" | "app_protection_windows" => &["apps"],
        "compliance_policy" | "compliance_policy_v2" => &["scheduledActionsForRule"],
        "endpoint_security_intent" => &["settings"],
        "notification_template" => &["localizedNotificationMessages"],
        "policy_set" => &["items"],
        _ => &[],
    };
    own.iter().map(|name| (*name).to_owned()).chain(kind.assignments.iter().map(|contract| contract.path.clone())).collect()
}

fn elements(object: &Json, list: &str) -> Vec<Json> {
    object.get(list).and_then(Json::as_array).unwrap_or_default().to_vec()
}

fn position(elements: &[Json], id: &str) -> usize {
    elements.iter().position(|one| one.get("id").and_then(Json::as_str) == Some(id)).unwrap_or_else(|| panic!("no {id}"))
}

fn with_ids(elements: &[Json]) -> Json {
    let with_id = |(at, element): (usize, &Json)| {
        let mut element = element.clone();
        element.set("id", Json::text(format!("made {at}")));
        element
    };
    Json::Array(elements.iter().enumerate().map(with_id).collect())
}

/// Replaces all but what policy sets made.
fn assign(object: &mut Json, path: &str, given: &Json) {
    let told = ["@odata.type", "target", "intent", "settings", "runSchedule", "runRemediationScript"];
    for one in given.as_array().unwrap() {
        assert!(one.as_object().unwrap().iter().all(|(name, _)| told.contains(&name.as_str())), "{one:?}");
    }
    let mut all = elements(object, path);
    all.retain(|one| one.get("source").and_then(Json::as_str) == Some("policySets"));
    for (at, one) in given.as_array().unwrap().iter().enumerate() {
        let mut one = one.clone();
        one.set("id", Json::text(format!("x_{at}")));
        one.set("source", Json::text("direct"));
        all.push(one);
    }
    object.set(path, Json::Array(all));
}

fn definition_values(object: &mut Json, body: &Json) {
    let bound = |value: &Json, name: &str| -> String {
        let link = value.get(&format!("{name}@odata.bind")).and_then(Json::as_str).unwrap();
        assert!(link.starts_with("https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('"), "{link}");
        link.rsplit("('").next().unwrap().trim_end_matches("')").to_owned()
    };
    let stored = |value: &Json| {
        let mut stored = value.clone();
        stored.set("definition", Json::from([("id", Json::text(bound(value, "definition")))]));
        stored.remove("definition@odata.bind");
        let mut values = elements(value, "presentationValues");
        for one in &mut values {
            let id = bound(one, "presentation");
            one.set("presentation", Json::from([("id", Json::text(id))]));
            one.remove("presentation@odata.bind");
            if one.get("id").is_none() {
                one.set("id", Json::text("made"));
            }
        }
        stored.set("presentationValues", Json::Array(values));
        stored
    };
    let mut all = elements(object, "definitionValues");
    for id in elements(body, "deletedIds") {
        let at = position(&all, id.as_str().unwrap());
        all.remove(at);
    }
    for value in elements(body, "updated") {
        let at = position(&all, value.get("id").unwrap().as_str().unwrap());
        let old = elements(&all[at], "presentationValues");
        let mut new = stored(&value);
        // An update leaves presentations that it does not name.
        let mut values = elements(&new, "presentationValues");
        let named: Vec<Json> = values.iter().filter_map(|one| one.get("id").cloned()).collect();
        values.extend(old.into_iter().filter(|one| !named.contains(one.get("id").unwrap())));
        new.set("presentationValues", Json::Array(values));
        all[at] = new;
    }
    for value in elements(body, "added") {
        assert!(value.get("id").is_none());
        let mut new = stored(&value);
        assert!(!all.iter().any(|one| one.get("definition") == new.get("definition")), "a definition has one value");
        new.set("id", Json::text(format!("made {}", all.len())));
        all.push(new);
    }
    object.set("definitionValues", Json::Array(all));
}

/// What is left out keeps its value; the text `null` clears it.
fn intent_settings(object: &mut Json, body: &Json) {
    let mut all = elements(object, "settings");
    for setting in elements(body, "settings") {
        let at = all.iter().position(|one| one.get("definitionId") == setting.get("definitionId"));
        if let Some(at) = at {
            assert_eq!(all[at].get("id"), setting.get("id"), "what is there is told by its id");
            all.remove(at);
        }
        if setting.get("valueJson").and_then(Json::as_str) != Some("null") {
            all.push(setting);
        }
    }
    object.set("settings", Json::Array(all));
}

fn policy_set(object: &mut Json, body: &Json) {
    let mut all = elements(object, "items");
    for id in elements(body, "deletedPolicySetItems") {
        let at = position(&all, id.as_str().unwrap());
        all.remove(at);
    }
    for item in elements(body, "updatedPolicySetItems") {
        let at = position(&all, item.get("id").unwrap().as_str().unwrap());
        all[at] = item;
    }
    for mut item in elements(body, "addedPolicySetItems") {
        assert!(item.get("id").is_none());
        item.set("id", Json::text(format!("made {}", all.len())));
        all.push(item);
    }
    object.set("items", Json::Array(all));
    assign(object, "assignments", body.get("assignments").unwrap());
}
