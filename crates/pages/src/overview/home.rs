//! The tenants of a workspace.

use maud::{Markup, html};
use model::page::Page as Rows;
use model::tenant::Tenant;
use model::time::Moment;
use model::workspace::Workspace;

use crate::components::badge::{badge, environment};
use crate::components::empty::empty;
use crate::components::field::search;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::progress::progress;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::runs::{self, RunRow};
use crate::text::{self, NAMELESS, number};
use crate::{samples, when};

/// A tenant and how it stands.
#[derive(Debug, Clone)]
pub struct TenantRow {
    /// The tenant.
    pub tenant: Tenant,
    /// Items that are present.
    pub items: i64,
    /// Items that are missing.
    pub missing: i64,
    /// When its last complete sync ended.
    pub complete_at: Option<Moment>,
    /// Its latest run, active or ended.
    pub latest: Option<RunRow>,
}

/// The workspace's tenants that the viewer is entitled to.
#[derive(Debug, Clone)]
pub struct Home {
    /// The current workspace; `None` for a member of none.
    pub workspace: Option<Workspace>,
    /// What the tenants are searched for (`q`), by name or domain.
    pub search: Option<String>,
    /// The tenants, by name.
    pub tenants: Rows<TenantRow>,
    /// Runs that need attention, newest first, a few.
    pub trouble: Vec<RunRow>,
}

impl Page for Home {
    const NAME: &'static str = "overview-home";

    fn title(&self) -> String {
        "Overview".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Overview), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let Some(workspace) = &self.workspace else {
            let why = "Tenants belong to workspaces, and you are not a member of one yet. Ask an owner of your company's workspace to add you.";
            return html! { (header("Overview", &html! {}, &html! {}, &html! {})) (empty(Icon::Workspace, "No workspace yet", why, &html! {})) };
        };
        let lead = html! { "The tenants of " (text::name(&workspace.name, NAMELESS)) " and how each of them stands." };
        html! {
            (header("Overview", &html! {}, &lead, &html! {}))
            @if !self.tenants.rows.is_empty() || self.search.is_some() {
                form.filters method="get" action=(href::HOME) role="search" aria-label="Search tenants" {
                    (search("f-q", "q", "Search by name or domain", self.search.as_deref().unwrap_or_default()))
                    div.filter-actions {
                        button.button type="submit" { "Search" }
                        @if self.search.is_some() { a.button.plain href=(href::HOME) { "Clear" } }
                    }
                }
            }
            (live("tenants", Topic::Runs, &html! { (self.rows(view)) (self.in_trouble(view)) }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::overview::homes()
    }
}

impl Home {
    fn rows(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Tenant", false),
            Column("Environment", false),
            Column("Items", true),
            Column("Missing", true),
            Column("Last complete sync", true),
            Column("Latest operation", false),
        ];
        if self.tenants.rows.is_empty() {
            return match &self.search {
                Some(_) => empty(
                    Icon::Search,
                    "No tenants match",
                    "No tenant that you are entitled to has this in its name or domain.",
                    &html! { a.button href=(href::HOME) { "Show all tenants" } },
                ),
                None => empty(
                    Icon::Globe,
                    "No tenants yet",
                    "A tenant shows up here once it is connected and you are entitled to it. Ask an owner of the workspace.",
                    &html! {},
                ),
            };
        }
        let base = Query::new(href::HOME).with_some("q", self.search.as_deref());
        html! {
            (table::table("Tenants", &columns, &html! { @for row in &self.tenants.rows { (line(row, view)) } }))
            (pager(&self.tenants, "tenants", &base))
        }
    }

    fn in_trouble(&self, view: &View<'_>) -> Markup {
        let all = html! { a href="/admin/operations?tab=attention" { "All that need attention" } };
        html! {
            @if !self.trouble.is_empty() {
                (card("trouble", "Needs attention", &all, &runs::table("Operations that need attention", &self.trouble, view)))
            }
        }
    }
}

fn line(row: &TenantRow, view: &View<'_>) -> Markup {
    let tenant = &row.tenant;
    let inventory = href::inventory(tenant.id);
    table::row(
        tenant.id,
        &html! {
            (table::head(&html! {
                a.cover href=(href::tenant(tenant.id)) { (text::name(&tenant.name, NAMELESS)) }
                span.below { (text::name(&tenant.domain, "")) }
            }))
            (table::cell("Environment", &environment(tenant.environment)))
            (table::figure("Items", &html! { a href=(inventory) { (number(row.items)) } }))
            (table::missing(row.missing, || Query::new(inventory.as_str()).with("missing", "yes").into()))
            (table::figure("Last complete sync", &when::at_or(row.complete_at, "Never")))
            (table::cell("Latest operation", &html! {
                @match &row.latest {
                    Some(latest) => {
                        span.line { (latest.label_link()) (badge(&latest.run)) }
                        (progress(&latest.run))
                        @if !latest.run.is_active() { span.below { (when::ago(latest.run.updated_at, view.now)) } }
                    },
                    None => span.quiet { "None yet" },
                }
            }))
        },
    )
}
