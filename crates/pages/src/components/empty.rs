//! An empty state: what this is, why it is empty, and the one next step.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// In place of a list without rows.
pub(crate) fn empty(picture: Icon, title: &str, why: &str, next: &Markup) -> Markup {
    html! {
        div.empty {
            span.empty-picture { (icon(picture)) }
            p.empty-title { (title) }
            p { (why) }
            div.empty-next { (next) }
        }
    }
}
