//! The places of a content: each leads to the next.

use crate::json::Json;
use crate::words;

/// Characters of a way and of an id.
pub(super) const MOST_NAME: usize = 300;
/// Members inside settings that describe them and configure nothing.
const ASIDE: [&str; 8] = [
    "settingDefinitions",
    "settingInstanceTemplateReference",
    "settingValueTemplateReference",
    "settingDefinitionId",
    "definitionId",
    "definition",
    "presentation",
    "auditRuleInformation",
];
/// Stands in place of a secret while the content is walked.
pub(super) const SECRET: &str = "\u{0}";

/// A value that is still to be looked at.
pub(super) struct Spot<'a> {
    pub(super) value: &'a Json,
    /// The member that it is, or is an element of.
    pub(super) property: &'a str,
    /// The setting that it is in.
    pub(super) definition: Option<&'a str>,
    /// Definitions that came with the setting: they hold Microsoft's own names.
    pub(super) definitions: &'a [Json],
    pub(super) pointer: String,
    pub(super) path: String,
    pub(super) id: String,
}

/// A way that leads one step further.
fn further(path: &str, words: &str) -> String {
    let words = words.trim();
    match (path, words) {
        (path, "") => path.to_owned(),
        ("", words) => cut(words, MOST_NAME),
        (path, words) => cut(&format!("{path} › {words}"), MOST_NAME),
    }
}

pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

pub(super) fn element<'a>(list: &Spot<'a>, index: usize, item: &'a Json, count: usize) -> Spot<'a> {
    let words = match item {
        Json::Object(_) if names_itself(item) || (list.definition.is_some() && item.get("value").is_some()) => String::new(),
        Json::Object(_) => own_name(item).map_or_else(|| ordinal(index, count), str::to_owned),
        Json::Array(_) => ordinal(index, count),
        _ => String::new(),
    };
    Spot {
        value: item,
        property: list.property,
        definition: list.definition,
        definitions: item.get("settingDefinitions").and_then(Json::as_array).unwrap_or(list.definitions),
        pointer: cut(&format!("{}/{index}", list.pointer), MOST_NAME),
        path: further(&list.path, &words),
        id: list.id.clone(),
    }
}

fn ordinal(index: usize, count: usize) -> String {
    if count > 1 { format!("No. {}", index + 1) } else { String::new() }
}

/// Whether an element is a setting, which [`of_setting`] names.
fn names_itself(item: &Json) -> bool {
    ["settingInstance", "settingDefinitionId", "definitionId", "definition", "presentation", "children"]
        .iter()
        .any(|name| item.get(name).is_some())
}

/// What an element of a list calls itself.
fn own_name(item: &Json) -> Option<&str> {
    let names = ["displayName", "name", "key", "appConfigKey", "ruleName", "packageId", "bundleId"];
    names.iter().find_map(|name| item.get(name)?.as_str()).filter(|name| !name.trim().is_empty() && *name != SECRET)
}

/// The same spot under the name of the setting that its object is, where it is one.
pub(super) fn of_setting(mut spot: Spot<'_>) -> Spot<'_> {
    let text = |name: &str| spot.value.get(name).and_then(Json::as_str);
    if let Some(id) = text("settingDefinitionId").or_else(|| text("definitionId")) {
        let (name, mut place) = words::setting(id).unwrap_or_else(|| (id.to_owned(), String::new()));
        if spot.definition.is_some() {
            // Inside another setting the place only repeats the names around it.
            place = String::new();
        }
        let own = spot.definitions.iter().find(|one| one.get("id").and_then(Json::as_str) == Some(id));
        let own = own.and_then(|one| one.get("displayName")?.as_str());
        spot.path = further(&further(&spot.path, &place), own.unwrap_or(&name));
        spot.id = cut(id, MOST_NAME);
        spot.definition = Some(id);
    } else if let Some(definition) = spot.value.get("definition").filter(|definition| definition.get("displayName").is_some()) {
        let text = |name: &str| definition.get(name).and_then(Json::as_str).unwrap_or_default();
        let place = text("categoryPath").trim_matches('\\').replace('\\', " › ");
        spot.path = further(&further(&spot.path, &place), text("displayName"));
        spot.id = "definitionValues".to_owned();
        spot.definition = Some("");
    } else if let Some(label) = spot.value.at(&["presentation", "label"]).and_then(Json::as_str) {
        spot.path = further(&spot.path, label.trim_end_matches(':'));
    }
    spot
}

pub(super) fn member<'a>(object: &Spot<'a>, name: &'a str, value: &'a Json) -> Option<Spot<'a>> {
    let typed = name == "@odata.type" && !object.pointer.is_empty();
    let aside = ASIDE.contains(&name) && (object.definition.is_some() || names_itself(object.value));
    if typed || aside {
        return None;
    }
    let settings = object.pointer.is_empty() && matches!(name, "settings" | "definitionValues");
    let wraps = settings && value.as_array().is_some_and(|items| items.iter().any(names_itself))
        || words::WRAPPERS.contains(&name) && (object.definition.is_some() || names_itself(object.value));
    let mut pointer = object.pointer.clone();
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    Some(Spot {
        value,
        property: name,
        definition: object.definition,
        definitions: object.definitions,
        pointer: cut(&pointer, MOST_NAME),
        path: if wraps { object.path.clone() } else { further(&object.path, &words::property(&cut(name, MOST_NAME))) },
        id: match (wraps, object.id.as_str()) {
            (true, id) => id.to_owned(),
            (false, "") => cut(name, MOST_NAME),
            (false, id) => cut(&format!("{id}.{name}"), MOST_NAME),
        },
    })
}
