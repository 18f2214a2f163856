//! The directory cache: the groups and role definitions of a tenant, as the latest sync told. Never members.

mod group;
mod role;
mod state;

pub use group::{Group, GroupChange, GroupKind, MemberCount};
pub use role::RoleDefinition;
pub use state::{DirectoryKind, DirectoryState, Freshness, STALE_AFTER, SelectorKind};

use crate::json::Json;

/// How long a group or role definition that is gone is still kept, so that what refers to it can be named.
pub const KEPT_WHEN_GONE: std::time::Duration = std::time::Duration::from_secs(90 * 86_400);

/// The longest name and rule that is kept, in characters; Microsoft's own bounds are 256 and 3,072.
const NAME: usize = 256;
const RULE: usize = 4_096;

/// What a selector or a list is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectoryFilter {
    /// Only names that contain this text (begin with it, below three characters), case and accents aside; or the object with this
    /// id, or with these last eight characters of it.
    pub text: Option<String>,
    /// Only groups of this kind; role definitions know no kinds.
    pub kind: Option<GroupKind>,
    /// Those that are gone, in place of those that are there.
    pub gone: bool,
}

/// The id as it is kept and looked up: Microsoft compares ids without regard to case.
#[must_use]
pub fn object_id(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// Whether a text has the form of a directory id: 8-4-4-4-12 hexadecimal figures.
#[must_use]
pub fn is_object_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5
        && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, len)| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The last characters by which an unknown id is shown: `Unresolved (…8a11c2d4)`.
#[must_use]
pub fn tail(id: &str) -> String {
    let count = id.chars().count();
    id.chars().skip(count.saturating_sub(8)).collect()
}

fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The text of a property: absent, null (or of another kind), or there.
fn text(object: &Json, name: &str, most: usize) -> Option<Option<String>> {
    object.get(name).map(|value| value.as_str().map(|text| bounded(text, most)))
}

/// The truth value of a property; null counts as false.
fn flag(object: &Json, name: &str) -> Option<bool> {
    object.get(name).map(|value| matches!(value, Json::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_known_by_their_form_and_shown_by_their_end() {
        assert!(is_object_id("3F2504E0-4f89-41d3-9a0c-0305e82c3301"));
        for other in ["", "3f2504e04f8941d39a0c0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c330", "g", "é".repeat(36).as_str()]
        {
            assert!(!is_object_id(other), "{other}");
        }
        assert_eq!(tail("3f2504e0-4f89-41d3-9a0c-0305e82c3301"), "e82c3301");
        assert_eq!((tail("abc"), tail("ééééééééé").chars().count()), ("abc".to_owned(), 8));
        assert_eq!(object_id(" 3F25 "), "3f25");
    }
}
