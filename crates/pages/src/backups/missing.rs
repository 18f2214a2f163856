//! What a set was to hold and does not.

use maud::{Markup, html};
use model::backup::{BackupSet, BackupStatus, MissingItem};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::title;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::code_words;
use crate::samples;
use crate::text::{NAMELESS, name, shown};

/// Objects that a set lacks.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The tenant.
    pub tenant: Tenant,
    /// The set.
    pub set: BackupSet,
    /// The objects, by type and id.
    pub items: Rows<MissingItem>,
}

impl Page for Missing {
    const NAME: &'static str = "backups-missing";

    fn title(&self) -> String {
        "Missing objects".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Backups", href::backups(self.tenant.id)),
            Crumb::new(title(&self.set), href::backup(self.tenant.id, self.set.id)),
        ];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "Objects that the backup was to hold and does not. Of types that could not be listed, nothing can be named." };
        let here = Query::new(href::of_backup(self.tenant.id, self.set.id, "missing"));
        html! {
            (header("Missing objects", &html! {}, &lead, &html! {}))
            @if self.items.rows.is_empty() { (self.nothing_named()) }
            @else { (missing_table(&self.items.rows)) (pager(&self.items, "missing objects", &here)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::missing()
    }
}

impl Missing {
    fn nothing_named(&self) -> Markup {
        let types = html! { a.button href=(href::backup(self.tenant.id, self.set.id)) { "What was read of each type" } };
        match self.set.status {
            BackupStatus::Complete => {
                empty(Icon::Check, "Nothing is missing", "Every object that was to be captured is in the backup.", &html! {})
            }
            BackupStatus::Partial => empty(
                Icon::Info,
                "Nothing can be named",
                "Something is missing all the same: whole types could not be read. The certificate says which, and how many of their objects are known.",
                &types,
            ),
            BackupStatus::Capturing => {
                empty(Icon::Info, "Not known yet", "What is missing is written when the capture ends.", &html! {})
            }
            BackupStatus::Failed | BackupStatus::Unknown => {
                empty(Icon::Info, "Nothing of it can be used", "What it was to hold is not in it.", &html! {})
            }
        }
    }
}

/// Objects with the reason.
pub(super) fn missing_table(items: &[MissingItem]) -> Markup {
    let columns = [Column("Name", false), Column("Type", false), Column("Why", false)];
    let rows = html! {
        @for item in items {
            (row(format!("{}-{}", item.resource_type, item.object_id), &html! {
                (head(&html! { (name(&item.name, NAMELESS)) span.below { code.wrap { (shown(&item.object_id, 200)) } } }))
                (cell("Type", &html! { (type_label(&item.resource_type)) }))
                (cell("Why", &html! { (code_words(&item.code)) }))
            }))
        }
    };
    table("Missing objects", &columns, &rows)
}
