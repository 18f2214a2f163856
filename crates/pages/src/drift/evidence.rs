//! A few of the differences.

use maud::{Markup, html};
use model::drift::Evidence;

use crate::components::table::{Column, cell, head, row, table};
use crate::text::{counted, shown};

/// The differences that are kept with a finding. `compared`: whether there is a comparison that has the others.
pub(super) fn evidence(evidence: &Evidence, compared: bool) -> Markup {
    if evidence.lines.is_empty() {
        return html! { p { "It is about the object as a whole." } };
    }
    let columns = [Column("Where", false), Column("Before", false), Column("After", false)];
    let piece = |text: &Option<String>| match text {
        Some(text) => html! { code.wrap { (shown(text, 400)) } },
        None => html! { span.quiet { "Not there" } },
    };
    let rows = html! {
        @for (at, line) in evidence.lines.iter().enumerate() {
            (row(at, &html! {
                (head(&html! { code.wrap { (shown(&line.path, 240)) } }))
                (cell("Before", &piece(&line.before)))
                (cell("After", &piece(&line.after)))
            }))
        }
    };
    html! {
        (table("What differs", &columns, &rows))
        @if evidence.more() > 0 { p { (counted(i64::try_from(evidence.more()).unwrap_or(i64::MAX), "more difference", "more differences")) "." @if compared { " The comparison has all of them." } } }
    }
}
