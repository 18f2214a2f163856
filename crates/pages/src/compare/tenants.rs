//! Two tenants side by side, or one at two moments.

use maud::{Markup, html};
use model::comparison::{ComparisonFilter, Difference, Part, PolicyPair, PolicyState, SidesCompared};
use model::ids::TenantId;
use model::label::Tone;
use model::tenant::Tenant;
use model::time::Moment;

use super::offered::Offered;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::field::{problem, select};
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::inventory::{by_label, type_label};
use crate::page::{Destination, Page, Place, View};
use crate::samples;
use crate::text::{self, NAMELESS};

/// What a tenant is compared with.
#[derive(Debug, Clone)]
pub struct Tenants {
    /// The tenant: the first side.
    pub tenant: Tenant,
    /// The second side; the same tenant where moments are compared.
    pub with: Tenant,
    /// Tenants that can be chosen.
    pub offered: Offered,
    /// What is compared and listed.
    pub filter: ComparisonFilter,
    /// What came of it; `None` as long as nothing is chosen.
    pub found: Option<SidesCompared>,
    /// What was wrong with what was entered.
    pub problem: Option<String>,
}

/// The address of such a comparison. Parameters: `with` (a tenant), `from`, `to` (moments), `type` (repeated), `difference` (repeated),
/// `part`.
#[must_use]
pub fn query(tenant: TenantId, with: TenantId, filter: &ComparisonFilter) -> Query {
    let start = Query::new(href::compare(tenant))
        .with_some("with", Some(with).filter(|with| *with != tenant))
        .with_some("from", filter.before_at)
        .with_some("to", filter.after_at)
        .with_some("part", filter.part.map(Part::code));
    let start = filter.types.iter().fold(start, |query, key| query.with("type", key));
    filter.differences.iter().fold(start, |query, difference| query.with("difference", difference.code()))
}

impl Tenants {
    fn one_tenant(&self) -> bool {
        self.tenant.id == self.with.id
    }

    fn names(&self) -> (String, String) {
        let name = |tenant: &Tenant| text::name(&tenant.name, NAMELESS).into_owned();
        (name(&self.tenant), name(&self.with))
    }

    /// What a difference is called here.
    fn words(&self, difference: Difference) -> String {
        let (first, second) = self.names();
        match (difference, self.one_tenant()) {
            (Difference::OnlyBefore, true) => "Removed".to_owned(),
            (Difference::OnlyAfter, true) => "Added".to_owned(),
            (Difference::Different, true) => "Changed".to_owned(),
            (Difference::OnlyBefore, false) => format!("Only in {first}"),
            (Difference::OnlyAfter, false) => format!("Only in {second}"),
            (Difference::Different, false) => "Different".to_owned(),
            (Difference::Same, _) => "The same".to_owned(),
            (Difference::Unknown, _) => "Unknown difference".to_owned(),
        }
    }

    /// What a part is called here.
    fn part_words(&self, part: Part) -> String {
        match part {
            Part::Assignments | Part::ScopeTags if !self.one_tenant() => format!("{}, by their ids", part.label()),
            _ => part.label().to_owned(),
        }
    }

    fn mark(&self, difference: Difference) -> Markup {
        let (tone, picture) = match difference {
            Difference::OnlyBefore => (Tone::Danger, Icon::Minus),
            Difference::OnlyAfter => (Tone::Success, Icon::Check),
            Difference::Different => (Tone::Info, Icon::Pencil),
            Difference::Same => (Tone::Neutral, Icon::Check),
            Difference::Unknown => (Tone::Neutral, Icon::Question),
        };
        worded(tone, picture, &self.words(difference))
    }
}

impl Page for Tenants {
    const NAME: &'static str = "compare-tenants";

    fn title(&self) -> String {
        let (first, second) = self.names();
        match (self.found.is_some(), self.one_tenant()) {
            (false, _) => format!("Compare {first}"),
            (true, true) => format!("{first}, then and now"),
            (true, false) => format!("{first} and {second}"),
        }
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Which policies differ between two tenants, or between two moments of one. Policies of two tenants belong together by type and name." };
        html! {
            (header(&self.title(), &html! {}, &lead, &self.restore(view.now)))
            (problem(self.problem.as_deref()))
            (self.form())
            @match &self.found {
                None => (empty(Icon::Inventory, "Choose what to compare with", "Another tenant of this workspace, or an earlier moment of this one.", &html! {})),
                Some(found) => {
                    @if !self.one_tenant() {
                        p.quiet {
                            "Policies are the same here when their settings are. Assignments and scope tags name groups and tags by ids, which are other ones in each tenant: neither equal nor other ids tell whether the same is meant."
                        }
                    }
                    (self.counts(found))
                    (self.rows(found))
                },
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::compare::tenants()
    }
}

/// A moment as the field of a form has it: UTC, to the second.
fn second(moment: Option<Moment>) -> String {
    moment.map(|moment| moment.to_fixed_text().chars().take(19).collect()).unwrap_or_default()
}

impl Tenants {
    /// The first side, put back where the second one is; the page that it leads to says who may.
    fn restore(&self, now: Moment) -> Markup {
        let (_, second) = self.names();
        let to = |at: Moment| href::restore_from_instant(self.with.id, self.tenant.id, at);
        match (self.found.is_some(), self.one_tenant(), self.filter.before_at) {
            (true, true, Some(at)) => html! { a.button href=(to(at)) { "Restore the first side…" } },
            (true, false, at) => html! { a.button href=(to(at.unwrap_or(now))) { "Restore the first side into " (second) "…" } },
            _ => html! {},
        }
    }

    fn form(&self) -> Markup {
        let choice = |value: String, words: String| (value, words);
        let others = self.offered.choices(&self.with).into_iter().filter(|(id, _)| *id != self.tenant.id.to_string());
        let tenants: Vec<_> =
            std::iter::once(choice(String::new(), "This tenant, at two moments".to_owned())).chain(others).collect();
        let chosen = if self.one_tenant() { String::new() } else { self.with.id.to_string() };
        let kinds = self.found.as_ref().map(|found| found.types.as_slice()).unwrap_or_default();
        let types: Vec<_> = std::iter::once(choice(String::new(), "Any".to_owned()))
            .chain(
                by_label(kinds, |(key, _)| key)
                    .into_iter()
                    .map(|(key, count)| choice(key.clone(), format!("{} ({})", type_label(key), text::number(*count)))),
            )
            .chain(
                self.filter
                    .types
                    .iter()
                    .filter(|key| kinds.iter().all(|(have, _)| have != *key))
                    .map(|key| choice(key.clone(), type_label(key))),
            )
            .collect();
        let differences: Vec<_> = std::iter::once(choice(String::new(), "All that differ".to_owned()))
            .chain(Difference::ALL.iter().map(|difference| choice(difference.code().to_owned(), self.words(*difference))))
            .collect();
        let whole = if self.one_tenant() { "All of it" } else { "Settings, which is all that can be compared" };
        let parts: Vec<_> = std::iter::once(choice(String::new(), whole.to_owned()))
            .chain(Part::ALL.iter().map(|part| choice(part.code().to_owned(), self.part_words(*part))))
            .collect();
        let moment = |name: &'static str, label: &'static str, value: Option<Moment>| {
            html! {
                div.field {
                    label for={ "f-" (name) } { (label) }
                    input type="datetime-local" id={ "f-" (name) } name=(name) step="1" value=(second(value));
                }
            }
        };
        html! {
            form.filters method="get" action=(href::compare(self.tenant.id)) aria-label="What to compare" {
                (select("f-with", "with", "Compare with", &tenants, &chosen))
                (self.offered.finder())
                (moment("from", "First side as it was (UTC; empty: now)", self.filter.before_at))
                (moment("to", "Second side as it was (UTC; empty: now)", self.filter.after_at))
                @if self.found.is_some() {
                    (select("f-part", "part", "Part", &parts, self.filter.part.map_or("", Part::code)))
                    (select("f-type", "type", "Type", &types, self.filter.types.first().map_or("", String::as_str)))
                    (select("f-difference", "difference", "Difference", &differences, self.filter.differences.first().map_or("", |d| d.code())))
                }
                div.filter-actions { button.button type="submit" { (icon(Icon::Filter)) "Compare" } }
            }
        }
    }

    fn counts(&self, found: &SidesCompared) -> Markup {
        let narrowed = |difference| ComparisonFilter { differences: vec![difference], ..self.filter.clone() };
        card(
            "counts",
            "How they compare",
            &html! {},
            &html! {
                ul.chips aria-label="Differences" {
                    @for (difference, count) in &found.counts {
                        li { a.chip href=(String::from(query(self.tenant.id, self.with.id, &narrowed(*difference)))) { (self.words(*difference)) ": " (text::number(*count)) } }
                    }
                }
            },
        )
    }

    fn rows(&self, found: &SidesCompared) -> Markup {
        let columns = [Column("Name", false), Column("Type", false), Column("Difference", false), Column("What", false)];
        let base = query(self.tenant.id, self.with.id, &self.filter);
        html! {
            @if found.page.rows.is_empty() {
                (empty(Icon::Check, "Nothing to list", "No policy differs in this way.", &html! {}))
            }
            @else {
                (table::table("Policies compared", &columns, &html! { @for pair in &found.page.rows { (self.line(pair)) } }))
                (pager(&found.page, "policies", &base))
            }
        }
    }

    fn line(&self, pair: &PolicyPair) -> Markup {
        let Some(state) = pair.latest() else { return html! {} };
        table::row(
            format!("{}-{}", state.item_id, state.version),
            &html! {
                (table::head(&html! { a.cover href=(address(pair, state, self.one_tenant())) { (text::name(&state.name, NAMELESS)) } @if let Some(words) = former(pair) { span.below { (words) } } }))
                (table::cell("Type", &html! { (type_label(&state.resource_type)) }))
                (table::cell("Difference", &self.mark(pair.difference_in(self.filter.part))))
                (table::cell("What", &html! {
                    @match what(pair) { Some(words) => (words), None => span.quiet { "–" } }
                    @if let Some(words) = other_ids(pair) { span.below { "Not comparable by id: " (words) } }
                }))
            },
        )
    }
}

/// Where a row leads: to the comparison of both, or to the one that there is.
fn address(pair: &PolicyPair, state: &PolicyState, one_tenant: bool) -> String {
    match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => {
            let start = href::compare_item(before.tenant_id, before.item_id);
            let start = if before.item_id == after.item_id {
                start
            } else {
                start.with("with", after.item_id).with("in", after.tenant_id)
            };
            start.with("from", before.version).with("to", after.version).into()
        }
        // What disappeared since is compared with that.
        (Some(before), None) if one_tenant => {
            href::compare_item(before.tenant_id, before.item_id).with("from", before.version).into()
        }
        _ => href::version(state.tenant_id, state.item_id, state.version),
    }
}

fn former(pair: &PolicyPair) -> Option<String> {
    let before = pair.before.as_ref().filter(|_| pair.renamed())?;
    Some(format!("on the first side {}", text::name(&before.name, NAMELESS)))
}

/// Which parts differ, in words.
fn what(pair: &PolicyPair) -> Option<String> {
    let changed = pair.changed()?;
    let across = pair.across();
    capital([
        (changed.body, "settings"),
        (changed.assignments && !across, "assignments"),
        (changed.scope_tags && !across, "scope tags"),
    ])
}

/// What of two tenants names other ids: whether that is another group or tag is not known.
fn other_ids(pair: &PolicyPair) -> Option<String> {
    let changed = pair.changed().filter(|_| pair.across())?;
    capital([(false, ""), (changed.assignments, "assignments"), (changed.scope_tags, "scope tags")])
        .map(|words| words.to_lowercase())
}

fn capital(parts: [(bool, &'static str); 3]) -> Option<String> {
    let parts: Vec<&str> = parts.iter().filter(|(differs, _)| *differs).map(|(_, words)| *words).collect();
    let words = parts.join(", ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}
