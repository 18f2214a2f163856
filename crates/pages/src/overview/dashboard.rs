//! The dashboard of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::connection::{Cloud, Connection};
use model::coverage::TypeState;
use model::inventory::{InventoryFilter, TypeSummary};
use model::label::Tone;
use model::tenant::Tenant;
use model::time::Moment;

use crate::components::badge::{badge, environment, worded};
use crate::components::callout::callout;
use crate::components::chart::{OutcomeDay, outcomes, share};
use crate::components::empty::empty;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{self, Column};
use crate::components::tile::tile;
use crate::href::{self, Query};
use crate::inventory::{query, sync_button, type_label};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::runs::{self, RunRow};
use crate::text::{self, NAMELESS, counted, number};
use crate::{samples, when};

/// A tenant at a glance.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Its provider connection, without the secret.
    pub connection: Option<Connection>,
    /// When its last complete sync of everything ended.
    pub complete_at: Option<Moment>,
    /// What is known of each type; empty before the first sync.
    pub summary: Vec<TypeSummary>,
    /// Its latest runs, newest first, a few.
    pub recent: Vec<RunRow>,
    /// Its runs over the last days by outcome, oldest first; empty when not known.
    pub days: Vec<OutcomeDay>,
}

impl Page for Dashboard {
    const NAME: &'static str = "overview-dashboard";

    fn title(&self) -> String {
        text::name(&self.tenant.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Dashboard), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let marks = html! { (environment(self.tenant.environment)) (badge(&self.tenant.status)) };
        let lead = html! { (text::name(&self.tenant.domain, "")) };
        let page = html! {
            (self.connection_problem())
            (self.tiles(view))
            div.split {
                (self.runs(view))
                (card("identity", "Identity and connection", &html! {}, &self.identity()))
            }
            (self.types())
        };
        html! {
            (header(&self.title(), &marks, &lead, &sync_button(self.tenant.id, self.can, view)))
            (live("dashboard", Topic::Runs, &page))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::overview::dashboards()
    }
}

impl Dashboard {
    fn connection_problem(&self) -> Markup {
        match &self.connection {
            None => callout(
                Tone::Warning,
                "No provider connection",
                &html! {
                    p { "Nothing can be read from this tenant until a tenant manager adds a provider connection." }
                },
            ),
            Some(connection) if !connection.enabled => callout(
                Tone::Warning,
                "The provider connection is disabled",
                &html! {
                    p { "Operations that need it are blocked until a tenant manager enables it. What was observed before is still shown." }
                },
            ),
            Some(_) => html! {},
        }
    }

    fn tiles(&self, view: &View<'_>) -> Markup {
        let inventory = href::inventory(self.tenant.id);
        let items: i64 = self.summary.iter().map(|summary| summary.items).sum();
        let missing: i64 = self.summary.iter().map(|summary| summary.missing).sum();
        let types = self.summary.iter().filter(|summary| summary.items > 0).count();
        let in_state = |wanted| self.summary.iter().filter(|summary| summary.state == Some(wanted)).count();
        // What a tenant has no licence for is no failure: nobody has to do anything.
        let (failed, forbidden) = (in_state(TypeState::Failed), in_state(TypeState::Forbidden));
        let failing = i64::try_from(failed + forbidden).unwrap_or(0);
        let tone = if failed > 0 { "danger" } else { "warning" };
        let of_missing: String = Query::new(inventory.as_str()).with("missing", "yes").into();
        html! {
            section.tiles aria-label="Figures" {
                (tile("Items", &html! { (number(items)) }, "", Some(&inventory)))
                (tile("Resource types in use", &html! { (types) }, "", Some("#types")))
                (tile("Missing", &html! { (number(missing)) }, if missing > 0 { "warning" } else { "" }, Some(&of_missing)))
                (tile("Types not read", &html! { (number(failing)) }, if failing > 0 { tone } else { "" }, Some("#types")))
                (tile("Last complete sync", &html! { @match self.complete_at { Some(at) => (when::ago(at, view.now)), None => "Never" } }, "", None))
            }
        }
    }

    fn types(&self) -> Markup {
        let columns = [
            Column("Resource type", false),
            Column("Items", true),
            Column("Share", false),
            Column("Missing", true),
            Column("Last complete list", true),
            Column("State", false),
        ];
        let mut shown: Vec<&TypeSummary> =
            self.summary.iter().filter(|s| s.items + s.missing > 0 || s.failure_code.is_some()).collect();
        shown.sort_by_key(|summary| (-summary.items, summary.resource_type.clone()));
        let most = shown.first().map_or(1, |summary| summary.items);
        let unused = i64::try_from(self.summary.len() - shown.len()).unwrap_or(0);
        let content = html! {
            @if shown.is_empty() {
                (self.nothing())
            } @else {
                (table::table("Items by resource type", &columns, &html! { @for summary in &shown { (self.type_line(summary, most)) } }))
                @if unused > 0 { p.quiet.card-note { (counted(unused, "more type", "more types")) " without any item." } }
            }
        };
        card("types", "Items by type", &html! {}, &content)
    }

    fn nothing(&self) -> Markup {
        let why = "Once the tenant is synced, its configuration shows up here by type, with how fresh it is.";
        let may = self.can.allows(Capability::InventorySync);
        let next = html! { @if may { a.button href=(href::sync(self.tenant.id)) { "Choose what to sync" } } };
        empty(Icon::Inventory, "Nothing observed yet", why, &next)
    }

    fn type_line(&self, summary: &TypeSummary, most: i64) -> Markup {
        let of_type =
            |missing| InventoryFilter { types: vec![summary.resource_type.clone()], missing, ..InventoryFilter::default() };
        table::row(
            &summary.resource_type,
            &html! {
                (table::head(&html! { a.cover href=(String::from(query(self.tenant.id, &of_type(None)))) { (type_label(&summary.resource_type)) } }))
                (table::figure("Items", &html! { (number(summary.items)) }))
                (table::cell("Share", &share(summary.items, most)))
                (table::missing(summary.missing, || query(self.tenant.id, &of_type(Some(true))).into()))
                (table::figure("Last complete list", &when::at_or(summary.complete_at, "Never")))
                (table::cell("State", &state(summary)))
            },
        )
    }

    fn runs(&self, view: &View<'_>) -> Markup {
        let all = html! { a href=(href::tenant_operations(self.tenant.id)) { "All operations of this tenant" } };
        let content = html! {
            @if self.days.iter().any(|day| day.succeeded + day.attention + day.failed + day.cancelled > 0) { (outcomes(&self.days)) }
            @if self.recent.is_empty() { p.quiet { "Nothing has run in this tenant yet." } }
            @else { (runs::brief_table("Recent operations", &self.recent, view)) }
        };
        card("recent", "Recent operations", &all, &content)
    }

    fn identity(&self) -> Markup {
        html! {
            dl.facts {
                dt { "Domain" } dd { (text::name(&self.tenant.domain, "Not known")) }
                dt { "Entra tenant id" } dd { code.wrap { (self.tenant.entra_tenant_id) } }
                dt { "Your role" } dd { (badge(&self.tenant.role)) }
                @match &self.connection {
                    Some(connection) => {
                        dt { "Connection" }
                        dd {
                            @if connection.enabled { (worded(Tone::Success, Icon::Check, "Enabled")) }
                            @else { (worded(Tone::Warning, Icon::Ban, "Disabled")) }
                        }
                        dt { "Cloud" } dd { (cloud(connection.cloud)) }
                        dt { "Application id" } dd { code.wrap { (text::shown(&connection.client_id, 80)) } }
                    },
                    None => { dt { "Connection" } dd { (worded(Tone::Warning, Icon::Minus, "None")) } },
                }
            }
        }
    }
}

fn state(summary: &TypeSummary) -> Markup {
    let Some(state) = summary.state else { return worded(Tone::Neutral, Icon::Minus, "Not read yet") };
    let why = summary.failure_code.as_deref().filter(|_| state == TypeState::Failed);
    html! { (badge(&state)) @if let Some(code) = why { span.below { (runs::code_words(code)) } } }
}

const fn cloud(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Global => "Worldwide",
        Cloud::UsGovernment => "US Government (GCC High)",
        Cloud::UsDefense => "US Government (DoD)",
        Cloud::China => "China (21Vianet)",
        Cloud::Custom => "Custom endpoint",
        Cloud::Unknown => "Unknown cloud",
    }
}
