//! The directory cache of a tenant, and the search of selectors.

pub(crate) mod group;
pub(crate) mod list;
pub(crate) mod select;
pub(crate) mod selector;
pub(crate) mod sync;

use model::directory::{DirectoryFilter, GroupKind};

use crate::fields::Fields;

/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

/// What is searched for, if anything.
fn text(query: &Fields) -> Option<String> {
    query.one("q").map(|text| text.trim().chars().take(MAX_TEXT).collect()).filter(|text: &String| !text.is_empty())
}

/// What the address narrows to; values that mean nothing narrow nothing.
fn filter(query: &Fields) -> DirectoryFilter {
    DirectoryFilter {
        text: text(query),
        kind: query.one("kind").map(GroupKind::from_code).filter(|kind| *kind != GroupKind::Unknown),
        gone: query.one("gone") == Some("yes"),
    }
}
