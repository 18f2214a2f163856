//! The tenants of a workspace, and where each is in its life.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::WorkspaceId;
use model::label::Labelled as _;
use model::page::Page as Rows;
use model::tenant::Tenant;

use crate::components::badge::{badge, environment};
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::page::{Destination, Page, Place, View};
use crate::samples;
use crate::text::{self, NAMELESS};

/// The tenants.
#[derive(Debug, Clone)]
pub struct Tenants {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// Those that the viewer is entitled to, by name.
    pub tenants: Rows<Tenant>,
}

impl Page for Tenants {
    const NAME: &'static str = "places-tenants";

    fn title(&self) -> String {
        "Tenants".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Tenants), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Globe)) "Add a tenant" };
        let may = self.can.allows(Capability::WorkspaceTenantsOnboard);
        let add = html! {
            @if may { a.button href=(href::within(self.workspace, href::ONBOARDINGS)) { "Open onboardings" }
                a.button.primary href=(href::within(self.workspace, href::NEW_ONBOARDING)) { (face) } }
            @else { (forbidden_in_workspace("why-no-tenant", "button primary", &face)) }
        };
        let lead = html! { "Each begins as a draft, is onboarded, is in use, and may be archived." };
        let none = "A tenant of Microsoft Entra is bound to one workspace. Those that you are entitled to are listed here.";
        html! {
            (header("Tenants", &html! {}, &lead, &add))
            @if self.tenants.rows.is_empty() { (empty(Icon::Globe, "No tenants yet", none, &html! {})) }
            @else { (self.table()) (pager(&self.tenants, "tenants", &Query::new(href::TENANTS).with("workspace", self.workspace))) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::tenants()
    }
}

impl Tenants {
    fn table(&self) -> Markup {
        let columns = [Column("Tenant", false), Column("State", false), Column("Environment", false), Column("Your role", false)];
        let rows = html! {
            @for tenant in &self.tenants.rows {
                (row(tenant.id, &html! {
                    (head(&html! {
                        a.cover href=(href::of_tenant(tenant.id, "details")) { (text::name(&tenant.name, NAMELESS)) }
                        span.below { (text::name(&tenant.domain, "")) }
                    }))
                    (cell("State", &badge(&tenant.status)))
                    (cell("Environment", &environment(tenant.environment)))
                    (cell("Your role", &html! { (tenant.role.badge().word) }))
                }))
            }
        };
        table("Tenants", &columns, &rows)
    }
}
