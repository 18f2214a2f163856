//! Search over pages, tenants and policies: a plain page, which the command palette shows in its own window.

use maud::{Markup, html};
use model::access::Role;
use model::ids::RunId;
use model::inventory::InventoryItem;
use model::tenant::Tenant;

use crate::components::badge::environment_dot;
use crate::components::empty::empty;
use crate::components::field::search;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::inventory::type_label;
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// A policy that matches.
#[derive(Debug, Clone)]
pub struct PolicyHit {
    /// The item.
    pub item: InventoryItem,
    /// Name of its tenant.
    pub tenant_name: String,
}

/// What was found. Pages are found here; tenants and policies by the caller, within what the viewer is entitled to. Runs are never searched.
#[derive(Debug, Clone)]
pub struct Search {
    /// What is searched for; empty before the first search.
    pub query: String,
    /// Tenants by name or domain, a few.
    pub tenants: Vec<Tenant>,
    /// Policies by name, a few.
    pub policies: Vec<PolicyHit>,
}

impl Page for Search {
    const NAME: &'static str = "search-results";

    fn title(&self) -> String {
        "Search".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header("Search", &html! {}, &html! { "Pages, tenants and policies, as last observed. A run id leads to its run." }, &html! {}))
            form.filters method="get" action=(href::SEARCH) role="search" {
                (search("search-q", "q", "Search, or paste a run id", &self.query))
                div.filter-actions { button.button.primary type="submit" { "Search" } }
            }
            div id="results" data-live="search" { (self.results()) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::search::search()
    }
}

/// A tenant among what was found.
pub(crate) fn tenant_hit(tenant: &Tenant) -> Markup {
    html! {
        a href=(href::tenant(tenant.id)) {
            (environment_dot(tenant.environment))
            span { (text::name(&tenant.name, NAMELESS)) }
            span.quiet { (text::name(&tenant.domain, "")) }
        }
    }
}

impl Search {
    /// The run whose id was pasted. Whether there is such a run is not told here.
    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        self.query.trim().parse().ok()
    }

    fn results(&self) -> Markup {
        let wanted = self.query.trim().to_lowercase();
        if wanted.is_empty() {
            return html! {};
        }
        let places: Vec<(&str, String)> = Destination::ALL
            .iter()
            // Which role the viewer has is not known here; who may look at it finds it in the navigation.
            .filter(|destination| destination.open_to(Some(Role::Readonly)))
            .filter(|destination| destination.label().to_lowercase().contains(&wanted))
            .filter_map(|destination| Some((destination.label(), destination.href(None)?)))
            .collect();
        let run = self.run();
        if places.is_empty() && run.is_none() && self.tenants.is_empty() && self.policies.is_empty() {
            return empty(
                Icon::Search,
                "Nothing found",
                "No page, tenant or policy that you may see has this in its name.",
                &html! {},
            );
        }
        html! {
            @if let Some(run) = run {
                p.result-kind { "Operation run" }
                ul.results { li { a href=(href::run(run)) { (icon(Icon::Operations)) span { "Go to run " (run) } } } }
            }
            @if !places.is_empty() {
                p.result-kind { "Go to" }
                ul.results { @for (label, href) in &places { li { a href=(href) { (icon(Icon::Arrow)) span { (label) } } } } }
            }
            @if !self.tenants.is_empty() {
                p.result-kind { "Tenants" }
                ul.results { @for tenant in &self.tenants {
                    li { (tenant_hit(tenant)) }
                } }
            }
            @if !self.policies.is_empty() {
                p.result-kind { "Policies" }
                ul.results { @for hit in &self.policies {
                    li { a href=(href::item(hit.item.tenant_id, hit.item.id)) {
                        (icon(Icon::Inventory)) span { (text::name(&hit.item.name, NAMELESS)) }
                        span.quiet { (type_label(&hit.item.resource_type)) " · " (text::name(&hit.tenant_name, NAMELESS)) }
                    } }
                } }
            }
        }
    }
}
