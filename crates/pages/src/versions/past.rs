//! The tenant as it was at an instant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::comparison::ComparisonFilter;
use model::page::Page as Rows;
use model::tenant::Tenant;
use model::time::Moment;
use model::version::{Around, ChangeDay, PastFilter, PastItem};

use super::{DAY, compare, past_query};
use crate::components::empty::empty;
use crate::components::field::{search, select};
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::forbidden_button;
use crate::components::table::{Column, cell, head, row, table};
use crate::inventory::{by_label, type_label};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted, number};
use crate::{href, samples, when};

/// The objects of a tenant at an instant.
#[derive(Debug, Clone)]
pub struct Past {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The instant.
    pub at: Moment,
    /// What the list is narrowed to.
    pub filter: PastFilter,
    /// The objects that had been observed by then.
    pub items: Rows<PastItem>,
    /// How many there were of each type (key).
    pub counts: Vec<(String, i64)>,
    /// The changes around it.
    pub around: Around,
    /// How many changes there were on each day of the last year, the oldest first.
    pub days: Vec<ChangeDay>,
    /// When runs had observed changes, from a day before the instant to a day after it, the oldest first.
    pub near: Vec<Moment>,
}

/// The last moment of a day: the tenant with all that was observed on it.
#[must_use]
pub fn last_moment(day: &ChangeDay) -> Moment {
    day.from.plus(DAY).minus(std::time::Duration::from_micros(1))
}

impl Page for Past {
    const NAME: &'static str = "versions-past";

    fn title(&self) -> String {
        format!("As it was on {} UTC", self.at.to_utc_words())
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Versions", href::versions(self.tenant.id))];
        Place { destination: Some(Destination::Versions), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let all: i64 = self.counts.iter().map(|(_, count)| count).sum();
        let lead = html! {
            (text::name(&self.tenant.name, NAMELESS)) " on " (when::exact(self.at)) ", as far as it had been observed by then: " (counted(all, "object", "objects")) "."
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {
                a.button href=(self.with_now()) { "Compare with now" }
                @if self.can.allows(Capability::RestoreExecute) {
                    a.button href=(href::restore_from_instant(self.tenant.id, self.tenant.id, self.at)) { "Restore…" }
                } @else { (forbidden_button("why-no-restore", "button", &html! { "Restore…" })) }
                a.button.plain href=(href::inventory(self.tenant.id)) { "The tenant now" }
            }))
            (card("instant", "Instant", &html! {}, &self.travel(view.now)))
            (self.filters())
            (self.rows())
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::versions::pasts()
    }
}

impl Past {
    fn to(&self, at: Moment) -> String {
        past_query(self.tenant.id, at, &self.filter).into()
    }

    /// What became of the whole tenant since.
    fn with_now(&self) -> String {
        let then = ComparisonFilter { before_at: Some(self.at), types: self.filter.types.clone(), ..ComparisonFilter::default() };
        crate::compare::query(self.tenant.id, self.tenant.id, &then).into()
    }

    /// The way to another instant, no later than now: a field, the changes around, and with a script a slider over the days with changes.
    fn travel(&self, now: Moment) -> Markup {
        let changed = self.days.iter().filter(|day| day.changes > 0);
        let days: Vec<String> = changed.map(|day| last_moment(day).min(now).to_fixed_text()).collect();
        let near: Vec<String> = self.near.iter().map(|at| at.to_fixed_text()).collect();
        let steps = [
            ("First change", self.around.first),
            ("Previous change", self.around.previous),
            ("Next change", self.around.next),
            ("Latest change", self.around.last),
        ];
        html! {
            form.filters method="get" action=(href::versions_at(self.tenant.id)) aria-label="Go to an instant" {
                @for key in &self.filter.types { input type="hidden" name="type" value=(key); }
                @if let Some(text) = &self.filter.text { input type="hidden" name="q" value=(text); }
                div.field {
                    label for="f-at" { "Date and time (UTC)" }
                    input type="datetime-local" id="f-at" name="at" step="1" value=(self.at.to_fixed_text().chars().take(19).collect::<String>());
                }
                div.filter-actions { button.button type="submit" { "Go" } }
            }
            div.needs-script {
                (self.slider("f-slider", "Days with changes", &days))
                (self.slider("f-near", "Syncs with changes, within a day", &near))
            }
            ul.chips aria-label="Changes around" {
                @for (words, moment) in steps {
                    @if let Some(moment) = moment.filter(|moment| *moment != self.at) {
                        li { a.chip href=(self.to(moment)) { (words) " " (when::at(moment)) } }
                    }
                }
            }
        }
    }

    /// A slider over instants; letting go of it leads to one.
    fn slider(&self, id: &str, label: &str, instants: &[String]) -> Markup {
        let here = instants.iter().filter(|at| **at <= self.at.to_fixed_text()).count().saturating_sub(1);
        html! {
            @if instants.len() > 1 {
                div.field {
                    label for=(id) { (label) }
                    input type="range" id=(id) min="0" max=(instants.len() - 1) step="1" value=(here)
                        data-instants=(instants.join(" ")) data-address=(self.to(self.at));
                    output for=(id) { (when::at(self.at)) }
                }
            }
        }
    }

    fn filters(&self) -> Markup {
        let any = ("".to_owned(), "Any".to_owned());
        let typed = |(key, count): &(String, i64)| (key.clone(), format!("{} ({})", type_label(key), number(*count)));
        let mut types: Vec<_> =
            std::iter::once(any).chain(by_label(&self.counts, |(key, _)| key).into_iter().map(typed)).collect();
        for key in self.filter.types.iter().filter(|key| !self.counts.iter().any(|(known, _)| known == *key)) {
            types.push((key.clone(), type_label(key)));
        }
        let chosen = self.filter.types.first().map_or("", String::as_str);
        html! {
            form.filters method="get" action=(href::versions_at(self.tenant.id)) role="search" aria-label="Filter the objects" data-filters {
                input type="hidden" name="at" value=(self.at.to_fixed_text());
                (search("f-q", "q", "Search by name", self.filter.text.as_deref().unwrap_or_default()))
                (select("f-type", "type", "Type", &types, chosen))
                div.filter-actions { button.button type="submit" { (icon(Icon::Filter)) "Filter" } }
            }
        }
    }

    fn rows(&self) -> Markup {
        if self.items.rows.is_empty() {
            let (title, why) = if self.filter == PastFilter::default() {
                ("Nothing had been observed", "The tenant was synced for the first time after that.")
            } else {
                ("No objects match", "Nothing that the tenant had then fits all of the filters.")
            };
            let next = self.around.first.map(|first| html! { a.button href=(self.to(first)) { "Go to the first sync" } });
            return empty(Icon::Clock, title, why, &next.unwrap_or_default());
        }
        let columns = [
            Column("Name", false),
            Column("Type", false),
            Column("Platform", false),
            Column("Version", false),
            Column("Since then", false),
        ];
        html! {
            (table("Objects", &columns, &html! { @for item in &self.items.rows { (self.line(item)) } }))
            (pager(&self.items, "objects", &past_query(self.tenant.id, self.at, &self.filter)))
        }
    }

    /// Of what disappeared since: what had changed until then, and that it did.
    fn gone(&self, item: &PastItem) -> Markup {
        let name = text::name(&item.name, NAMELESS);
        html! {
            a href=(compare(self.tenant.id, item.item_id, item.number, item.latest)) { "Disappeared" span.unseen { ": " (name) } }
            @if item.number + 1 < item.latest {
                span.below { a href=(compare(self.tenant.id, item.item_id, item.number, item.latest - 1)) { "Compare with its last state" span.unseen { ": " (name) } } }
            }
        }
    }

    fn line(&self, item: &PastItem) -> Markup {
        row(
            item.item_id,
            &html! {
                (head(&html! { a.cover href=(href::version(self.tenant.id, item.item_id, item.number)) { (text::name(&item.name, NAMELESS)) } }))
                (cell("Type", &html! { (type_label(&item.resource_type)) }))
                (cell("Platform", &html! { (item.platform.label()) }))
                (cell("Version", &html! { (item.number) " of " (item.latest) span.below { "observed " (when::at(item.captured_at)) } }))
                (cell("Since then", &html! {
                    @if item.number == item.latest { span.quiet { "Unchanged" } }
                    @else if item.gone { (self.gone(item)) }
                    @else { a href=(compare(self.tenant.id, item.item_id, item.number, item.latest)) { "Compare with now" span.unseen { ": " (text::name(&item.name, NAMELESS)) } } }
                }))
            },
        )
    }
}
