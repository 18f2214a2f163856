//! The stored form of an object and its hashes.
//!
//! The blob is the object with names sorted and volatile fields taken out; list order, null, line ends and number text stay as
//! received. `content_hash` is its blake3.

use crate::json::Json;
use crate::resource_types::ResourceType;

/// An object ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Canonical JSON text.
    pub text: String,
    /// blake3 of the text, 64 hexadecimal digits.
    pub hash: String,
}

/// Makes the stored form of an object: the type's volatile fields are left out (also nested ones, such as the ids that the
/// service gives to assignments), and OData control information at every depth but for `@odata.type`.
#[must_use]
pub fn canonical(resource_type: &ResourceType, object: Json) -> Canonical {
    let mut object = object;
    resource_type.strip_volatile(&mut object);
    let text = without_control(object).sorted().to_text();
    let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
    Canonical { text, hash }
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
