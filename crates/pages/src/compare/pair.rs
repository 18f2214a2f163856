//! Two states of policies: two versions of one, or two policies.

use maud::{Markup, html};
use model::diff::{Area, MOST_CHANGES, compare};
use model::json::Json;
use model::label::Tone;
use model::resource_types;

use super::changes::changes;
use super::side::{Side, View};
use super::unified::{as_patch, unified};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::select;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View as Around};
use crate::samples;
use crate::text::{self, NAMELESS};

/// The comparison of two states.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The first state; the page is one of its tenant.
    pub before: Side,
    /// The second state.
    pub after: Side,
    /// How it is shown.
    pub view: View,
}

impl Pair {
    fn one_item(&self) -> bool {
        self.before.item.id == self.after.item.id
    }

    /// The address of this comparison, without its view.
    fn query(&self, start: Query) -> Query {
        let (before, after) = (self.before.version.number, self.after.version.number);
        let start = if self.one_item() { start } else { start.with("with", self.after.item.id).with("in", self.after.tenant.id) };
        start.with("from", before).with("to", after)
    }

    fn here(&self) -> Query {
        self.query(href::compare_item(self.before.tenant.id, self.before.item.id))
    }
}

impl Page for Pair {
    const NAME: &'static str = "compare-pair";

    fn title(&self) -> String {
        let name = |side: &Side| text::name(&side.version.name, NAMELESS).into_owned();
        if self.one_item() {
            format!("Versions {} and {} of {}", self.before.version.number, self.after.version.number, name(&self.after))
        } else {
            format!("{} and {}", name(&self.before), name(&self.after))
        }
    }

    fn place(&self) -> Place {
        let (tenant, item) = (self.before.tenant.id, &self.before.item);
        let crumbs = vec![
            Crumb::new("Inventory", href::inventory(tenant)),
            Crumb::new(text::name(&item.name, NAMELESS).into_owned(), href::item(tenant, item.id)),
        ];
        Place { destination: Some(Destination::Inventory), tenant: Some(tenant), crumbs }
    }

    fn body(&self, _: &Around<'_>) -> Markup {
        let lead = html! { (type_label(&self.before.item.resource_type)) " · what differs between two states, secrets hidden" };
        let with = href::compare_with(self.before.tenant.id, self.before.item.id);
        let actions = html! {
            a.button href=(String::from(with)) { "Compare with another policy" }
            @if self.before.content.is_some() { (self.restore()) }
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &actions))
            (self.chooser())
            @match (&self.before.content, &self.after.content) {
                (Some(before), Some(after)) => (self.compared(before, after)),
                (before, after) => (self.gone(before.is_none(), after.is_none())),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::compare::pairs()
    }
}

impl Pair {
    /// Both states, and the form that chooses other versions of them.
    fn chooser(&self) -> Markup {
        let two = !self.one_item();
        let address: String = href::compare_item(self.before.tenant.id, self.before.item.id).into();
        let fields = |side: &Side, name: &'static str, label: &'static str| {
            select(&format!("f-{name}"), name, label, &side.choices(), &side.version.number.to_string())
        };
        let form = html! {
            dl.facts {
                dt { "Before" } dd { (self.before.told(two)) }
                dt { "After" } dd { (self.after.told(two)) }
            }
            form.filters method="get" action=(address) aria-label="Choose versions" {
                @if two {
                    input type="hidden" name="with" value=(self.after.item.id);
                    input type="hidden" name="in" value=(self.after.tenant.id);
                }
                @if self.view != View::default() { input type="hidden" name="view" value=(self.view.code()); }
                (fields(&self.before, "from", "Before"))
                (fields(&self.after, "to", "After"))
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Compare" }
                    @if self.before.version.number != self.after.version.number || two { a.button.plain href=(self.turned()) { "Swap" } }
                }
            }
        };
        card("states", "What is compared", &html! {}, &form)
    }

    /// The first state, put back where the second one is; the page that it leads to says who may.
    fn restore(&self) -> Markup {
        let (into, of) = (&self.after.tenant, &self.before);
        let to = href::restore_from_version(into.id, of.tenant.id, of.item.id, of.version.number);
        html! {
            a.button href=(to) {
                @if into.id == of.tenant.id { "Restore the first state…" }
                @else { "Restore the first state into " (text::name(&into.name, NAMELESS)) "…" }
            }
        }
    }

    fn turned(&self) -> String {
        let (first, second) = (&self.after, &self.before);
        let start = href::compare_item(first.tenant.id, first.item.id);
        let start = if self.one_item() { start } else { start.with("with", second.item.id).with("in", second.tenant.id) };
        let view = Some(self.view.code()).filter(|_| self.view != View::default());
        start.with("from", first.version.number).with("to", second.version.number).with_some("view", view).into()
    }

    fn compared(&self, before: &Json, after: &Json) -> Markup {
        let (old, new) = (&self.before.item.resource_type, &self.after.item.resource_type);
        let kind = resource_types::find(old).filter(|_| old == new);
        let found = compare(kind, before, after, MOST_CHANGES);
        if found.is_empty() && self.before.version.id == self.after.version.id {
            let next = html! { a.button href=(href::item(self.before.tenant.id, self.before.item.id)) { "Back to the policy" } };
            return empty(
                Icon::Inventory,
                "Nothing to compare yet",
                "This is one version, compared with itself. There is another one as soon as a sync sees a change.",
                &next,
            );
        }
        html! {
            @if old != new {
                (callout(Tone::Warning, "Two types of policy", &html! { p { "These are of different types, so that the order of every list counts." } }))
            }
            nav.tabs aria-label="Views" {
                @for view in View::ALL {
                    a href=(String::from(self.here().with("view", view.code()))) aria-current=[(view == self.view).then_some("page")] { (view.label()) }
                }
            }
            @if found.is_empty() {
                (callout(Tone::Success, "No difference", &html! {
                    p { "Both say the same. Another order of lists whose order means nothing is no difference." }
                }))
            }
            @else {
                p { (self.summary(&found)) }
            }
            @match self.view {
                View::SideBySide => (changes("changed", &found, (&self.before.names, before), (&self.after.names, after))),
                View::Unified => (card("unified", "Unified", &html! {}, &unified(kind, before, after))),
                View::Patch => {
                    @let download = String::from(self.query(href::compare_patch(self.before.tenant.id, self.before.item.id)));
                    (card("patch", "JSON Patch", &html! {}, &as_patch(before, after, &download)))
                },
            }
        }
    }

    fn summary(&self, found: &model::diff::Comparison<'_>) -> String {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let parts: Vec<String> = Area::ALL
            .iter()
            .filter(|area| found.count(**area) > 0)
            .map(|area| format!("{} in {}", text::number(count(found.count(*area))), area.label().to_lowercase()))
            .collect();
        format!("{}: {}.", text::counted(count(found.total), "change", "changes"), parts.join(", "))
    }

    fn gone(&self, before: bool, after: bool) -> Markup {
        let words = match (before, after) {
            (true, true) => "Neither state has content: the policy had disappeared both times.",
            (true, false) => "The first state has no content: the policy had disappeared. Everything of the second one is new.",
            _ => "The second state has no content: the policy had disappeared. Its last known state is the version before.",
        };
        let (old, new) = (self.before.version.number, self.after.version.number);
        let last = (self.one_item() && !before && old < new - 1).then_some(new - 1);
        callout(
            Tone::Neutral,
            "It had disappeared",
            &html! {
                p { (words) }
                @if let Some(last) = last {
                    p { a href=(crate::versions::compare(self.after.tenant.id, self.after.item.id, old, last)) { "Compare with its last state" } }
                }
            },
        )
    }
}
