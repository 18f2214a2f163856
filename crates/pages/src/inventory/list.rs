//! The inventory of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::inventory::{InventoryFilter, InventoryItem, Presence, TypeSummary};
use model::page::Page as Rows;
use model::resource_types::{Category, Platform, ResourceType};
use model::tenant::Tenant;

use super::{kept_types, query, sync_button, type_label, unknown_kind};
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::field::{checkbox, search, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::menu::menu;
use crate::components::pager::pager;
use crate::components::permission::{barred, barred_button};
use crate::components::table::{self, Column};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted, number};
use crate::{href, samples, when};

/// Items of a tenant.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What the list is narrowed to.
    pub filter: InventoryFilter,
    /// The items, by name.
    pub items: Rows<InventoryItem>,
    /// What is known of each type; empty before the first sync.
    pub summary: Vec<TypeSummary>,
}

impl Page for List {
    const NAME: &'static str = "inventory-list";

    fn title(&self) -> String {
        "Inventory".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "What was last observed in " (text::name(&self.tenant.name, NAMELESS)) ": every policy, profile, script and app." };
        html! {
            (header("Inventory", &html! {}, &lead, &html! {
                a.button href=(href::setting_search(self.tenant.id)) { "Search settings" }
                a.button href=(href::references(self.tenant.id)) { "References" }
                a.button href=(href::compare(self.tenant.id)) { "Compare tenants" }
                (sync_button(self.tenant.id, self.can, view))
            }))
            @if !self.summary.is_empty() || self.narrows() { (self.filters()) (self.chips()) }
            (live("items", Topic::Runs, &self.rows(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::inventory::lists()
    }
}

impl List {
    fn narrows(&self) -> bool {
        self.filter != InventoryFilter::default()
    }

    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let platforms: Vec<_> = std::iter::once(choice("", "Any"))
            .chain(Platform::ALL.iter().map(|platform| choice(platform.code(), platform.label())))
            .collect();
        let missing = [choice("", "Any"), choice("no", "Present"), choice("yes", "Missing")];
        let chosen = filter.missing.map_or("", |missing| if missing { "yes" } else { "no" });
        html! {
            form.filters method="get" action=(href::inventory(self.tenant.id)) role="search" aria-label="Filter the inventory" data-filters {
                (search("f-q", "q", "Search by name", filter.text.as_deref().unwrap_or_default()))
                div.field { span.field-label { "Type" } (self.types()) }
                (select("f-platform", "platform", "Platform", &platforms, filter.platform.map_or("", Platform::code)))
                (select("f-missing", "missing", "Presence", &missing, chosen))
                div.filter-actions { button.button type="submit" { (icon(Icon::Filter)) "Filter" } }
            }
        }
    }

    /// A panel of check boxes, so that several types can be chosen without a script.
    fn types(&self) -> Markup {
        let words = match self.filter.types.as_slice() {
            [] => "Any".to_owned(),
            [one] => type_label(one),
            many => counted(i64::try_from(many.len()).unwrap_or(0), "type", "types"),
        };
        let face = html! {
            span { (words) }
            (icon(Icon::ChevronDown))
        };
        // There are far more types than a tenant uses: those with objects, or chosen, come first; the rest are folded away.
        let items = |kind: &ResourceType| self.summary.iter().find(|s| s.resource_type == kind.key).map(|s| s.items + s.missing);
        let used = |kind: &ResourceType| items(kind).is_some_and(|items| items > 0) || self.filter.types.contains(&kind.key);
        let (first, rest): (Vec<_>, Vec<_>) = kept_types().partition(|kind| used(kind));
        let box_of = |kind: &ResourceType| {
            checkbox(
                &format!("f-type-{}", kind.key),
                "type",
                &kind.key,
                self.filter.types.contains(&kind.key),
                &html! {
                    span { (kind.label) } @if let Some(items) = items(kind) { span.quiet { (number(items)) } }
                },
            )
        };
        let groups = |kinds: &[&'static ResourceType]| {
            html! {
                @for category in Category::ALL {
                    @let here: Vec<_> = kinds.iter().filter(|kind| kind.category == category).collect();
                    @if !here.is_empty() {
                        fieldset { legend { (category.label()) } @for kind in here { (box_of(kind)) } }
                    }
                }
            }
        };
        let panel = html! {
            (groups(&first))
            @if !rest.is_empty() {
                details.more {
                    summary { (counted(i64::try_from(rest.len()).unwrap_or(0), "type", "types")) " without objects" }
                    (groups(&rest))
                }
            }
        };
        menu("f-type", "picker", None, &face, &panel)
    }

    /// Each narrowing with a link that takes it away.
    fn chips(&self) -> Markup {
        let filter = &self.filter;
        let mut chips: Vec<(String, InventoryFilter)> = Vec::new();
        for key in &filter.types {
            let types = filter.types.iter().filter(|other| *other != key).cloned().collect();
            chips.push((type_label(key), InventoryFilter { types, ..filter.clone() }));
        }
        if let Some(platform) = filter.platform {
            chips.push((platform.label().to_owned(), InventoryFilter { platform: None, ..filter.clone() }));
        }
        if let Some(text) = &filter.text {
            chips.push((format!("“{}”", text::name(text, "")), InventoryFilter { text: None, ..filter.clone() }));
        }
        if let Some(missing) = filter.missing {
            let words = if missing { "Missing" } else { "Present" };
            chips.push((words.to_owned(), InventoryFilter { missing: None, ..filter.clone() }));
        }
        html! {
            @if !chips.is_empty() {
                ul.chips aria-label="Filters in use" {
                    @for (words, without) in &chips {
                        li { a.chip href=(String::from(query(self.tenant.id, without))) { (words) (icon(Icon::Close)) span.unseen { "(remove this filter)" } } }
                    }
                    li { a.chip.plain href=(href::inventory(self.tenant.id)) { "Clear all" } }
                }
            }
        }
    }

    fn rows(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Select", false),
            Column("Name", false),
            Column("Type", false),
            Column("Platform", false),
            Column("Assignments", true),
            Column("Changed", true),
            Column("Last seen", true),
        ];
        html! {
            @if self.items.rows.is_empty() { (self.nothing()) }
            @else {
                (self.bulk(view))
                (table::table("Inventory items", &columns, &html! { @for item in &self.items.rows { (self.line(item, view)) } }))
                (pager(&self.items, "inventory items", &query(self.tenant.id, &self.filter)))
            }
        }
    }

    fn line(&self, item: &InventoryItem, view: &View<'_>) -> Markup {
        table::row(
            item.id,
            &html! {
                (table::cell("Select", &html! {
                    input type="checkbox" id={ "pick-" (item.id) } form="chosen" name="item" value=(item.id);
                    label.unseen for={ "pick-" (item.id) } { "Select " (text::name(&item.name, NAMELESS)) }
                }))
                (table::head(&html! {
                    a.cover href=(href::item(self.tenant.id, item.id)) { (text::name(&item.name, NAMELESS)) }
                    @if item.presence != Presence::Present { " " (badge(&item.presence)) }
                }))
                (table::cell("Type", &html! { (type_label(&item.resource_type)) @if let Some(words) = unknown_kind(item) { span.below { (words) } } }))
                (table::cell("Platform", &html! { (item.platform.label()) }))
                (table::figure("Assignments", &html! { @match item.assignments { Some(n) => (number(n)), None => span.quiet { "–" } } }))
                (table::figure("Changed", &when::at_or(item.modified_at, "–")))
                (table::figure("Last seen", &when::ago(item.last_seen_at, view.now)))
            },
        )
    }

    /// What can be done with the objects whose boxes are checked.
    fn bulk(&self, view: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Archive)) "Back up the selected…" };
        html! {
            form.bulk #chosen method="get" action=(href::new_backup(self.tenant.id)) {
                @if let Some(why) = barred(self.can, Capability::BackupsRun, view) { (barred_button("why-no-backup", "button small", &face, why)) }
                @else { button.button.small type="submit" { (face) } }
            }
        }
    }

    fn nothing(&self) -> Markup {
        if self.narrows() {
            let next = html! { a.button href=(href::inventory(self.tenant.id)) { "Clear the filters" } };
            return empty(Icon::Filter, "No items match", "Nothing in this tenant's inventory fits all of the filters.", &next);
        }
        let why =
            "The inventory shows what was last observed in the tenant. It is empty because the tenant has not been synced yet.";
        let may = self.can.allows(Capability::InventorySync);
        let next = html! { @if may { a.button href=(href::sync(self.tenant.id)) { "Choose what to sync" } } };
        empty(Icon::Inventory, "Nothing observed yet", why, &next)
    }
}
