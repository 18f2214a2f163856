//! The way on in a list.

use maud::{Markup, html};
use model::page::Page;

use super::icon::{Icon, icon};
use crate::href::Query;

/// Links to the page before and the page after; nothing when there is only one page.
pub(crate) fn pager<T>(page: &Page<T>, what: &str, base: &Query) -> Markup {
    html! {
        @if page.next.is_some() || page.previous.is_some() {
            nav.pager aria-label={ "Pages of " (what) } {
                @match &page.previous {
                    Some(cursor) => a.button rel="prev" href=(String::from(base.clone().at(Some(cursor)))) { (icon(Icon::ChevronLeft)) "Previous" },
                    None => span.button.off { (icon(Icon::ChevronLeft)) "Previous" },
                }
                @match &page.next {
                    Some(cursor) => a.button rel="next" href=(String::from(base.clone().at(Some(cursor)))) { "Next" (icon(Icon::ChevronRight)) },
                    None => span.button.off { "Next" (icon(Icon::ChevronRight)) },
                }
            }
        }
    }
}
