//! What an imported set holds, object by object.

use maud::{Markup, html};
use model::backup::{BackupSet, ImportedItem};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::title;
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, bytes, name, shown};
use crate::{samples, when};

/// Objects of an imported set.
#[derive(Debug, Clone)]
pub struct ImportedContents {
    /// The tenant.
    pub tenant: Tenant,
    /// The set.
    pub set: BackupSet,
    /// The type to which the list is narrowed.
    pub resource_type: Option<String>,
    /// Whether it is narrowed to what is damaged.
    pub damaged: bool,
    /// The objects, by name.
    pub items: Rows<ImportedItem>,
}

impl Page for ImportedContents {
    const NAME: &'static str = "backups-imported";

    fn title(&self) -> String {
        "Contents".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Backups", href::backups(self.tenant.id)),
            Crumb::new(title(&self.set), href::backup(self.tenant.id, self.set.id)),
        ];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let all = href::of_backup(self.tenant.id, self.set.id, "contents");
        let lead = html! {
            @match &self.resource_type { Some(key) => (type_label(key)), None => "Every type" }
            @if self.damaged { ", damaged only" }
            " · imported " (when::at(self.set.started_at)) ". Nothing of it was observed in the tenant."
            @if self.resource_type.is_some() || self.damaged { " · " a href=(all) { "Show everything" } }
        };
        let here = Query::new(all.as_str())
            .with_some("type", self.resource_type.as_deref())
            .with_some("damaged", self.damaged.then_some("yes"));
        html! {
            (header("Contents", &html! {}, &lead, &html! {}))
            @if self.items.rows.is_empty() { (empty(Icon::Inventory, "Nothing here", "The backup holds no such object.", &html! {})) }
            @else { (self.table()) (pager(&self.items, "contents", &here)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup_file::contents()
    }
}

impl ImportedContents {
    fn table(&self) -> Markup {
        let columns =
            [Column("Name", false), Column("Type", false), Column("Id", false), Column("Size", true), Column("Observed", true)];
        let rows = html! {
            @for item in &self.items.rows {
                (row(item.id, &html! {
                    (head(&html! {
                        (name(&item.name, NAMELESS))
                        @if let Some(problem) = &item.problem { " " (badge(problem)) }
                        @if item.withheld { span.below.quiet { "without its secrets: they were withheld when it was exported" } }
                    }))
                    (cell("Type", &html! { (type_label(&item.resource_type)) }))
                    (cell("Id", &html! {
                        @if item.id_was_made { span.quiet { "the export has none" } } @else { code.wrap { (shown(&item.object_id, 200)) } }
                    }))
                    (figure("Size", &html! { (bytes(item.bytes)) }))
                    (figure("Observed", &when::at_or(item.captured_at, "Not known")))
                }))
            }
        };
        table("Objects in the backup", &columns, &rows)
    }
}
