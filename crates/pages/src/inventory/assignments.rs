//! Who a policy is assigned to.

use maud::{Markup, html};
use model::json::Json;
use model::label::Tone;

use super::readable::{Names, property_words};
use crate::components::badge::worded;
use crate::components::icon::{Icon, icon};
use crate::components::table::{self, Column};
use crate::text;

/// What an assignment is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Group(String),
    AllDevices,
    AllUsers,
    Collection(String),
    /// A kind of target that this version does not know, in words.
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Assignment {
    target: Target,
    exclude: bool,
    /// Id of the filter and whether what it matches is left out.
    filter: Option<(String, bool)>,
    /// `required`, `available` …, for apps.
    intent: Option<String>,
}

/// The assignments of an object as a table, included first; `None` when it carries no list of them.
pub(crate) fn assignments(content: &Json, names: &Names) -> Option<Markup> {
    let mut all: Vec<Assignment> = content.get("assignments")?.as_array()?.iter().map(read).collect();
    all.sort_by_key(|assignment| assignment.exclude);
    let with_intent = all.iter().any(|assignment| assignment.intent.is_some());
    let mut columns = vec![Column("Target", false), Column("Mode", false)];
    if with_intent {
        columns.push(Column("Intent", false));
    }
    columns.push(Column("Filter", false));
    let rows = html! {
        @for (i, assignment) in all.iter().enumerate() { (table::row(i, &html! {
            (table::head(&target(&assignment.target, names)))
            (table::cell("Mode", &mode(assignment.exclude)))
            @if with_intent { (table::cell("Intent", &html! { (assignment.intent.as_deref().map_or_else(|| "–".to_owned(), property_words)) })) }
            (table::cell("Filter", &filter(assignment.filter.as_ref(), names)))
        })) }
    };
    Some(html! {
        @if all.is_empty() { p.quiet { "Not assigned to anybody." } }
        @else { (table::table("Assignments", &columns, &rows)) }
    })
}

/// Whom one assignment is aimed at.
pub(crate) fn aimed_at(assignment: &Json, names: &Names) -> Markup {
    target(&read(assignment).target, names)
}

/// What else one assignment says: mode, intent, filter.
pub(crate) fn terms(assignment: &Json, names: &Names) -> Markup {
    let read = read(assignment);
    html! {
        (mode(read.exclude))
        @if let Some(intent) = &read.intent { " " (property_words(intent)) }
        @if read.filter.is_some() { span.below { "Filter: " (filter(read.filter.as_ref(), names)) } }
    }
}

fn read(assignment: &Json) -> Assignment {
    let target = assignment.get("target").unwrap_or(assignment);
    let text = |name: &str| target.get(name).and_then(Json::as_str).map(str::to_owned);
    let kind = target.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
    let kind = kind.rsplit('.').next().unwrap_or_default();
    let group = || Target::Group(text("groupId").or_else(|| text("entraObjectId")).unwrap_or_default());
    let (target_kind, exclude) = match kind {
        "groupAssignmentTarget" => (group(), false),
        "exclusionGroupAssignmentTarget" => (group(), true),
        "allDevicesAssignmentTarget" => (Target::AllDevices, false),
        "allLicensedUsersAssignmentTarget" => (Target::AllUsers, false),
        "configurationManagerCollectionAssignmentTarget" => (Target::Collection(text("collectionId").unwrap_or_default()), false),
        "" => (Target::Other("Unknown target".to_owned()), false),
        other => (Target::Other(format!("Unknown target “{}”", property_words(other))), false),
    };
    let filter = text("deviceAndAppManagementAssignmentFilterId").and_then(|id| {
        match target.get("deviceAndAppManagementAssignmentFilterType").and_then(Json::as_str) {
            Some("include") => Some((id, false)),
            Some("exclude") => Some((id, true)),
            _ => None,
        }
    });
    let intent = assignment.get("intent").and_then(Json::as_str).map(str::to_owned);
    Assignment { target: target_kind, exclude, filter, intent }
}

fn target(target: &Target, names: &Names) -> Markup {
    html! {
        span.target {
            @match target {
                Target::Group(id) => { (icon(Icon::Group)) (names.of(id)) },
                Target::AllDevices => { (icon(Icon::Device)) "All devices" },
                Target::AllUsers => { (icon(Icon::User)) "All users" },
                Target::Collection(id) => { (icon(Icon::Group)) "Configuration Manager collection " (text::shown(id, 80)) },
                Target::Other(words) => { (icon(Icon::Question)) (words) },
            }
        }
    }
}

fn mode(exclude: bool) -> Markup {
    if exclude { worded(Tone::Warning, Icon::Ban, "Exclude") } else { worded(Tone::Info, Icon::Check, "Include") }
}

fn filter(filter: Option<&(String, bool)>, names: &Names) -> Markup {
    html! {
        @match filter {
            Some((id, true)) => { (names.of(id)) " " span.quiet { "(leaves out what matches)" } },
            Some((id, false)) => { (names.of(id)) " " span.quiet { "(only what matches)" } },
            None => span.quiet { "–" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Assignment {
        read(&Json::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn an_exclusion_is_never_read_as_an_inclusion() {
        let excluded = parse(r##"{"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g"}}"##);
        assert!(excluded.exclude);
        assert_eq!(excluded.target, Target::Group("g".to_owned()));
    }

    #[test]
    fn a_filter_of_type_none_is_no_filter() {
        let all = parse(
            r##"{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"f","deviceAndAppManagementAssignmentFilterType":"none"}}"##,
        );
        assert_eq!((all.target, all.filter), (Target::AllDevices, None));
        let some = parse(
            r##"{"intent":"required","target":{"@odata.type":"#microsoft.graph.allLicensedUsersAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"f","deviceAndAppManagementAssignmentFilterType":"exclude"}}"##,
        );
        assert_eq!(some.filter, Some(("f".to_owned(), true)));
        assert_eq!(some.intent.as_deref(), Some("required"));
    }

    #[test]
    fn a_target_of_the_future_says_that_it_is_unknown() {
        let odd = parse(r##"{"target":{"@odata.type":"#microsoft.graph.moonBaseAssignmentTarget"}}"##);
        assert!(matches!(odd.target, Target::Other(words) if words.starts_with("Unknown target")));
    }
}
