//! What the retention of a backup schedule would do now.

use maud::{Markup, html};
use model::backup::{BackupSet, Retention as Rule, Why};
use model::label::Tone;
use model::page::Page as Rows;
use model::schedule::Schedule;
use model::tenant::Tenant;

use crate::backups::marks;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::Query;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted, number};
use crate::{href, samples, when};

/// Sets of a schedule with what becomes of them.
#[derive(Debug, Clone)]
pub struct Retention {
    /// The tenant.
    pub tenant: Tenant,
    /// The schedule.
    pub schedule: Schedule,
    /// Its rule.
    pub rule: Rule,
    /// How many of all its sets would go.
    pub go: i64,
    /// Sets, newest first, and why each stays or goes.
    pub sets: Rows<(BackupSet, Why)>,
}

impl Page for Retention {
    const NAME: &'static str = "schedules-retention";

    fn title(&self) -> String {
        "Retention".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Schedules", href::schedules(self.tenant.id)),
            Crumb::new(text::name(&self.schedule.name, NAMELESS), href::schedule(self.tenant.id, self.schedule.id)),
        ];
        Place { destination: Some(Destination::Schedules), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! {
            "The schedule keeps " (self.rule.words()) ". After its next backup "
            @if self.go == 0 { "none of these goes." } @else { (counted(self.go, "backup goes", "backups go")) ", and those that get too old by then." }
            " Nothing is removed by looking."
        };
        let columns = [
            Column("Backup", false),
            Column("State", false),
            Column("Then", false),
            Column("Objects", true),
            Column("Captured", true),
        ];
        let rows = html! {
            @for (set, why) in &self.sets.rows {
                (row(set.id, &html! {
                    (head(&html! { a.cover href=(href::backup(self.tenant.id, set.id)) { (text::name(&set.name, NAMELESS)) } }))
                    (cell("State", &marks(set)))
                    (cell("Then", &html! {
                        @if why.goes() { (worded(Tone::Warning, Icon::Minus, "Goes")) } @else { (worded(Tone::Neutral, Icon::Check, "Stays")) }
                        " " span.quiet { (why.words()) }
                    }))
                    (figure("Objects", &html! { (number(set.items)) }))
                    (figure("Captured", &when::at(set.started_at)))
                }))
            }
        };
        let here = Query::new(href::of_schedule(self.tenant.id, self.schedule.id, "retention"));
        html! {
            (header("Retention", &html! {}, &lead, &html! {}))
            @if self.sets.rows.is_empty() { (empty(Icon::Archive, "No backups yet", "The schedule has captured nothing so far.", &html! {})) }
            @else { (table("Backups of the schedule", &columns, &rows)) (pager(&self.sets, "backups", &here)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::retentions()
    }
}
