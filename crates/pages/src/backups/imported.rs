//! What an imported set holds, object by object.

use maud::{Markup, html};
use model::backup::{BackupSet, ImportedItem};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::contents::{listed, place};
use crate::components::badge::badge;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::inventory::type_label;
use crate::page::{Page, Place, View};
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
        place(&self.tenant, &self.set)
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let narrowed = (self.resource_type.as_deref(), self.damaged);
        let since = html! { " · imported " (when::at(self.set.started_at)) ". Nothing of it was observed in the tenant." };
        listed((&self.tenant, &self.set), narrowed, &since, &self.items, objects)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup_file::contents()
    }
}

fn objects(items: &[ImportedItem]) -> Markup {
    let columns =
        [Column("Name", false), Column("Type", false), Column("Id", false), Column("Size", true), Column("Observed", true)];
    let rows = html! {
        @for item in items {
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
