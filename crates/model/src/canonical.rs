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
}

/// Makes the stored form of an object: the type's volatile fields are left out (also nested ones, such as the ids that the
/// service gives to assignments), and OData control information at every depth but for `@odata.type`.
#[must_use]
pub fn canonical(resource_type: &ResourceType, object: Json) -> Canonical {
    let mut object = object;
    resource_type.strip_volatile(&mut object);
    let mut object = without_control(object).sorted();
    let text = object.to_text();
    for list in &resource_type.unordered {
        list.path.for_each_mut(&mut object, &mut |value| in_one_order(value, &list.identity));
    }
    let semantic = if resource_type.unordered.is_empty() { hash(&text) } else { hash(&object.to_text()) };
    Canonical { hash: hash(&text), semantic, text }
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
fn without_control(value: Json) -> Json {
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
        assert_eq!(a, b);
        assert_eq!(a.hash.len(), 64);
        assert_ne!(a.hash, of(r#"{"name":"A","description":"D"}"#).hash);
        assert_ne!(of(r#"{"x":null}"#).hash, of("{}").hash, "null is not absent");
        assert_ne!(of(r#"{"x":1}"#).hash, of(r#"{"x":1.0}"#).hash, "numbers keep their text");
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
