//! Controls that a person may not use are shown disabled and say why.

use maud::{Markup, html};
use model::access::{Can, Capability, Plane};

use super::icon::{Icon, icon};
use crate::page::View;

/// The words beside a disabled control of a tenant.
pub(crate) const INSUFFICIENT: &str = "Insufficient permission – ask a tenant owner.";
/// The words beside a disabled control of a workspace: what somebody may do there an owner of a tenant cannot change.
pub(crate) const INSUFFICIENT_IN_WORKSPACE: &str = "Insufficient permission – ask a workspace owner.";

/// The words for somebody who lacks that capability.
pub(crate) const fn insufficient(capability: Capability) -> &'static str {
    match capability.plane() {
        Plane::Workspace => INSUFFICIENT_IN_WORKSPACE,
        Plane::Tenant => INSUFFICIENT,
    }
}

/// Why an operation cannot be started from a page: it is of a place that is put away, or takes more than the person may. `None`: it can.
pub(crate) fn barred(can: Can, capability: Capability, view: &View<'_>) -> Option<&'static str> {
    view.archived.or_else(|| (!can.allows(capability)).then(|| insufficient(capability)))
}

/// A button that cannot be pressed, with the reason in words; `id` names the reason.
pub(crate) fn barred_button(id: &str, class: &str, face: &Markup, why: &str) -> Markup {
    html! {
        div.forbidden {
            button type="button" class=(class) disabled aria-describedby=(id) { (face) }
            p.forbidden-why id=(id) { (icon(Icon::Lock)) (why) }
        }
    }
}

/// The same for what somebody may not do in a tenant.
pub(crate) fn forbidden_button(id: &str, class: &str, face: &Markup) -> Markup {
    barred_button(id, class, face, INSUFFICIENT)
}

/// The same for what somebody may not do in a workspace.
pub(crate) fn forbidden_in_workspace(id: &str, class: &str, face: &Markup) -> Markup {
    barred_button(id, class, face, INSUFFICIENT_IN_WORKSPACE)
}
