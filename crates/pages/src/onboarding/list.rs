//! The onboardings that are open.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::onboarding::OpenDraft;

use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};
use model::label::Tone;

/// The list, for whoever may go on with them.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Those that are open, the latest first.
    pub open: Vec<OpenDraft>,
}

impl Page for List {
    const NAME: &'static str = "onboarding-list";

    fn title(&self) -> String {
        "Onboarding".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Tenants", href::within(self.workspace, href::TENANTS))];
        Place { destination: Some(Destination::Tenants), tenant: None, crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let add = html! {
            a.button.primary href=(href::within(self.workspace, href::NEW_ONBOARDING)) { (icon(Icon::Globe)) "Onboard a tenant" }
        };
        let lead = html! { "Tenants that are not in use yet. Whoever may onboard tenants here can go on with any of them." };
        html! {
            (header("Onboarding", &html! {}, &lead, &add))
            @if self.open.is_empty() { (empty(Icon::Globe, "Nothing is open", "An onboarding that was begun stands here until its tenant is in use.", &html! {})) }
            @else { (self.table()) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::onboarding::lists()
    }
}

impl List {
    fn table(&self) -> Markup {
        let columns = [Column("Tenant", false), Column("Step", false), Column("Begun by", false), Column("Last change", false)];
        let rows = html! {
            @for draft in &self.open {
                (row(draft.tenant_id, &html! {
                    (head(&html! {
                        a.cover href=(href::onboarding(draft.tenant_id)) { (name(&draft.name, NAMELESS)) }
                        span.below { (name(&draft.domain, "")) }
                    }))
                    (cell("Step", &worded(Tone::Info, Icon::Arrow, draft.step.label())))
                    (cell("Begun by", &html! { @match &draft.created_by { Some(by) => (name(by, NAMELESS)), None => span.quiet { "Not known" } } }))
                    (cell("Last change", &when::at(draft.updated_at)))
                }))
            }
        };
        table("Open onboardings", &columns, &rows)
    }
}
