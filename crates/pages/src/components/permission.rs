//! Controls that a person may not use are shown disabled and say why.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// The words beside a disabled control.
pub(crate) const INSUFFICIENT: &str = "Insufficient permission – ask a tenant owner.";

/// A button that cannot be pressed, with the reason in words; `id` names the reason.
pub(crate) fn forbidden_button(id: &str, class: &str, face: &Markup) -> Markup {
    html! {
        div.forbidden {
            button type="button" class=(class) disabled aria-describedby=(id) { (face) }
            p.forbidden-why id=(id) { (icon(Icon::Lock)) (INSUFFICIENT) }
        }
    }
}
