//! Any JSON.

use model::json::Json;
use model::resource_types::ResourceType;
use model::time::Moment;

use super::script::script;
use super::words::property_words;
use super::{DEEPEST, MOST, Row, Value};
use crate::text;

/// Properties that the page shows elsewhere.
const ELSEWHERE: [&str; 12] = [
    "@odata.type",
    "id",
    "displayName",
    "name",
    "description",
    "assignments",
    "roleScopeTagIds",
    "roleScopeTags",
    "createdDateTime",
    "lastModifiedDateTime",
    "modifiedDateTime",
    "settingCount",
];

/// Words in the name of a property whose values are ids of other objects.
const REFERRING: [&str; 7] = ["group", "location", "role", "user", "filter", "application", "strength"];

/// The properties of an object that no other part of the page shows.
pub(super) fn top(kind: Option<&ResourceType>, content: &Json) -> Vec<Row> {
    let shown_elsewhere = |name: &str| {
        ELSEWHERE.contains(&name)
            || name.contains("@odata.")
            || kind.is_some_and(|kind| kind.name_property == name || kind.id_property == name)
            || super::catalog::holds(content, name)
            || super::template::holds(content, name)
    };
    content
        .as_object()
        .unwrap_or_default()
        .iter()
        .filter(|(name, _)| !shown_elsewhere(name))
        .map(|(name, value)| row(name, value, 0))
        .collect()
}

/// A member of an object.
pub(super) fn row(name: &str, json: &Json, depth: usize) -> Row {
    Row { name: property_words(name), path: String::new(), value: value(name, json, depth) }
}

/// A value under the name of its property.
pub(super) fn value(name: &str, json: &Json, depth: usize) -> Value {
    match json {
        Json::Null => Value::Unset,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => Value::Text(text::shown(number, 80)),
        Json::String(string) => of_text(name, string, depth),
        Json::Array(_) | Json::Object(_) if depth >= DEEPEST => Value::TooDeep,
        Json::Array(items) => list(items, |item| value(name, item, depth + 1)),
        Json::Object(members) => {
            let rows: Vec<Row> = members
                .iter()
                .filter(|(name, _)| name == "@odata.type" || !name.contains("@odata."))
                .map(|(name, value)| if name == "@odata.type" { kind_row(value) } else { row(name, value, depth + 1) })
                .filter(|row| row.value != Value::Unset)
                .collect();
            if rows.is_empty() { Value::Unset } else { Value::Rows(rows) }
        }
    }
}

/// A list with its end cut off when it is long.
pub(super) fn list(items: &[Json], each: impl Fn(&Json) -> Value) -> Value {
    if items.is_empty() {
        Value::Unset
    } else {
        Value::List(items.iter().take(MOST).map(each).collect(), items.len().saturating_sub(MOST))
    }
}

fn kind_row(value: &Json) -> Row {
    let words = property_words(value.as_str().unwrap_or_default());
    Row { name: "Kind".to_owned(), path: String::new(), value: Value::Text(words) }
}

fn of_text(name: &str, string: &str, depth: usize) -> Value {
    if string.is_empty() || string == "notConfigured" {
        return Value::Unset;
    }
    if let Some(code) = script(name, string) {
        return code;
    }
    if depth < DEEPEST
        && let Some(inner) = embedded(name, string)
    {
        return value("", &inner, depth + 1);
    }
    if is_guid(string) && REFERRING.iter().any(|word| name.to_ascii_lowercase().contains(word)) {
        return Value::Reference(string.to_owned());
    }
    if name.ends_with("DateTime")
        && let Ok(moment) = Moment::parse(string)
    {
        return Value::Moment(moment);
    }
    if string.contains('\n') {
        Value::Code("Text", text::shown(string, 20_000))
    } else {
        Value::Text(text::shown(string, text::PROSE))
    }
}

/// JSON inside a text, as in `valueJson`.
fn embedded(name: &str, string: &str) -> Option<Json> {
    if name.ends_with("Json") { Json::parse(string.as_bytes()).ok() } else { None }
}

/// Whether a text has the form of a GUID.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_not_configured_is_unset() {
        for text in ["null", "\"\"", "[]", "{}", "\"notConfigured\"", r#"{"a":null}"#] {
            assert_eq!(value("x", &json(text), 0), Value::Unset, "{text}");
        }
        assert_eq!(value("x", &json("false"), 0), Value::Flag(false));
        assert_eq!(value("x", &json("0"), 0), Value::Text("0".to_owned()));
    }

    #[test]
    fn ids_of_groups_are_references_and_other_ids_are_not() {
        let id = "\"8e75af29-5176-4372-a718-724b8a4620dc\"";
        assert!(matches!(value("excludeGroups", &json(id), 0), Value::Reference(_)));
        assert!(matches!(value("settingId", &json(id), 0), Value::Text(_)));
    }

    #[test]
    fn hostile_nesting_ends() {
        let deep = format!("{}1{}", "[".repeat(150), "]".repeat(150));
        let words = format!("{:?}", value("x", &json(&deep), 0));
        assert!(words.contains("TooDeep") && words.len() < 2_000);
    }

    #[test]
    fn long_lists_say_how_much_is_left_out() {
        let long = json(&format!("[{}1]", "1,".repeat(500)));
        assert!(matches!(value("x", &long, 0), Value::List(items, 301) if items.len() == MOST));
    }
}
