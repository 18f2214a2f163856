//! What tools do to objects, undone where it is known exactly; told where it is not.

use model::json::Json;
use model::resource_types::ResourceType;

/// Gives administrative templates that are a list of values the form of an object; the name is that of the file. PowerShell writes a
/// list of one as the one.
pub(super) fn as_object(key: &str, value: Json, name: &str) -> Json {
    let values = match value {
        Json::Array(items) if key == "administrative_template" => items,
        one @ Json::Object(_) if key == "administrative_template" && one.get("definition@odata.bind").is_some() => vec![one],
        other => return other,
    };
    Json::from([("displayName", Json::text(name)), ("definitionValues", Json::Array(values))])
}

/// Puts an object into the shape in which Graph returns it; gives what is to be known about it.
pub(super) fn mend(kind: &ResourceType, object: &mut Json, stem: &str) -> Vec<String> {
    let mut notes = Vec::new();
    // Full metadata says the type of everything; Graph says it only where it is not the declared one.
    let said = object.get("@odata.type").and_then(Json::as_str);
    if said.and_then(|said| said.strip_prefix('#')) == Some(&kind.declared_type) {
        object.remove("@odata.type");
    }
    if kind.key == "endpoint_security_intent" {
        if object.get("settings").is_none()
            && let Some(settings) = object.remove("settingsDelta")
        {
            object.set("settings", settings);
        }
        if object.get("templateId").is_none()
            && let Some((id, _)) = stem.split_once('_').filter(|(id, _)| is_id(id))
        {
            object.set("templateId", Json::text(id));
        }
    }
    if kind.key == "administrative_template" {
        for value in items_mut(object, "definitionValues") {
            bound(value, "definition");
            for presented in items_mut(value, "presentationValues") {
                bound(presented, "presentation");
            }
        }
    }
    let targets = object.get("assignments").and_then(Json::as_array).unwrap_or_default();
    let by_name = targets
        .iter()
        .filter_map(|one| one.get("target"))
        .filter(|target| target.get("groupName").is_some() && target.get("groupId").is_none());
    match by_name.count() {
        0 => {}
        1 => notes.push("an assignment names its group without the id".to_owned()),
        many => notes.push(format!("{many} assignments name their groups without the ids")),
    }
    if kind.scope_tags_of(object).iter().any(|tag| tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_digit())) {
        notes.push("scope tags are named without their ids".to_owned());
    }
    notes
}

/// What of an object is not in the export although it cannot be without.
pub(super) fn missing<'a>(kind: &'a ResourceType, object: &Json) -> Option<&'a str> {
    let absent = |name: &&String| object.get(name).is_none() && matches!(name.as_str(), "settings" | "definitionValues");
    kind.list.omits.iter().find(absent).map(String::as_str)
}

/// What of an object may be missing.
pub(super) fn doubtful(kind: &ResourceType, object: &Json) -> Vec<String> {
    let unset = |name: &&String| matches!(object.get(name), None | Some(Json::Null)) && *name != "assignments";
    let names: Vec<&str> = kind.list.omits.iter().chain(&kind.list.nulls).filter(unset).map(String::as_str).collect();
    if names.is_empty() { Vec::new() } else { vec![format!("without {}", names.join(", "))] }
}

/// Whether PowerShell wrote the name of a type where there should have been a value: nested deeper than the tool asked for.
pub(super) fn cut_off(value: &Json) -> bool {
    const TYPES: [&str; 3] = ["System.Collections.Hashtable", "System.Object[]", "System.Collections.ArrayList"];
    match value {
        Json::String(text) => TYPES.contains(&text.as_str()),
        Json::Array(items) => items.iter().any(cut_off),
        Json::Object(members) => members.iter().any(|(_, value)| cut_off(value)),
        _ => false,
    }
}

/// Whether a text is an id as Microsoft makes them.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn items_mut<'a>(object: &'a mut Json, name: &str) -> &'a mut [Json] {
    match object.get_mut(name) {
        Some(Json::Array(items)) => items,
        _ => &mut [],
    }
}

/// `x@odata.bind` with an address becomes `x` with the id at its end, as reading gives it.
fn bound(object: &mut Json, name: &str) {
    let Some(address) = object.remove(&format!("{name}@odata.bind")) else { return };
    let id = address.as_str().and_then(|address| address.strip_suffix("')")?.rsplit_once("('").map(|(_, id)| id.to_owned()));
    if let Some(id) = id.filter(|_| object.get(name).is_none()) {
        object.set(name, Json::from([("id", Json::text(id))]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::find;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_template_that_is_a_list_of_values_becomes_an_object() {
        let kind = find("administrative_template").unwrap();
        let value = r#"{"enabled":true,"definition@odata.bind":"https://g/groupPolicyDefinitions('d')","presentationValues":
            [{"value":1,"presentation@odata.bind":"https://g/groupPolicyDefinitions('d')/presentations('p')"}]}"#;
        let wanted = r#"{"displayName":"N","definitionValues":[{"enabled":true,"presentationValues":[{"value":1,"presentation":{"id":"p"}}],"definition":{"id":"d"}}]}"#;
        for text in [value.to_owned(), format!("[{value}]")] {
            let mut object = as_object(&kind.key, json(&text), "N");
            assert!(mend(kind, &mut object, "N").is_empty());
            assert_eq!(object.to_text(), wanted);
        }
        assert_eq!(as_object("x", json("[]"), "N"), json("[]"));
    }

    #[test]
    fn an_intent_gets_its_settings_and_template_back() {
        let kind = find("endpoint_security_intent").unwrap();
        let mut object = json(r#"{"displayName":"A_b","settingsDelta":[{}]}"#);
        mend(kind, &mut object, "d1174162-1dd2-4976-affc-6667049ab0ae_A_b");
        assert_eq!(
            object.to_text(),
            r#"{"displayName":"A_b","settings":[{}],"templateId":"d1174162-1dd2-4976-affc-6667049ab0ae"}"#
        );
    }

    #[test]
    fn what_an_export_lacks_is_told() {
        let kind = find("settings_catalog_policy").unwrap();
        assert_eq!(missing(kind, &json("{}")), Some("settings"));
        assert_eq!(missing(kind, &json(r#"{"settings":[]}"#)), None);
        let text = r##"{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","roleScopeTagIds":["Default"],
            "assignments":[{"target":{"groupName":"G"}},{"target":{"groupName":"H","groupId":"h"}}]}"##;
        let mut object = json(text);
        let notes = mend(kind, &mut object, "x");
        assert_eq!(notes, ["an assignment names its group without the id", "scope tags are named without their ids"]);
        assert!(object.get("@odata.type").is_none());
        assert!(cut_off(&json(r#"{"a":[{"b":"System.Collections.Hashtable"}]}"#)) && !cut_off(&json(r#"{"a":"System"}"#)));
        assert_eq!(doubtful(find("app_protection_ios").unwrap(), &json("{}")), ["without apps"]);
    }
}
