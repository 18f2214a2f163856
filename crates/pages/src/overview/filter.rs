//! What the overview is narrowed to, and by what it is sorted.

use maud::{Markup, html};
use model::ids::TenantGroupId;
use model::label::Labelled as _;
use model::overview::{OverviewFilter, OverviewSort, Trouble};
use model::tenant::Environment;

use super::standing::COLUMNS;
use crate::components::field::{checkbox, search, select};
use crate::components::icon::{Icon, icon};
use crate::href::{self, Query};
use crate::text;

/// What can be chosen of.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Tags that one of the tenants has.
    pub tags: Vec<String>,
    /// Groups of tenants.
    pub groups: Vec<(TenantGroupId, String)>,
}

/// What a trouble is called in a list of them.
pub(super) const fn trouble_words(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Sync => "No complete sync in 3 days",
        Trouble::Backup => "No complete backup in 7 days",
        Trouble::Readiness => "Not shown to be restorable",
        Trouble::Findings => "Critical or high findings",
        Trouble::Connection => "Connection does not work",
        Trouble::Expiring => "Credential ends in 30 days",
        Trouble::Runs => "Failed operations in 7 days",
        Trouble::Unknown => "Unknown",
    }
}

/// Names and values, as forms and addresses have them.
fn fields(filter: &OverviewFilter) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("q", filter.text.clone().unwrap_or_default()),
        ("tag", filter.tag.clone().unwrap_or_default()),
        ("group", filter.group.map_or(String::new(), |group| group.to_string())),
        ("environment", filter.environment.map_or("", Environment::code).to_owned()),
        ("trouble", filter.trouble.map_or("", Trouble::code).to_owned()),
        ("sort", filter.sort.map_or("", OverviewSort::code).to_owned()),
        ("reversed", if filter.reversed { "yes".to_owned() } else { String::new() }),
    ];
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

/// The address of the overview that is narrowed and sorted so.
#[must_use]
pub fn query(filter: &OverviewFilter) -> Query {
    fields(filter).into_iter().fold(Query::new(href::HOME), |query, (name, value)| query.with(name, value))
}

/// Whether anything is narrowed.
pub(super) fn narrows(filter: &OverviewFilter) -> bool {
    *filter != OverviewFilter { sort: filter.sort, reversed: filter.reversed, ..OverviewFilter::default() }
}

/// The form.
pub(super) fn form(filter: &OverviewFilter, choices: &Choices) -> Markup {
    let any = || std::iter::once((String::new(), "Any".to_owned()));
    let named = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let tags: Vec<_> = any().chain(choices.tags.iter().map(|tag| (tag.clone(), text::shown(tag, 50)))).collect();
    let groups: Vec<_> = any().chain(choices.groups.iter().map(|(id, name)| (id.to_string(), text::shown(name, 100)))).collect();
    let environments: Vec<_> = any().chain(Environment::ALL.iter().map(|one| named(one.code(), one.badge().word))).collect();
    let troubles: Vec<_> = any().chain(Trouble::ALL.iter().map(|one| named(one.code(), trouble_words(*one)))).collect();
    let sorts: Vec<_> = COLUMNS.iter().map(|(words, _, sort)| named(sort.code(), words)).collect();
    // A tag in the address may be written in another case than the list has it.
    let tag = filter.tag.as_deref().unwrap_or_default();
    let tag = choices.tags.iter().find(|one| one.to_lowercase() == tag.to_lowercase()).map_or(tag, String::as_str);
    html! {
        form.filters method="get" action=(href::HOME) role="search" aria-label="Search tenants" data-filters {
            (search("f-q", "q", "Search by name or domain", filter.text.as_deref().unwrap_or_default()))
            @if !choices.tags.is_empty() { (select("f-tag", "tag", "Tag", &tags, tag)) }
            @if !choices.groups.is_empty() {
                (select("f-group", "group", "Group", &groups, &filter.group.map_or(String::new(), |group| group.to_string())))
            }
            (select("f-environment", "environment", "Environment", &environments, filter.environment.map_or("", Environment::code)))
            (select("f-trouble", "trouble", "Trouble", &troubles, filter.trouble.map_or("", Trouble::code)))
            (select("f-sort", "sort", "Sort by", &sorts, filter.sort.unwrap_or(OverviewSort::Name).code()))
            (checkbox("f-reversed", "reversed", "yes", filter.reversed, &html! { "Reversed" }))
            div.filter-actions {
                button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                @if narrows(filter) { a.button.plain href=(href::HOME) { "Clear all" } }
            }
        }
    }
}
