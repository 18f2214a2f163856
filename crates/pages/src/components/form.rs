//! Forms that change something.

use maud::{Markup, html};

use crate::page::View;

/// A form that is posted, with the hidden field against forged requests.
pub(crate) fn post(view: &View<'_>, action: &str, content: &Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="csrf" value=(view.csrf);
            (content)
        }
    }
}

/// As [`post`], for a form that starts something. Its key is of this rendering and `part`: the same click that arrives twice finds
/// what it started, two buttons of one page are two clicks.
pub(crate) fn start(view: &View<'_>, part: &str, action: &str, content: &Markup) -> Markup {
    post(view, action, &html! { input type="hidden" name="key" value={ (view.key) "-" (part) }; (content) })
}

/// As [`post`]; with a script the page stays, and only its live regions and the toast change.
pub(crate) fn post_in_place(view: &View<'_>, action: &str, content: &Markup) -> Markup {
    html! {
        form method="post" action=(action) data-inplace {
            input type="hidden" name="csrf" value=(view.csrf);
            (content)
        }
    }
}
