//! Whether changes are looked for between syncs, and what stands in the way.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::attribution::SourceState;
use model::coverage::TypeState;
use model::failure::{Code, Failure};
use model::ids::TenantId;

use crate::{href, when};

/// How the audit logs of a tenant are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Whether they are.
    pub on: bool,
    /// How each log was last read.
    pub sources: Vec<SourceState>,
}

impl Watch {
    /// A few sentences.
    pub(super) fn words(&self, tenant: TenantId, can: Can) -> Markup {
        html! {
            p.quiet {
                @if self.on {
                    "What the audit logs name is synced within minutes. "
                    @for state in &self.sources { (log(state)) " " }
                } @else { "Changes between syncs are found by the next sync." }
                @if can.allows(Capability::TenantSettingsManage) { " " a href=(href::tenant_settings(tenant)) { "Settings" } }
            }
        }
    }
}

/// How one log stands.
fn log(state: &SourceState) -> Markup {
    html! {
        @match (state.state, state.attempted_at) {
            (None, _) => { (state.source.label()) ": not read yet; it begins once they were read." }
            (Some(TypeState::Complete), Some(at)) => { (state.source.label()) ": read " (when::at(at)) "." }
            _ => {
                (state.source.label()) ": not read. "
                @if let Some(code) = &state.failure_code { (Failure::new(Code::from_code(code)).message()) " " }
                "It takes " code { (state.source.permissions().join(" or ")) } ". Until then its changes are found by the next sync."
            }
        }
    }
}
