//! The schedules of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::run::Run;
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::state::{cadence, state, what};
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_button;
use crate::components::table::{Column, cell, head, row, table};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// A schedule and the latest run that it started.
#[derive(Debug, Clone)]
pub struct Row {
    /// The schedule.
    pub schedule: Schedule,
    /// Its latest run.
    pub latest: Option<Run>,
}

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Its schedules.
    pub rows: Vec<Row>,
}

impl Page for List {
    const NAME: &'static str = "schedules-list";

    fn title(&self) -> String {
        "Schedules".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Schedules), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "What starts by itself in " (name(&self.tenant.name, NAMELESS)) "." };
        html! {
            (header("Schedules", &html! {}, &lead, &self.new_button()))
            (live("schedules", Topic::Runs, &self.table(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::schedule::lists()
    }
}

impl List {
    fn new_button(&self) -> Markup {
        let face = html! { "New schedule" };
        html! {
            @if self.can.allows(Capability::BackupSchedulesManage) { a.button.primary href=(href::new_schedule(self.tenant.id)) { (face) } }
            @else { (forbidden_button("why-no-new", "button primary", &face)) }
        }
    }

    fn table(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Schedule", false),
            Column("State", false),
            Column("When", false),
            Column("Next", false),
            Column("Latest run", false),
        ];
        let rows = html! {
            @for Row { schedule, latest } in &self.rows {
                (row(schedule.id, &html! {
                    (head(&html! { a.cover href=(href::schedule(self.tenant.id, schedule.id)) { (name(&schedule.name, NAMELESS)) } " " span.quiet { (what(schedule)) } }))
                    (cell("State", &state(schedule)))
                    (cell("When", &cadence(schedule)))
                    (cell("Next", &when::at_or(schedule.next_fire_at, "–")))
                    (cell("Latest run", &html! { @match latest {
                        Some(run) => { (badge(run)) " " (when::ago(run.created_at, view.now)) },
                        None => span.quiet { "Not yet" },
                    } }))
                }))
            }
        };
        let next = html! { @if self.can.allows(Capability::BackupSchedulesManage) { a.button href=(href::new_schedule(self.tenant.id)) { (icon(Icon::Clock)) "Make the first one" } } };
        html! {
            @if self.rows.is_empty() { (empty(Icon::Clock, "No schedules yet", "A schedule syncs the inventory or captures a backup by itself: every day, on some days of the week, or as a cron pattern says.", &next)) }
            @else { (table("Schedules", &columns, &rows)) }
        }
    }
}
