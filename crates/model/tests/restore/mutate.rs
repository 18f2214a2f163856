//! Changes somewhere in an object, as people make them: values, elements of lists, assignments, properties.

use model::json::Json;
use model::resource_types::ResourceType;
use proptest::prelude::*;

/// Which change, and where: each number is taken modulo what there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) kind: u8,
    pub(crate) place: usize,
}

pub(crate) fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0_u8..6, any::<usize>()).prop_map(|(kind, place)| Change { kind, place }), 0..most)
}

/// What says which object or element it is, or is the service's.
const LEFT_ALONE: &[&str] = &[
    "id",
    "@odata.type",
    "source",
    "sourceId",
    "isEncrypted",
    "secretReferenceValueId",
    "isDefault",
    "createdDateTime",
    "lastModifiedDateTime",
    "templateReference",
    "policyType",
    "notificationTemplateId",
];

/// The object after those changes.
pub(crate) fn changed(kind: &ResourceType, object: &Json, changes: &[Change]) -> Json {
    let mut object = object.clone();
    for (at, change) in changes.iter().enumerate() {
        one(kind, &mut object, *change, at);
    }
    object
}

fn one(kind: &ResourceType, object: &mut Json, change: Change, at: usize) {
    let fixed = |name: &str| {
        kind.is_volatile(name)
            || kind.immutable.iter().any(|one| one == name)
            || LEFT_ALONE.contains(&name)
            || ["templateId", "defaultLocale", "appSupportsOemConfig"].contains(&name)
            || ["applyOnlyToWindows81", "applyOnlyToWindowsPhone81"].contains(&name)
            || (name == "value" && kind.key == "endpoint_security_intent")
    };
    let places = places(object, &fixed);
    let pick = |fits: &dyn Fn(&[String], &Json) -> bool| -> Option<Vec<String>> {
        let fitting: Vec<&Vec<String>> = places.iter().filter(|path| fits(path, at_path(object, path))).collect();
        fitting.get(change.place.checked_rem(fitting.len())?).map(|path| (*path).clone())
    };
    let leaf = |value: &Json| !matches!(value, Json::Array(_) | Json::Object(_));
    let number = format!("{at}-{}", change.place % 3);
    match change.kind {
        0 => {
            let Some(path) = pick(&|_, value| leaf(value) && *value != Json::Null) else { return };
            let value = at_path_mut(object, &path);
            *value = match &*value {
                Json::Bool(one) => Json::Bool(!one),
                Json::Number(_) => Json::int(100 + at as i64),
                _ => Json::text(format!("changed {number}")),
            };
        }
        1 => {
            let Some(path) = pick(&|_, value| value.as_array().is_some_and(|list| !list.is_empty())) else { return };
            let Json::Array(items) = at_path_mut(object, &path) else { return };
            let gone = items.remove(change.place / 7 % items.len());
            // There always is a text that is the default one.
            if gone.get("isDefault").and_then(Json::as_bool) == Some(true)
                && let Some(first) = items.first_mut()
            {
                first.set("isDefault", Json::Bool(true));
            }
        }
        2 => {
            let Some(path) = pick(&|path, value| path.len() == 1 && leaf(value) && path[0] != kind.name_property) else { return };
            *at_path_mut(object, &path) = Json::Null;
        }
        3 => {
            let Some(contract) = &kind.assignments else { return };
            let added = Json::from([
                ("id", Json::text(format!("added {at}"))),
                (
                    "target",
                    Json::from([
                        ("@odata.type", Json::text("#microsoft.graph.groupAssignmentTarget")),
                        ("groupId", Json::text(format!("group {number}"))),
                    ]),
                ),
            ]);
            if let Some(Json::Array(items)) = object.get_mut(&contract.path) {
                items.push(added);
            }
        }
        4 => {
            // Another element like one that is there.
            let some = |value: &Json| value.as_array().is_some_and(|list| list.iter().any(|one| matches!(one, Json::Object(_))));
            let Some(path) = pick(&|_, value| some(value)) else { return };
            let Json::Array(items) = at_path_mut(object, &path) else { return };
            let mut another = items[change.place / 7 % items.len()].clone();
            renamed(&mut another, &format!(" {at}"));
            if another.get("isDefault").is_some() {
                another.set("isDefault", Json::Bool(false));
            }
            items.push(another);
        }
        _ => {
            // As if nobody had told the property.
            let Some(path) = pick(&|path, value| path.len() == 1 && leaf(value) && path[0] != kind.name_property) else { return };
            object.remove(&path[0]);
        }
    }
}

/// Gives every text inside another value.
fn renamed(value: &mut Json, suffix: &str) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| renamed(item, suffix)),
        Json::Object(members) => {
            for (name, member) in members {
                match member {
                    Json::String(text) if !LEFT_ALONE.contains(&name.as_str()) || name == "id" => text.push_str(suffix),
                    other if name != "@odata.type" => renamed(other, suffix),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Every place below members that may change.
fn places(object: &Json, fixed: &dyn Fn(&str) -> bool) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut rest: Vec<(Vec<String>, &Json)> = vec![(Vec::new(), object)];
    while let Some((path, value)) = rest.pop() {
        let further = |token: String| path.iter().cloned().chain([token]).collect::<Vec<_>>();
        match value {
            Json::Array(items) => rest.extend(items.iter().enumerate().map(|(at, item)| (further(at.to_string()), item))),
            Json::Object(members) => {
                // Within an object, the names of the top level mean something else.
                let stays = |name: &str| if path.is_empty() { fixed(name) } else { LEFT_ALONE.contains(&name) };
                let members = members.iter().filter(|(name, _)| !stays(name));
                rest.extend(members.map(|(name, member)| (further(name.clone()), member)));
            }
            _ => {}
        }
        if !path.is_empty() {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn at_path<'a>(object: &'a Json, path: &[String]) -> &'a Json {
    path.iter().fold(object, |value, token| match value {
        Json::Array(items) => &items[token.parse::<usize>().unwrap()],
        value => value.get(token).unwrap(),
    })
}

fn at_path_mut<'a>(object: &'a mut Json, path: &[String]) -> &'a mut Json {
    path.iter().fold(object, |value, token| match value {
        Json::Array(items) => &mut items[token.parse::<usize>().unwrap()],
        value => value.get_mut(token).unwrap(),
    })
}
