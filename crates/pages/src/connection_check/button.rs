//! "Verify": starts a check, or a new one in place of the one that is under way.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::TenantId;

use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button};
use crate::href;
use crate::page::View;

/// The button. `again`: whether there was a check already; `back`: where it leads afterwards.
pub(crate) fn check_button(tenant: TenantId, can: Can, again: bool, back: &str, view: &View<'_>) -> Markup {
    let face = html! { (icon(Icon::Sync)) @if again { "Verify again" } @else { "Verify" } };
    if let Some(why) = barred(can, Capability::ProvidersRun, view) {
        return barred_button("why-no-check", "button primary", &face, why);
    }
    form::start(
        view,
        "check",
        &href::connection_check(tenant),
        &html! {
            input type="hidden" name="back" value=(back);
            @if again { input type="hidden" name="again" value="yes"; }
            button.button.primary type="submit" { (face) }
        },
    )
}
