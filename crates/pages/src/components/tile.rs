//! A figure with its name; a link where there is something behind it.

use maud::{Markup, html};

/// A tile.
pub(crate) fn tile(name: &str, value: &Markup, class: &str, href: Option<&str>) -> Markup {
    let inner = html! { span.tile-name { (name) } span class={ "tile-value " (class) } { (value) } };
    html! {
        @match href {
            Some(href) => a.tile href=(href) { (inner) },
            None => div.tile { (inner) },
        }
    }
}
