//! The head of a page: title, one line of explanation, at most one primary action.

use maud::{Markup, html};

/// The head. `marks` stand beside the title, `actions` at the end of the line.
pub(crate) fn header(title: &str, marks: &Markup, lead: &Markup, actions: &Markup) -> Markup {
    html! {
        header.page-head {
            div.page-title {
                h1 { (title) }
                @if !marks.0.is_empty() { div.marks { (marks) } }
                @if !lead.0.is_empty() { p.lead { (lead) } }
            }
            @if !actions.0.is_empty() { div.actions { (actions) } }
        }
    }
}

/// A card with a heading.
pub(crate) fn card(id: &str, heading: &str, aside: &Markup, content: &Markup) -> Markup {
    html! {
        section.card aria-labelledby=(id) {
            div.card-head { h2 id=(id) { (heading) } @if !aside.0.is_empty() { div.card-aside { (aside) } } }
            (content)
        }
    }
}
