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

/// Pages that a search shows, at most.
const MOST_PLACES: usize = 24;

/// The pages that somebody of that role may look at and that a search means, and the words of it that mean none of them: "drift contoso"
/// means the drift page of what is called Contoso.
#[must_use]
pub fn pages_and_rest(query: &str, role: Option<Role>) -> (Vec<Destination>, String) {
    let query = query.to_lowercase();
    let open: Vec<(Destination, String)> = Destination::ALL
        .into_iter()
        .filter(|page| page.open_to(role))
        .map(|page| (page, format!("{} {}", page.label().to_lowercase(), page.also())))
        .collect();
    let (known, rest): (Vec<&str>, Vec<&str>) =
        query.split_whitespace().partition(|word| open.iter().any(|(_, words)| words.contains(word)));
    if known.is_empty() {
        return (Vec::new(), rest.join(" "));
    }
    let means = |words: &str| known.iter().all(|word| words.contains(word));
    let found = open.into_iter().filter(|(_, words)| means(words)).map(|(page, _)| page).collect();
    (found, rest.join(" "))
}

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
    /// The role of the viewer in the workspace.
    pub role: Option<Role>,
    /// Tenants to whose pages a search for a page leads, those that were visited lately first, a few.
    pub within: Vec<Tenant>,
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

    /// The pages with their addresses: of a tenant's page those of some tenants.
    fn places(&self, pages: &[Destination]) -> Vec<(&'static str, String, Option<&Tenant>)> {
        let mut places = Vec::new();
        let (_, rest) = pages_and_rest(&self.query, self.role);
        for page in pages {
            match page.href(None) {
                // A word that is none of the page's is of a tenant.
                Some(href) if rest.is_empty() => places.push((page.label(), href, None)),
                Some(_) => {}
                None => {
                    for tenant in &self.within {
                        places.extend(page.href(Some(tenant.id)).map(|href| (page.label(), href, Some(tenant))));
                    }
                }
            }
        }
        places.truncate(MOST_PLACES);
        places
    }

    fn results(&self) -> Markup {
        if self.query.trim().is_empty() {
            return html! {};
        }
        let (pages, _) = pages_and_rest(&self.query, self.role);
        let places = self.places(&pages);
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
                ul.results { @for (label, href, of) in &places {
                    li { a href=(href) {
                        (icon(Icon::Arrow)) span { (label) }
                        @if let Some(tenant) = of { span.quiet { (text::name(&tenant.name, NAMELESS)) } }
                    } }
                } }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_name_by_those_who_may_look_at_it() {
        for page in Destination::ALL {
            let (found, rest) = pages_and_rest(page.label(), Some(Role::Owner));
            assert!(found.contains(&page) && rest.is_empty(), "{} {found:?}", page.label());
        }
        for words in ["audit", "alerts", "drift", "findings", "baselines", "backups", "inventory", "reports"] {
            assert!(!pages_and_rest(words, Some(Role::Owner)).0.is_empty(), "{words}");
        }
        assert_eq!(pages_and_rest("audit", Some(Role::Readonly)).0, []);
        assert_eq!(pages_and_rest("alerts", None).0, []);
        assert_eq!(pages_and_rest("Drift Contoso", Some(Role::Readonly)), (vec![Destination::Drift], "contoso".to_owned()));
        assert_eq!(pages_and_rest("contoso", Some(Role::Owner)), (Vec::new(), "contoso".to_owned()));
    }
}
