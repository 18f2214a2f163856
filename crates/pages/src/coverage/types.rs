//! What the product does with each type of object.

use maud::{Markup, html};
use model::resource_types::{Category, Feature, Platform, ResourceType, Support, all};

use super::{Filter, Scope, codes, support};
use crate::components::empty::empty;
use crate::components::field::{search, select};
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, cell, head, row, table};
use crate::components::tile::tile;
use crate::page::{Destination, Page, Place, View};
use crate::text::{counted, number, shown};
use crate::{href, samples};

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Types {
    /// What it is narrowed to.
    pub filter: Filter,
}

impl Page for Types {
    const NAME: &'static str = "coverage-types";

    fn title(&self) -> String {
        "Coverage".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Coverage), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "What is done with each type of object in Microsoft Graph, why not where it is not, and the permissions that it takes." };
        let found: Vec<&ResourceType> = all().iter().filter(|kind| self.filter.passes(kind)).collect();
        html! {
            (header("Coverage", &html! {}, &lead, &html! {}))
            (tiles())
            (self.filters())
            p.quiet role="status" { (counted(count(found.len()), "type", "types")) }
            @if found.is_empty() {
                @let next = html! { a.button href=(href::COVERAGE) { "Show every type" } };
                (empty(Icon::Search, "No type is like that", "Another word, or fewer filters, may find it.", &next))
            }
            @for category in Category::ALL {
                @let kinds: Vec<&ResourceType> = found.iter().copied().filter(|kind| kind.category == category).collect();
                @if !kinds.is_empty() { (group(category, &kinds)) }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::coverage::types()
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// How many types there are of each kind; each leads to them.
fn tiles() -> Markup {
    let of = |scope: Scope| count(all().iter().filter(|kind| scope.has(kind)).count());
    let to = |scope| Filter { scope: Some(scope), ..Filter::default() }.address();
    let scopes = [Scope::Kept, Scope::Restorable, Scope::Preview, Scope::OnDemand, Scope::Closed];
    html! {
        section.tiles aria-label="Figures" {
            (tile("Types", &html! { (number(count(all().len()))) }, "", Some(href::COVERAGE)))
            @for scope in scopes { (tile(scope.label(), &html! { (number(of(scope))) }, "", Some(&to(scope)))) }
        }
    }
}

impl Types {
    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let any = || std::iter::once(choice("", "Any"));
        let categories: Vec<_> = any().chain(Category::ALL.iter().map(|one| choice(one.code(), one.label()))).collect();
        let platforms: Vec<_> = any().chain(Platform::ALL.iter().map(|one| choice(one.code(), one.label()))).collect();
        let scopes: Vec<_> = any().chain(Scope::ALL.iter().map(|one| choice(one.code(), one.label()))).collect();
        html! {
            form.filters method="get" action=(href::COVERAGE) role="search" aria-label="Filter the types" data-filters {
                (search("f-q", "q", "Search by name, path or permission", filter.text.as_deref().unwrap_or_default()))
                (select("f-category", "category", "Category", &categories, filter.category.map_or("", Category::code)))
                (select("f-platform", "platform", "Platform", &platforms, filter.platform.map_or("", Platform::code)))
                (select("f-support", "support", "Support", &scopes, filter.scope.map_or("", Scope::code)))
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                    @if *filter != Filter::default() { a.button.plain href=(href::COVERAGE) { "Clear" } }
                }
            }
        }
    }
}

fn group(category: Category, kinds: &[&ResourceType]) -> Markup {
    let features = [Feature::Inventory, Feature::Snapshot, Feature::Restore, Feature::Drift, Feature::Permissions];
    let columns = [
        Column("Type", false),
        Column("Inventory", false),
        Column("Snapshot", false),
        Column("Restore", false),
        Column("Drift", false),
        Column("Permissions", false),
        Column("Risk of a restore", false),
    ];
    let rows = html! {
        @for kind in kinds {
            (row(&kind.key, &html! {
                (head(&html! { (kind.label) span.below { (kind.usual_platform().label()) } (more(kind)) }))
                @for feature in features { (cell(feature.label(), &support(kind.support(feature)))) }
                (cell("Risk of a restore", &html! {
                    @match kind.support(Feature::Restore) {
                        Support::None(_) => span.quiet { "–" },
                        _ => (kind.restore.risk.label()),
                    }
                }))
            }))
        }
    };
    let aside = html! { span.quiet { (counted(count(kinds.len()), "type", "types")) } };
    card(&format!("c-{}", category.code()), category.label(), &aside, &table(category.label(), &columns, &rows))
}

/// What does not fit into a row: why not, permissions, where it is, what surprises.
fn more(kind: &ResourceType) -> Markup {
    html! {
        details.more {
            summary { "Details" }
            dl.facts {
                @if let Some(why) = kind.why_limited() { dt { "Why not everything" } dd { (why) } }
                dt { "Path" } dd { code { (kind.api_version.segment()) (shown(&kind.collection, 200)) } }
                dt { "To read" } dd {
                    @match &kind.permissions.read {
                        Some(set) => { code { (set.recommended) } @if set.accepted.len() > 1 { span.quiet { " – any one of these is enough:" } (codes(&set.accepted)) } },
                        None => "No application permission exists.",
                    }
                }
                dt { "To write" } dd {
                    @match &kind.permissions.write {
                        Some(set) => code { (set.recommended) },
                        None => "None: it is never written.",
                    }
                }
                dt { "Key" } dd { code { (kind.key) } }
                @if !kind.quirks.is_empty() {
                    dt { "Good to know" }
                    dd { ul.plain { @for quirk in &kind.quirks { li { (shown(quirk, 400)) } } } }
                }
            }
        }
    }
}
