//! Who a policy is assigned to.

use maud::{Markup, html};
use model::assignment::{Assignment, Target};
use model::json::Json;
use model::label::Tone;

use super::readable::{Names, property_words};
use crate::components::badge::worded;
use crate::components::icon::{Icon, icon};
use crate::components::table::{self, Column};
use crate::text;

/// The assignments of an object as a table, included first; `None` when it carries no list of them.
pub(crate) fn assignments(content: &Json, names: &Names) -> Option<Markup> {
    let mut all: Vec<Assignment> = content.get("assignments")?.as_array()?.iter().map(Assignment::read).collect();
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
    target(&Assignment::read(assignment).target, names)
}

/// What else one assignment says: mode, intent, filter.
pub(crate) fn terms(assignment: &Json, names: &Names) -> Markup {
    let read = Assignment::read(assignment);
    html! {
        (mode(read.exclude))
        @if let Some(intent) = &read.intent { " " (property_words(intent)) }
        @if read.filter.is_some() { span.below { "Filter: " (filter(read.filter.as_ref(), names)) } }
    }
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
