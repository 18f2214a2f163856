//! The links of one content.

use crate::codes::codes;
use crate::directory::{is_object_id, object_id};
use crate::json::Json;
use crate::references::{FoundReference, places, references};
use crate::resource_types::{self, ResourceType};
use crate::restore::Reference;

codes! {
    /// In what way an object refers to another one.
    LinkKind {
        /// It is aimed at it: an assignment, a condition.
        Include = "include",
        /// It leaves it out.
        Exclude = "exclude",
        /// The filter of an assignment: only what matches.
        FilterInclude = "filter_include",
        /// The filter of an assignment: what matches is left out.
        FilterExclude = "filter_exclude",
        /// It carries that scope tag.
        ScopeTag = "scope_tag",
        /// One of its settings names it.
        Setting = "setting",
    }
}

impl LinkKind {
    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Include => "Include",
            Self::Exclude => "Exclude",
            Self::FilterInclude => "Filter: only what matches",
            Self::FilterExclude => "Filter: leaves out what matches",
            Self::ScopeTag => "Scope tag",
            Self::Setting => "Setting",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether it is the filter of an assignment.
    #[must_use]
    pub const fn is_filter(self) -> bool {
        matches!(self, Self::FilterInclude | Self::FilterExclude)
    }
}

/// A link, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// In what way.
    pub kind: LinkKind,
    /// To what; the id in the form of [`link_id`].
    pub to: Reference,
    /// JSON Pointer to the text that holds the id.
    pub pointer: String,
    /// The index of the assignment that it is in, where it is in one.
    pub assignment: Option<usize>,
}

/// Texts that are longer, in bytes, are no ids: the longest of Microsoft's have some hundred characters.
pub const MAX_ID: usize = 256;

/// The id as it is kept and looked up: Microsoft compares ids of 8-4-4-4-12 figures without regard to case, and others as they are.
#[must_use]
pub fn link_id(id: &str) -> String {
    if is_object_id(id) { object_id(id) } else { id.to_owned() }
}

/// The links of a content, in the order of its references. A filter that an assignment names and does not use is no link.
#[must_use]
pub fn links(kind: &ResourceType, content: &Json) -> Vec<Link> {
    references(kind, content).into_iter().filter_map(|found| link(kind, content, found)).collect()
}

fn link(kind: &ResourceType, content: &Json, found: FoundReference) -> Option<Link> {
    if found.reference.id.len() > MAX_ID {
        return None;
    }
    let way = match found.reference.resource_type.as_str() {
        "assignment_filter" => filter_mode(kind, content, found.assignment?)?,
        "scope_tag" => LinkKind::ScopeTag,
        _ if found.narrowing => LinkKind::Exclude,
        _ if found.assignment.is_some() || found.pointer.starts_with("/conditions/") => LinkKind::Include,
        _ => LinkKind::Setting,
    };
    let to = Reference::new(found.reference.resource_type, link_id(&found.reference.id));
    Some(Link { kind: way, to, pointer: found.pointer, assignment: found.assignment })
}

/// What the filter of an assignment does; `None`: nothing.
fn filter_mode(kind: &ResourceType, content: &Json, at: usize) -> Option<LinkKind> {
    let assignments = content.get(&kind.assignments.as_ref()?.path)?.as_array()?;
    match assignments.get(at)?.at(&["target", "deviceAndAppManagementAssignmentFilterType"])?.as_str()? {
        "include" => Some(LinkKind::FilterInclude),
        "exclude" => Some(LinkKind::FilterExclude),
        _ => None,
    }
}

/// How links are made out of contents, as a short text. Those that were made in another form are made anew.
#[must_use]
pub fn form() -> &'static str {
    /// Raised whenever [`links`], or a place that is no rule (`references::special`), makes something else of a content.
    const MADE: &str = "1";
    static FORM: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(MADE.as_bytes());
        for kind in resource_types::all() {
            hasher.update(format!("\n{} {}", kind.key, places(kind)).as_bytes());
        }
        hasher.finalize().to_hex().chars().take(16).collect()
    });
    &FORM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, text: &str) -> Vec<(LinkKind, String, String, Option<usize>)> {
        let found = links(resource_types::find(key).unwrap(), &Json::parse(text.as_bytes()).unwrap());
        found.into_iter().map(|link| (link.kind, link.to.resource_type, link.to.id, link.assignment)).collect()
    }

    #[test]
    fn an_assignment_gives_its_group_and_the_filter_that_it_uses() {
        let text = r##"{"roleScopeTagIds":["0","7"],"assignments":[
          {"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"3F2504E0-4F89-41D3-9A0C-0305E82C3301",
            "deviceAndAppManagementAssignmentFilterId":"f1","deviceAndAppManagementAssignmentFilterType":"exclude"}},
          {"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g2",
            "deviceAndAppManagementAssignmentFilterId":"f2","deviceAndAppManagementAssignmentFilterType":"none"}},
          {"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}]}"##;
        let filter = "assignment_filter".to_owned();
        let mut found = of("settings_catalog_policy", text);
        found.sort();
        assert_eq!(
            found,
            [
                (LinkKind::Include, "group".to_owned(), "3f2504e0-4f89-41d3-9a0c-0305e82c3301".to_owned(), Some(0)),
                (LinkKind::Exclude, "group".to_owned(), "g2".to_owned(), Some(1)),
                (LinkKind::FilterExclude, filter, "f1".to_owned(), Some(0)),
                (LinkKind::ScopeTag, "scope_tag".to_owned(), "7".to_owned(), None),
            ]
        );
    }

    #[test]
    fn conditions_include_and_leave_out_and_settings_name() {
        let text = r#"{"conditions":{"users":{"includeGroups":["a"],"excludeGroups":["b"]},"locations":{"excludeLocations":["l"]}},
          "grantControls":{"authenticationStrength":{"id":"s"}}}"#;
        let kinds: Vec<_> = of("conditional_access_policy", text).into_iter().map(|(kind, _, id, _)| (id, kind)).collect();
        for (id, kind) in [("a", LinkKind::Include), ("b", LinkKind::Exclude), ("l", LinkKind::Exclude), ("s", LinkKind::Setting)]
        {
            assert!(kinds.contains(&(id.to_owned(), kind)), "{id}: {kinds:?}");
        }
    }

    #[test]
    fn what_is_too_long_for_an_id_is_no_link() {
        let text = |length: usize| format!(r#"{{"roleScopeTagIds":["{}"]}}"#, "x".repeat(length));
        assert_eq!(of("settings_catalog_policy", &text(MAX_ID)).len(), 1);
        assert_eq!(of("settings_catalog_policy", &text(MAX_ID + 1)).len(), 0);
    }

    #[test]
    fn the_form_is_short_and_the_same_each_time() {
        assert_eq!((form(), form().len()), (form(), 16));
    }
}
