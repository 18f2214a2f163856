//! The changes of a tenant, newest first.

use maud::{Markup, html};
use model::access::Can;
use model::attribution::{Attribution, SourceState};
use model::page::{Cursor, Page as Rows};
use model::tenant::Tenant;
use model::version::{ChangeDay, ChangeKind, TenantVersion, VersionFilter};

use super::heat::heat;
use super::sources::sources;
use super::{DAY, by, compare, mark_of, query};
use crate::components::empty::empty;
use crate::components::field::{checkbox, day, line, select};
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::inventory::{kept_types, type_label};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// The changes of a tenant.
#[derive(Debug, Clone)]
pub struct History {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What the list is narrowed to.
    pub filter: VersionFilter,
    /// The changes, newest first.
    pub versions: Rows<TenantVersion>,
    /// Where to go on when the search stopped before it had filled the page.
    pub search_further: Option<Cursor>,
    /// Who each of them is by, in the same order.
    pub by: Vec<Attribution>,
    /// How many there were on each day of the last year, the oldest first, beginning with a Monday.
    pub days: Vec<ChangeDay>,
    /// How far the audit logs were read.
    pub sources: Vec<SourceState>,
}

impl Page for History {
    const NAME: &'static str = "versions-history";

    fn title(&self) -> String {
        "Versions".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Versions), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Every change that was observed in " (text::name(&self.tenant.name, NAMELESS)) ", and who made it." };
        html! {
            (header("Versions", &html! {}, &lead, &html! {
                a.button href=(href::versions_at(self.tenant.id)) { (icon(Icon::Clock)) "Time travel" }
            }))
            div.split {
                (card("days", "Changes by day", &html! {}, &heat(self.tenant.id, &self.days)))
                (card("logs", "Who changed it", &html! {}, &sources(self.tenant.id, self.can, &self.sources, view)))
            }
            (self.filters())
            (live("changes", Topic::Runs, &self.rows()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::versions::histories()
    }
}

impl History {
    fn narrows(&self) -> bool {
        self.filter != VersionFilter::default()
    }

    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let kinds: Vec<_> = std::iter::once(choice("", "Any"))
            .chain(ChangeKind::ALL.iter().map(|kind| choice(kind.code(), kind.label())))
            .collect();
        let types: Vec<_> =
            std::iter::once(choice("", "Any")).chain(kept_types().map(|kind| choice(&kind.key, &kind.label))).collect();
        let typed = filter.types.first().map_or("", String::as_str);
        let from = filter.since.map(when::iso_day).unwrap_or_default();
        let to = filter.until.map(|until| when::iso_day(until.minus(DAY))).unwrap_or_default();
        html! {
            form.filters method="get" action=(href::versions(self.tenant.id)) role="search" aria-label="Filter the changes" data-filters {
                (select("f-type", "type", "Type", &types, typed))
                (select("f-kind", "kind", "Change", &kinds, filter.kind.map_or("", ChangeKind::code)))
                (line("f-actor", "actor", "Person or application", filter.actor.as_deref().unwrap_or_default(), 200))
                (day("f-from", "from", "From (UTC)", &from))
                (day("f-to", "to", "To (UTC)", &to))
                (checkbox("f-pinned", "pinned", "yes", filter.pinned, &html! { "Pinned" }))
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                    @if self.narrows() { a.button.plain href=(href::versions(self.tenant.id)) { "Clear all" } }
                }
            }
        }
    }

    fn rows(&self) -> Markup {
        let columns = [
            Column("Object", false),
            Column("Type", false),
            Column("What", false),
            Column("Changed by", false),
            Column("Observed", false),
        ];
        if self.versions.rows.is_empty() && self.search_further.is_none() {
            return self.nothing();
        }
        html! {
            (table("Changes", &columns, &html! {
                @for (i, change) in self.versions.rows.iter().enumerate() { (self.line(change, self.by.get(i))) }
            }))
            @if let Some(cursor) = &self.search_further {
                @let further: String = query(self.tenant.id, &self.filter).at(Some(cursor)).into();
                p { "The search stopped here to stay quick. " a href=(further) { "Search further" } }
            }
            (pager(&self.versions, "changes", &query(self.tenant.id, &self.filter)))
        }
    }

    fn line(&self, change: &TenantVersion, attribution: Option<&Attribution>) -> Markup {
        let version = &change.version;
        row(
            version.id,
            &html! {
                (head(&html! {
                    a.cover href=(href::version(self.tenant.id, version.item_id, version.number)) { (text::name(&version.name, NAMELESS)) }
                    (mark_of(change.mark()))
                }))
                (cell("Type", &html! { (type_label(&change.resource_type)) }))
                (cell("What", &html! {
                    (version.words())
                    @if version.number > 1 { span.below { a href=(compare(self.tenant.id, version.item_id, version.number - 1, version.number)) { "Compare" span.unseen { " version " (version.number) " of " (text::name(&version.name, NAMELESS)) " with the one before" } } } }
                }))
                (cell("Changed by", &html! { @if let Some(attribution) = attribution { (by(attribution)) } }))
                (cell("Observed", &html! { (when::at(version.captured_at)) }))
            },
        )
    }

    fn nothing(&self) -> Markup {
        if self.narrows() {
            let next = html! { a.button href=(href::versions(self.tenant.id)) { "Clear the filters" } };
            return empty(
                Icon::Filter,
                "No changes match",
                "Nothing that was observed in this tenant fits all of the filters.",
                &next,
            );
        }
        let why = "A version is written whenever an object is seen for the first time, changes, disappears or comes back. \
                   There is none because the tenant has not been synced yet.";
        empty(
            Icon::Clock,
            "No versions yet",
            why,
            &html! { a.button href=(href::sync(self.tenant.id)) { "Choose what to sync" } },
        )
    }
}
