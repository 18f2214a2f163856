//! Any JSON.

use model::diff::{HIDDEN, is_hidden};
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
const REFERRING: [&str; 12] = [
    "group",
    "location",
    "role",
    "user",
    "filter",
    "application",
    "strength",
    "member",
    "resourcescope",
    "payloadid",
    "mobileapp",
    "principal",
];

/// The properties of an object that no other part of the page shows.
pub(super) fn top(kind: Option<&ResourceType>, content: &Json) -> Vec<Row> {
    let shown_elsewhere = |name: &str| {
        // The name of a type that calls itself otherwise is a property like any other: the company's, on branding.
        let own_name = matches!(name, "displayName" | "name") && kind.is_some_and(|kind| kind.name_property != name);
        (ELSEWHERE.contains(&name) && !own_name)
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
            if let Some(words) = picture(json) {
                return Value::Text(words);
            }
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
    if string == HIDDEN || is_hidden(string) {
        return Value::Hidden;
    }
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
    if let Some(words) = duration(string) {
        return Value::Text(words);
    }
    if string.contains('\n') {
        Value::Code("Text", text::shown(string, 20_000))
    } else {
        Value::Text(text::shown(string, text::PROSE))
    }
}

/// A picture in base64: what it is and how large.
fn picture(json: &Json) -> Option<String> {
    let kind = json.get("type")?.as_str().filter(|kind| kind.starts_with("image/"))?;
    let base64 = json.get("value")?.as_str()?;
    let bytes = i64::try_from(base64.trim_end_matches('=').len() * 3 / 4).unwrap_or(i64::MAX);
    Some(format!("Picture ({}, {})", text::shown(kind, 40), text::bytes(bytes)))
}

/// A duration as Graph writes it (`P90D`, `PT8H30M`), in words; `None` when the text is none.
fn duration(string: &str) -> Option<String> {
    let (days, times) = match string.strip_prefix('P')?.split_once('T') {
        Some((days, times)) => (days, times),
        None => (string.strip_prefix('P')?, ""),
    };
    let mut words = Vec::new();
    for (part, units) in [
        (days, [('Y', "year", "years"), ('M', "month", "months"), ('W', "week", "weeks"), ('D', "day", "days")].as_slice()),
        (times, [('H', "hour", "hours"), ('M', "minute", "minutes"), ('S', "second", "seconds")].as_slice()),
    ] {
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, tail) = rest.split_at(end);
            let unit = tail.chars().next()?;
            let (_, one, many) = units.iter().find(|(letter, ..)| *letter == unit)?;
            let number: i64 = number.parse().ok()?;
            if number > 0 {
                words.push(text::counted(number, one, many));
            }
            rest = &tail[1..];
        }
    }
    let nothing = words.is_empty() && (days.len() > 1 || times.len() > 1);
    if nothing { Some("none".to_owned()) } else { (!words.is_empty()).then(|| words.join(", ")) }
}

/// JSON inside a text, as in `valueJson` and in the texts of a policy's `definition`.
fn embedded(name: &str, string: &str) -> Option<Json> {
    if name.ends_with("Json") || (name == "definition" && string.starts_with('{')) {
        Json::parse(string.as_bytes()).ok()
    } else {
        None
    }
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
    fn durations_pictures_and_policies_in_texts_are_words() {
        for (text, words) in
            [("PT8H", "8 hours"), ("P90D", "90 days"), ("P1DT2H30M", "1 day, 2 hours, 30 minutes"), ("PT0S", "none")]
        {
            assert_eq!(duration(text).as_deref(), Some(words), "{text}");
        }
        for text in ["P", "PT", "Policy", "P1X", "P-1D", "PT8", "P8H", "PÄ", "Print"] {
            assert_eq!(duration(text), None, "{text}");
        }
        let logo = json(r#"{"type":"image/png","value":"AAECAwQF"}"#);
        assert!(matches!(value("themeColorLogo", &logo, 0), Value::Text(words) if words.starts_with("Picture (image/png")));
        let definition = json(r#"["{\"TokenLifetimePolicy\":{\"AccessTokenLifetime\":\"00:30:00\"}}"]"#);
        let Value::List(inner, 0) = value("definition", &definition, 0) else { panic!("no list") };
        assert!(matches!(&inner[0], Value::Rows(rows) if rows.len() == 1), "{inner:?}");
    }

    #[test]
    fn a_name_that_is_not_the_objects_own_is_a_property() {
        let kind = model::resource_types::find("intune_branding_profile");
        let rows = top(kind, &json(r#"{"profileName":"Default","displayName":"Workplace","description":"x"}"#));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].value, Value::Text("Workplace".to_owned()));
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
