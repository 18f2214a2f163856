//! How far the tenant's audit logs were read, and reading them now.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::attribution::SourceState;
use model::failure::{Code, Failure};
use model::ids::TenantId;

use crate::components::badge::badge;
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button};
use crate::page::View;
use crate::{href, when};

pub(super) fn sources(tenant: TenantId, can: Can, states: &[SourceState], view: &View<'_>) -> Markup {
    html! {
        dl.facts {
            @for state in states {
                dt { (state.source.label()) }
                dd {
                    @match state.state { Some(known) => (badge(&known)), None => span.quiet { "Never read" } }
                    @if let Some(until) = state.complete_until { " Read until " (when::at(until)) }
                    @if let Some(from) = state.complete_from { span.below { "On record from " (when::at(from)) } }
                    @if let Some(code) = &state.failure_code {
                        span.below { (Failure::new(Code::from_code(code)).message()) " It takes " code { (state.source.permissions().join(" or ")) } "." }
                    }
                }
            }
        }
        p.quiet { "Who, when and which objects are kept for 400 days, never values." }
        @let face = html! { (icon(Icon::Sync)) "Read audit logs now" };
        @if let Some(why) = barred(can, Capability::DriftRun, view) { (barred_button("why-no-events", "button", &face, why)) }
        @else {
            (form::start(view, "events", &href::versions_events(tenant), &html! {
                button.button type="submit" { (face) }
            }))
        }
    }
}
