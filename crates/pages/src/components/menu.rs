//! A button that opens a panel below it. Works without script, as it is a disclosure; the script closes it again on Escape and on a
//! click elsewhere.

use maud::{Markup, html};

/// A panel. `id` is unique on the page; `face` is what the button shows, `name` what it is called when that is no text.
pub(crate) fn menu(id: &str, class: &str, name: Option<&str>, face: &Markup, content: &Markup) -> Markup {
    html! {
        details id=(id) class={ "menu " (class) } data-menu {
            summary aria-label=[name] title=[name] { (face) }
            div.menu-panel { (content) }
        }
    }
}
