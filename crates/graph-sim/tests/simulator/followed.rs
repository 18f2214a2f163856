//! What a create does not take and requests of its own bring, for the types that have such.

use model::json::Json;
use model::resource_types::ResourceType;

use crate::world::World;

const NAMED: [&str; 3] = ["profileName", "profileDescription", "roleScopeTagIds"];

fn has_apps(kind: &ResourceType) -> bool {
    kind.key.starts_with("app_protection_") || kind.key == "app_config_managed_app"
}

/// What the create takes.
pub(crate) fn without_followers(kind: &ResourceType, object: &Json) -> Json {
    let mut sent = object.clone();
    match kind.key.as_str() {
        "administrative_template" => drop(sent.remove("definitionValues")),
        "notification_template" => {
            sent.remove("localizedNotificationMessages");
            sent.remove("defaultLocale");
        }
        "intune_branding_profile" => {
            if let Json::Object(members) = &mut sent {
                members.retain(|(name, _)| NAMED.contains(&name.as_str()));
            }
        }
        _ => {}
    }
    sent
}

/// A link as bodies have them.
pub(crate) fn bind(id: &Json, below: &str) -> Json {
    let id = id.get("id").and_then(Json::as_str).unwrap();
    Json::text(format!("https://graph.microsoft.com/beta/deviceManagement/{below}('{id}')"))
}

/// A value of an administrative template as it is sent.
pub(crate) fn bound(value: &Json) -> Json {
    let mut sent = value.clone();
    let definition = sent.remove("definition").unwrap();
    sent.set("definition@odata.bind", bind(&definition, "groupPolicyDefinitions"));
    if let Some(Json::Array(values)) = sent.get_mut("presentationValues") {
        for value in values {
            let presentation = value.remove("presentation").unwrap();
            let below = format!("groupPolicyDefinitions('{}')/presentations", definition.get("id").unwrap().as_str().unwrap());
            value.set("presentation@odata.bind", bind(&presentation, &below));
        }
    }
    sent
}

/// Sends the rest.
pub(crate) fn follow(world: &World, kind: &ResourceType, id: &str, object: &Json) {
    let item = kind.item_path(id);
    let post = |path: &str, body: Json| {
        let answer = world.send("POST", path, &body.to_text());
        assert!(answer.status < 300, "{path}: {}", answer.text());
    };
    let list = |name: &str| object.get(name).and_then(Json::as_array).unwrap_or_default().to_vec();
    match kind.key.as_str() {
        "administrative_template" => {
            let added = list("definitionValues").iter().map(bound).collect();
            post(&format!("{item}/updateDefinitionValues"), Json::from([("added", Json::Array(added))]));
        }
        "notification_template" => {
            for message in list("localizedNotificationMessages") {
                post(&format!("{item}/localizedNotificationMessages"), message);
            }
        }
        "intune_branding_profile" => {
            assert_eq!(world.send("PATCH", &item, &object.to_text()).status, 200);
        }
        _ if has_apps(kind) && object.get("apps").is_some() => {
            let mut body = Json::from([("apps", Json::Array(list("apps")))]);
            body.set("appGroupType", object.get("appGroupType").cloned().unwrap_or(Json::text("selectedPublicApps")));
            post(&format!("{item}/targetApps"), body);
        }
        _ => {}
    }
}
