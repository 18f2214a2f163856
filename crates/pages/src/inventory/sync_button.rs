//! "Sync now": the one primary action of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::TenantId;

use super::kept_types;
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button};
use crate::href;
use crate::page::View;

/// The button that syncs everything, and the way to a choice of types; disabled with the reason for those who may not.
pub(crate) fn sync_button(tenant: TenantId, can: Can, view: &View<'_>) -> Markup {
    let face = html! { (icon(Icon::Sync)) "Sync now" };
    html! {
        @if let Some(why) = barred(can, Capability::InventorySync, view) { (barred_button("why-no-sync", "button primary", &face, why)) }
        @else {
            a.button href=(href::sync(tenant)) { "Choose types…" }
            (form::post_in_place(view, &href::sync(tenant), &html! {
                input type="hidden" name="back" value=(view.here);
                @for kind in kept_types() { input type="hidden" name="types" value=(kind.key); }
                button.button.primary type="submit" { (face) }
            }))
        }
    }
}
