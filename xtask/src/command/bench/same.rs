//! Whether what was restored is what was there, by what the simulator holds: nothing of the product is asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What the service gives by itself and nobody can write: ids, times, counters, how something came to be.
const BY_THE_SERVICE: &[&str] = &[
    "id",
    "sourceId",
    "source",
    "createdDateTime",
    "lastModifiedDateTime",
    "modifiedDateTime",
    "version",
    "supportsScopeTags",
    "policyConfigurationIngestionType",
    "ruleName",
    "isBuiltIn",
    "priority",
];
/// Where ids stand that are small numbers: those of scope tags. Anywhere else a number is one.
const SCOPE_TAGS: &[&str] = &["roleScopeTagIds", "roleScopeTags", "scopeTags"];
/// What is the service's own and is referred to by its id.
const REFERRED: &[&str] = &["definition", "presentation"];
/// What an assignment may say of its own type, and need not.
const ASSIGNMENT: &str = "Assignment";
/// How the service says that something is not there.
const NOTHING: &[&str] = &["0001-01-01T00:00:00Z", "none"];

/// Objects by type and id.
pub(super) type Contents = BTreeMap<String, BTreeMap<String, Value>>;

/// What came of objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Compared {
    pub(super) objects: u64,
    pub(super) missing: u64,
    pub(super) different: u64,
    /// Objects that were neither there before nor made for one that was.
    pub(super) more: u64,
    /// The first that are not as they were, and where.
    pub(super) examples: Vec<String>,
}

/// What `/_sim/tenants/{id}/objects` tells.
pub(super) fn contents(text: &str) -> serde_json::Result<Contents> {
    serde_json::from_str(text)
}

/// Compares what objects were with what they are. `written`: which, by type and old id; `made`: the new id of each.
pub(super) fn compare(
    before: &Contents,
    after: &Contents,
    written: &BTreeSet<(String, String)>,
    made: &BTreeMap<(String, String), String>,
) -> Compared {
    let ids: BTreeMap<&str, &str> = made.iter().map(|((_, old), new)| (old.as_str(), new.as_str())).collect();
    let mut compared = Compared { objects: written.len() as u64, ..Compared::default() };
    for place in written {
        let (kind, id) = place;
        let was = before.get(kind).and_then(|all| all.get(id)).unwrap_or(&Value::Null);
        let is = made.get(place).and_then(|new| after.get(kind)?.get(new));
        let Some(is) = is else {
            compared.missing += 1;
            compared.note(format!("{kind} {id}: missing"));
            continue;
        };
        let (was, is) = (normal(was, &ids), normal(is, &BTreeMap::new()));
        if was != is {
            compared.different += 1;
            compared.note(format!("{kind} {id}: {}", difference(&was, &is, "")));
        }
    }
    let new: BTreeSet<(&str, &str)> = made.iter().map(|((kind, _), new)| (kind.as_str(), new.as_str())).collect();
    for (kind, objects) in after {
        let known = |id: &str| before.get(kind).is_some_and(|all| all.contains_key(id)) || new.contains(&(kind.as_str(), id));
        for id in objects.keys().filter(|id| !known(id)) {
            compared.more += 1;
            compared.note(format!("{kind} {id}: nobody asked for it"));
        }
    }
    compared
}

impl Compared {
    fn note(&mut self, words: String) {
        if self.examples.len() < 20 {
            self.examples.push(words);
        }
    }
}

/// Without what the service gives, with new ids in the place of old ones, lists in one order; what is null or empty is as good as absent.
fn normal(value: &Value, ids: &BTreeMap<&str, &str>) -> Value {
    match value {
        Value::Object(members) => {
            let said = |name: &str, value: &Value| {
                name == "@odata.type" && value.as_str().is_some_and(|text| text.ends_with(ASSIGNMENT))
            };
            let kept = members.iter().filter(|(name, value)| !BY_THE_SERVICE.contains(&name.as_str()) && !said(name, value));
            let normal = kept.map(|(name, value)| {
                let referred = value.get("id").filter(|_| REFERRED.contains(&name.as_str()));
                let tags = value.as_array().filter(|_| SCOPE_TAGS.contains(&name.as_str()));
                (name.clone(), tags.map_or_else(|| normal(referred.unwrap_or(value), ids), |tags| of_tags(tags, ids)))
            });
            Value::Object(normal.filter(|(_, value)| !is_nothing(value)).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| normal(item, ids)).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        // Some ids are made of others: `email_<id>`.
        Value::String(text) => {
            let long = |part: &str| ids.get(part).copied().filter(|_| part.bytes().any(|b| !b.is_ascii_digit()));
            let parts: Vec<&str> = text.split('_').map(|part| long(part).unwrap_or(part)).collect();
            Value::String(long(text).map_or_else(|| parts.join("_"), str::to_owned))
        }
        other => other.clone(),
    }
}

/// Scope tags in one order, with new ids in the place of old ones.
fn of_tags(tags: &[Value], ids: &BTreeMap<&str, &str>) -> Value {
    let new = |tag: &Value| tag.as_str().and_then(|id| ids.get(id)).map_or_else(|| tag.clone(), |new| Value::from(*new));
    let mut tags: Vec<Value> = tags.iter().map(new).collect();
    tags.sort_by_cached_key(Value::to_string);
    Value::Array(tags)
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => NOTHING.contains(&text.as_str()),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The first place where they differ.
fn difference(was: &Value, is: &Value, at: &str) -> String {
    match (was, is) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let differs = names.into_iter().find(|name| a.get(*name) != b.get(*name));
            let of = |side: &serde_json::Map<String, Value>, name: &String| side.get(name).cloned().unwrap_or_default();
            differs.map_or_else(String::new, |name| difference(&of(a, name), &of(b, name), &format!("{at}/{name}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let differs = a.iter().zip(b).enumerate().find(|(_, (a, b))| a != b);
            differs.map_or_else(String::new, |(number, (a, b))| difference(a, b, &format!("{at}/{number}")))
        }
        _ => format!("{at}: {} → {}", short(was), short(is)),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str) -> (String, String) {
        ("script".to_owned(), id.to_owned())
    }

    #[test]
    fn what_is_missing_different_or_too_many_is_told() {
        let before = r#"{"filter":{"f":{"id":"f"}},"script":{"a":{"id":"a","name":"A","least":"3","roleScopeTagIds":["3"],"uses":["f","email_f"],"filter":"none","definition":{"id":"d","name":"x"}},"b":{"id":"b","name":"B"},"c":{"id":"c","name":"C"}}}"#;
        let after = r##"{"filter":{"g":{"id":"g"}},"script":{"x":{"id":"x","name":"A","least":"3","@odata.type":"#microsoft.graph.mobileAppAssignment","roleScopeTagIds":["4"],"uses":["email_g","g"],"roles":[],"definition":{"id":"d"}},"y":{"id":"y","name":"Y"},"z":{"id":"z","name":"A"}}}"##;
        let (before, after) = (contents(before).unwrap(), contents(after).unwrap());
        let written = [place("a"), place("b"), place("c")].into();
        let filter = ("filter".to_owned(), "f".to_owned());
        let tag = (("scope_tag".to_owned(), "3".to_owned()), "4".to_owned());
        let made = [(place("a"), "x".to_owned()), (place("b"), "y".to_owned()), (filter, "g".to_owned()), tag].into();
        let compared = compare(&before, &after, &written, &made);
        let Compared { objects, missing, different, more, examples } = compared;
        assert_eq!((objects, missing, different, more), (3, 1, 1, 1));
        assert_eq!(examples[0], r#"script b: /name: "B" → "Y""#);
    }
}
