//! The stored form of an object and its two hashes.
//!
//! The stored text is the object with names sorted and volatile fields taken out; list order, null, line ends and number text stay
//! as received, because a backup gives back what it was given. `hash` (blake3 of the text) is the content's address. `semantic` is
//! the hash of the same with the lists whose order means nothing put into one order: it alone says whether something changed.

use crate::json::Json;
use crate::resource_types::{FieldPath, ResourceType};

/// An object ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Canonical JSON text.
    pub text: String,
    /// blake3 of the text, 64 hexadecimal digits.
    pub hash: String,
    /// blake3 of the text with unordered lists in one order, 64 hexadecimal digits.
    pub semantic: String,
    /// The same of its parts, so that a change can be told by what it changed.
    pub parts: Parts,
    /// The volatile fields of the top level that were taken out, as a JSON object.
    pub volatile: String,
}

/// Hashes of the parts of an object, in which unordered lists have one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Of all that is neither an assignment nor a scope tag.
    pub body: String,
    /// Of the assignments; that of the empty text where there are none.
    pub assignments: String,
    /// Of the ids of scope tags; that of the empty text where there are none.
    pub scope_tags: String,
}

/// Makes the stored form of an object: the type's volatile fields are left out (also nested ones, such as the ids that the
/// service gives to assignments), and OData control information at every depth but for `@odata.type`.
#[must_use]
pub fn canonical(resource_type: &ResourceType, object: Json) -> Canonical {
    let mut object = object;
    let volatile = Json::Object(resource_type.strip_volatile(&mut object)).sorted().to_text();
    let mut object = without_control(object).sorted();
    let text = object.to_text();
    in_order(resource_type, &mut object);
    let semantic = if resource_type.unordered.is_empty() { hash(&text) } else { hash(&object.to_text()) };
    let assignments = part(&mut object, resource_type.assignments.as_ref().map(|assignments| assignments.path.as_str()));
    let scope_tags = part(&mut object, resource_type.scope_tag_property.as_deref());
    let parts = Parts { body: hash(&object.to_text()), assignments, scope_tags };
    Canonical { hash: hash(&text), semantic, parts, volatile, text }
}

/// The content with its lists without order put into one order, so that two of them can be laid side by side.
#[must_use]
pub fn laid_out(resource_type: Option<&ResourceType>, content: &Json) -> Json {
    let mut content = content.clone();
    if let Some(resource_type) = resource_type {
        in_order(resource_type, &mut content);
    }
    content
}

/// What an item of a list tells of its object, as a hash: equal ones mean that the object need not be read again; different objects
/// never have the same. `None` where the
/// list tells nothing, or not enough: the type's contract names nothing that changes with the content (and the audit log does not tell
/// either), the item lacks one of those values, or a collection inside it goes on elsewhere. Where the audit log has to tell, equal ones
/// mean so only together with its silence.
#[must_use]
pub fn list_fingerprint(resource_type: &ResourceType, listed: &Json) -> Option<String> {
    let told = &resource_type.list.changed_by;
    if (told.is_empty() && !resource_type.list.audited) || goes_on_elsewhere(listed) {
        return None;
    }
    // Another way of completing objects makes other content out of the same list.
    let mut text = format!("1\n{:?}\n{:?}\n", resource_type.hydration, resource_type.id_of(listed));
    for path in told {
        let values = path.values(listed);
        if values.is_empty() || values.contains(&&Json::Null) {
            return None;
        }
        // Lists stand below, without the ids that the service gives to their elements.
        if values.iter().all(|value| !matches!(value, Json::Array(_) | Json::Object(_))) {
            values.iter().for_each(|value| text.push_str(&value.to_text()));
        }
        text.push('\n');
    }
    let mut object = listed.clone();
    resource_type.strip_volatile(&mut object);
    let mut object = without_control(object).sorted();
    in_order(resource_type, &mut object);
    text.push_str(&object.to_text());
    Some(hash(&text))
}

fn goes_on_elsewhere(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.iter().any(goes_on_elsewhere),
        Json::Object(members) => {
            members.iter().any(|(name, value)| name.ends_with("@odata.nextLink") || goes_on_elsewhere(value))
        }
        _ => false,
    }
}

/// The innermost lists first: where nothing tells the elements of a list apart their whole text does, and what is inside them must be
/// in one order by then.
fn in_order(resource_type: &ResourceType, object: &mut Json) {
    let mut lists: Vec<_> = resource_type.unordered.iter().collect();
    lists.sort_by_key(|list| std::cmp::Reverse(list.path.segments().len()));
    for list in lists {
        list.path.for_each_mut(object, &mut |value| in_one_order(value, &list.identity));
    }
}

/// The hash of a property that is taken out; an empty list is as good as none.
fn part(object: &mut Json, property: Option<&str>) -> String {
    let value = property.and_then(|name| object.remove(name));
    match value {
        None | Some(Json::Null) => hash(""),
        Some(Json::Array(items)) if items.is_empty() => hash(""),
        Some(value) => hash(&value.to_text()),
    }
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Sorts a list by what tells its elements apart, then by the whole element. Anything else stays as it is.
fn in_one_order(value: &mut Json, identity: &[FieldPath]) {
    let Json::Array(items) = value else { return };
    items.sort_by_cached_key(|item| {
        let told: Vec<String> = identity.iter().map(|path| path.first(item).map(Json::to_text).unwrap_or_default()).collect();
        (told, item.to_text())
    });
}

/// Takes out what the OData protocol adds: `@odata.context`, `settings@odata.context`, `@odata.nextLink`, `#microsoft.graph.assign` …
pub(crate) fn without_control(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(without_control).collect()),
        Json::Object(members) => Json::Object(
            members
                .into_iter()
                .filter(|(name, _)| name == "@odata.type" || !(name.contains("@odata.") || name.starts_with('#')))
                .map(|(name, value)| (name, without_control(value)))
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::find;

    fn of(text: &str) -> Canonical {
        canonical(find("settings_catalog_policy").unwrap(), Json::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_stored_form_keeps_content_and_drops_what_the_service_adds() {
        let stored = of(r##"{"@odata.context":"x","name":"A","id":"1","lastModifiedDateTime":"2026","z":1.0,"a":[2,1],"n":null,
            "settings@odata.nextLink":"y","#microsoft.graph.assign":{},"@odata.type":"#t","new":{"b":"\r\n","a":[]}}"##);
        assert_eq!(stored.text, r##"{"@odata.type":"#t","a":[2,1],"n":null,"name":"A","new":{"a":[],"b":"\r\n"},"z":1.0}"##);
    }

    #[test]
    fn the_order_of_names_and_the_volatile_fields_make_no_other_content() {
        let a = of(r#"{"name":"A","description":"d","id":"1","createdDateTime":"x"}"#);
        let b = of(r#"{"createdDateTime":"y","id":"2","description":"d","name":"A"}"#);
        assert_eq!((&a.text, &a.hash, &a.semantic, &a.parts), (&b.text, &b.hash, &b.semantic, &b.parts));
        assert_ne!(a.volatile, b.volatile, "what was taken out is kept beside it");
        assert_eq!(a.hash.len(), 64);
        assert_ne!(a.hash, of(r#"{"name":"A","description":"D"}"#).hash);
        assert_ne!(of(r#"{"x":null}"#).hash, of("{}").hash, "null is not absent");
        assert_ne!(of(r#"{"x":1}"#).hash, of(r#"{"x":1.0}"#).hash, "numbers keep their text");
    }

    #[test]
    fn a_change_is_told_by_the_part_that_changed() {
        let text = |name: &str, group: &str, tag: &str| {
            of(&format!(
                r#"{{"name":"{name}","roleScopeTagIds":["{tag}"],"assignments":[{{"id":"x","target":{{"groupId":"{group}"}}}}],"id":"1","version":7}}"#
            ))
            .parts
        };
        let one = text("A", "g", "0");
        assert_eq!(text("B", "g", "0"), Parts { body: text("B", "g", "0").body, ..one.clone() });
        assert_eq!(text("A", "h", "0"), Parts { assignments: text("A", "h", "0").assignments, ..one.clone() });
        assert_eq!(text("A", "g", "1"), Parts { scope_tags: text("A", "g", "1").scope_tags, ..one.clone() });
        assert_eq!(of(r#"{"name":"A","assignments":[]}"#).parts, of(r#"{"name":"A"}"#).parts);
        assert_eq!(of(r#"{"settingCount":2,"id":"1"}"#).volatile, r#"{"id":"1","settingCount":2}"#);
    }

    #[test]
    fn a_list_item_tells_what_it_can_and_no_more() {
        let kind = find("settings_catalog_policy").unwrap();
        let print = |text: &str| list_fingerprint(kind, &Json::parse(text.as_bytes()).unwrap());
        let item = |modified: &str, count: u8, assignments: &str| {
            print(&format!(
                r#"{{"id":"1","name":"A","createdDateTime":"x","lastModifiedDateTime":"{modified}","settingCount":{count},"assignments":{assignments}}}"#
            ))
        };
        let one = item("a", 1, r#"[{"id":"1","target":{"groupId":"g"}},{"id":"2","target":{"groupId":"h"}}]"#);
        assert!(one.is_some());
        let same = item("a", 1, r#"[{"id":"8","target":{"groupId":"h"}},{"id":"9","target":{"groupId":"g"}}]"#);
        assert_eq!(one, same, "another order and other ids of assignments are no sign of a change");
        for other in [item("b", 1, "[]"), item("a", 2, "[]"), item("a", 1, r#"[{"id":"1","target":{"groupId":"g"}}]"#)] {
            assert!(other.is_some() && other != one);
        }
        assert_eq!(print(r#"{"id":"1","lastModifiedDateTime":"a","settingCount":1}"#), None, "assignments were not told");
        assert_eq!(item("a", 1, "null"), None);
        let unfinished =
            r#"{"id":"1","lastModifiedDateTime":"a","settingCount":1,"assignments":[],"assignments@odata.nextLink":"x"}"#;
        assert_eq!(print(unfinished), None);
        let silent = find("endpoint_security_intent").unwrap();
        assert_eq!(list_fingerprint(silent, &Json::parse(b"{}").unwrap()), None);
    }

    #[test]
    fn another_order_inside_elements_that_nothing_tells_apart_is_no_change() {
        let kind = find("administrative_template").unwrap();
        let of = |first: &str, second: &str| {
            let text =
                format!(r#"{{"definitionValues":[{{"presentationValues":[{first}]}},{{"presentationValues":[{second}]}}]}}"#);
            canonical(kind, Json::parse(text.as_bytes()).unwrap()).semantic
        };
        assert_eq!(of("1,3", "2,4"), of("4,2", "3,1"));
        assert_ne!(of("1,3", "2,4"), of("1,4", "2,3"));
    }

    #[test]
    fn another_order_of_an_unordered_list_is_other_content_but_no_change() {
        let tags = |a: &str, b: &str| of(&format!(r#"{{"name":"A","roleScopeTagIds":["{a}","{b}"]}}"#));
        let (one, two) = (tags("0", "1"), tags("1", "0"));
        assert_ne!(one.hash, two.hash);
        assert_eq!(one.semantic, two.semantic);
        assert_ne!(one.semantic, tags("0", "2").semantic);
    }
}
