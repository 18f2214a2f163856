//! The backup sets of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::backup::BackupSet;
use model::page::Page as Rows;
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::{lacks, marks, title};
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::{barred, barred_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::Query;
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, bytes, name, number, shown};
use crate::{href, samples, when};

/// Sets of a tenant.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The schedule to which the list is narrowed.
    pub schedule: Option<Schedule>,
    /// The sets, newest first.
    pub sets: Rows<BackupSet>,
}

impl Page for List {
    const NAME: &'static str = "backups-list";

    fn title(&self) -> String {
        "Backups".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "What was captured together in " (name(&self.tenant.name, NAMELESS)) "."
            @if let Some(schedule) = &self.schedule {
                " Only those of " a href=(href::schedule(self.tenant.id, schedule.id)) { (name(&schedule.name, NAMELESS)) } ". "
                a href=(href::backups(self.tenant.id)) { "Show all" }
            }
        };
        html! {
            (header("Backups", &html! {}, &lead, &self.new_button(view)))
            (live("backups", Topic::Runs, &self.table(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::lists()
    }
}

impl List {
    fn new_button(&self, view: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Archive)) "Back up now" };
        html! {
            a.button href=(href::import_backup(self.tenant.id)) { "Import…" }
            @if let Some(why) = barred(self.can, Capability::BackupsRun, view) { (barred_button("why-no-backup", "button primary", &face, why)) }
            @else { a.button.primary href=(href::new_backup(self.tenant.id)) { (face) } }
        }
    }

    fn table(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Backup", false),
            Column("State", false),
            Column("Holds", false),
            Column("Objects", true),
            Column("Size", true),
            Column("Missing", true),
            Column("Captured", true),
        ];
        let rows = html! {
            @for set in &self.sets.rows {
                (row(set.id, &html! {
                    (head(&html! {
                        a.cover href=(href::backup(self.tenant.id, set.id)) { (title(set)) }
                        " " span.quiet { @if set.schedule_id.is_some() { "scheduled" } @else { "by " (name(&set.created_by_name, "System")) } }
                    }))
                    (cell("State", &marks(set)))
                    (cell("Holds", &html! {
                        @match &set.origin { Some(origin) => { "Imported from " (origin.layout().label()) }, None => (shown(&set.holds, 100)) }
                    }))
                    (figure("Objects", &html! { (number(set.items)) }))
                    (figure("Size", &html! { (bytes(set.bytes)) }))
                    (figure("Missing", &lacks(set)))
                    (figure("Captured", &when::ago(set.started_at, view.now)))
                }))
            }
        };
        let here =
            Query::new(href::backups(self.tenant.id)).with_some("schedule", self.schedule.as_ref().map(|schedule| schedule.id));
        let next = html! { @if self.can.allows(Capability::BackupsRun) { a.button href=(href::new_backup(self.tenant.id)) { "Back up now" } } };
        html! {
            @if self.sets.rows.is_empty() {
                (empty(Icon::Archive, "No backups yet", "A backup keeps the versions of policies that were captured together. A schedule captures one by itself.", &next))
            } @else {
                (table("Backups", &columns, &rows))
                (pager(&self.sets, "backups", &here))
            }
        }
    }
}
