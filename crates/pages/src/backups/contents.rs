//! What a set holds, object by object.

use maud::{Markup, html};
use model::backup::{BackupItem, BackupSet};
use model::ids::TenantId;
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::title;
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{self, Column, cell, figure, head, row};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, bytes, name, number};
use crate::{samples, when};

/// Objects of a set.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The tenant.
    pub tenant: Tenant,
    /// The set.
    pub set: BackupSet,
    /// The type to which the list is narrowed.
    pub resource_type: Option<String>,
    /// Whether it is narrowed to what is damaged.
    pub damaged: bool,
    /// The objects, by name.
    pub items: Rows<BackupItem>,
}

impl Page for Contents {
    const NAME: &'static str = "backups-contents";

    fn title(&self) -> String {
        "Contents".to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.set)
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let narrowed = (self.resource_type.as_deref(), self.damaged);
        let since = html! { " · captured " (when::at(self.set.started_at)) };
        let table = |items: &[BackupItem]| items_table(self.tenant.id, items);
        listed((&self.tenant, &self.set), narrowed, &since, &self.items, table)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::contents()
    }
}

/// Where the page of a set's contents stands.
pub(super) fn place(tenant: &Tenant, set: &BackupSet) -> Place {
    let crumbs = vec![Crumb::new("Backups", href::backups(tenant.id)), Crumb::new(title(set), href::backup(tenant.id, set.id))];
    Place { destination: Some(Destination::Backups), tenant: Some(tenant.id), crumbs }
}

/// A page of a set's contents, captured or imported. `narrowed`: to a type, and to what is damaged.
pub(super) fn listed<T>(
    (tenant, set): (&Tenant, &BackupSet),
    (resource_type, damaged): (Option<&str>, bool),
    since: &Markup,
    items: &Rows<T>,
    table: impl FnOnce(&[T]) -> Markup,
) -> Markup {
    let all = href::of_backup(tenant.id, set.id, "contents");
    let lead = html! {
        @match resource_type { Some(key) => (type_label(key)), None => "Every type" }
        @if damaged { ", damaged only" }
        (since)
        @if resource_type.is_some() || damaged { " · " a href=(all) { "Show everything" } }
    };
    let here = Query::new(all.as_str()).with_some("type", resource_type).with_some("damaged", damaged.then_some("yes"));
    html! {
        (header("Contents", &html! {}, &lead, &html! {}))
        @if items.rows.is_empty() { (empty(Icon::Inventory, "Nothing here", "The backup holds no such object.", &html! {})) }
        @else { (table(&items.rows)) (pager(items, "contents", &here)) }
    }
}

/// Objects with the version that the set holds.
pub(super) fn items_table(tenant: TenantId, items: &[BackupItem]) -> Markup {
    let columns = [
        Column("Name", false),
        Column("Type", false),
        Column("Version", true),
        Column("Size", true),
        Column("First observed", true),
    ];
    let rows = html! {
        @for item in items {
            (row(item.item_id, &html! {
                (head(&html! {
                    a.cover href=(href::version(tenant, item.item_id, item.version)) { (name(&item.name, NAMELESS)) }
                    @if let Some(problem) = &item.problem { " " (badge(problem)) }
                }))
                (cell("Type", &html! { (type_label(&item.resource_type)) }))
                (figure("Version", &html! { (number(item.version)) }))
                (figure("Size", &html! { (bytes(item.bytes)) }))
                (figure("First observed", &when::at(item.captured_at)))
            }))
        }
    };
    table::table("Objects in the backup", &columns, &rows)
}
