//! One value, or one element of a list, as the cards of an item show it: for comparisons, which show them by themselves.

use maud::Markup;
use model::json::Json;

use super::words::setting_words;
use super::{Names, Value, catalog, generic, show, template};
use crate::text;

/// What an object is called by what it says itself.
pub(crate) struct Named {
    /// Its name.
    pub(crate) name: String,
    /// Where it stands among others, e.g. `defender`; may be empty.
    pub(crate) path: String,
}

/// The name of a setting, or of an element of a list; `None` when it has none.
pub(crate) fn named(value: &Json) -> Option<Named> {
    let text = |name: &str| value.get(name).and_then(Json::as_str);
    let of_id = |id: &str| {
        let (name, path) = setting_words(id);
        Named { name, path }
    };
    if let Some(id) = text("settingDefinitionId") {
        return Some(of_id(id));
    }
    if let Some(inner) = value.get("settingInstance") {
        return named(inner);
    }
    if value.get("definition").is_some() || value.get("definition@odata.bind").is_some() {
        let row = template::template(value);
        return Some(Named { name: row.name, path: row.path });
    }
    if value.get("presentation").is_some() {
        return Some(Named { name: template::presentation(value).name, path: String::new() });
    }
    if let Some(id) = text("definitionId") {
        return Some(of_id(id));
    }
    let names = ["displayName", "name", "key", "appConfigKey", "ruleName", "packageId", "bundleId", "id"];
    let name = names.iter().find_map(|name| text(name)).filter(|name| !name.trim().is_empty())?;
    Some(Named { name: text::name(name, text::NAMELESS).into_owned(), path: String::new() })
}

/// The value of a property.
pub(crate) fn shown(name: &str, value: &Json, names: &Names<'_>) -> Markup {
    show::value(&of(name, value), names)
}

/// The value in words, when it is no more than a line of words.
pub(crate) fn words_of(name: &str, value: &Json) -> Option<String> {
    match of(name, value) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn of(name: &str, value: &Json) -> Value {
    if let Some(instance) = value.get("settingInstance") {
        return catalog::of_instance(instance);
    }
    if value.get("settingDefinitionId").is_some() {
        return catalog::of_instance(value);
    }
    if value.get("definition").is_some() && value.get("enabled").is_some() {
        return template::template(value).value;
    }
    if value.get("presentation").is_some() {
        return template::presentation(value).value;
    }
    match value.get("definitionId").and_then(Json::as_str) {
        Some(id) if value.get("valueJson").is_some() || value.get("value").is_some() => template::intent(id, value).value,
        _ => generic::value(name, value, 0),
    }
}
