//! Drills of a tenant: how much of its backup would come back, by type, and over time.

use std::time::Duration;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::DrillId;
use model::label::Tone;
use model::page::Page as Rows;
use model::restore::{Hindrance, Readiness};
use model::tenant::Tenant;
use model::time::{Moment, duration_words};

use super::words;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::forbidden_button;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::{RunRow, brief_table, code_words};
use crate::text::{NAMELESS, counted, name, number, shown};
use crate::{samples, when};

/// A drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillView {
    /// Its id.
    pub id: DrillId,
    /// What the backup was called.
    pub set_name: String,
    /// When that was taken.
    pub taken_at: Moment,
    /// When the drill ended.
    pub at: Moment,
    /// How much came back.
    pub readiness: Readiness,
    /// How long the recovery would take.
    pub took: Duration,
    /// Requests that it would send.
    pub requests: i64,
    /// Secrets in whose place something made up was written.
    pub placeholders: i64,
    /// The score of the drill before it.
    pub before: Option<i64>,
}

/// What came of the objects of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrilledType {
    /// Key of the type.
    pub resource_type: String,
    /// How much came back.
    pub readiness: Readiness,
    /// Codes of failures and hindrances, with how many objects each is about.
    pub reasons: Vec<(String, i64)>,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Drills {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The latest drill's run that the viewer may look at.
    pub run: Option<RunRow>,
    /// The drill that is looked at, with its types.
    pub drill: Option<(DrillView, Vec<DrilledType>)>,
    /// All of them, the latest first.
    pub history: Rows<DrillView>,
}

impl Page for Drills {
    const NAME: &'static str = "restores-drill";

    fn title(&self) -> String {
        "Restore drill".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Restores", href::restores(self.tenant.id))];
        Place { destination: Some(Destination::Restores), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "Would " (name(&self.tenant.name, NAMELESS)) " come back from its backup? A drill takes the latest complete backup, makes a simulated copy of the tenant that lost everything, and restores it. Microsoft is not asked, and nothing is written to the tenant."
        };
        let page = html! {
            (self.standing(view))
            @match &self.drill {
                Some((drill, types)) => { (result(drill, types)) (self.over_time(view)) }
                None => (empty(Icon::Sync, "No drill yet", "A drill says how much of the backup would come back, and why the rest would not.", &html! {})),
            }
        };
        html! {
            (header("Restore drill", &html! {}, &lead, &button(&self.tenant, self.can, view)))
            (live("drill", Topic::Runs, &page))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::drill::drills()
    }
}

/// The button that starts a drill.
pub(super) fn button(tenant: &Tenant, can: Can, view: &View<'_>) -> Markup {
    let face = html! { (icon(Icon::Sync)) "Run drill" };
    html! {
        @if can.allows(Capability::RestoreExecute) {
            (form::start(view, "drill", &href::drills(tenant.id), &html! { button.button.primary type="submit" { (face) } }))
        } @else { (forbidden_button("why-no-drill", "button primary", &face)) }
    }
}

/// How ready the tenant is, in a card among its restores.
pub(super) fn readiness(tenant: &Tenant, can: Can, drill: Option<&DrillView>) -> Markup {
    let aside = html! { @if can.allows(Capability::RestoreExecute) { a href=(href::drills(tenant.id)) { "Restore drill" } } };
    let content = match drill {
        None => html! { p { "No drill yet: nobody knows how much of the backup would come back." } },
        Some(drill) => html! {
            p { (score(drill)) " " (sentence(drill)) }
            p.quiet { "Drilled " (when::at(drill.at)) " from the backup “" (shown(&drill.set_name, 120)) "” of " (when::at(drill.taken_at)) "." }
        },
    };
    card("readiness", "Readiness", &aside, &content)
}

fn score(drill: &DrillView) -> Markup {
    let score = drill.readiness.score();
    html! {
        strong { (number(score)) " of 100" }
        @match drill.before {
            Some(before) if before < score => { ", up from " (number(before)) }
            Some(before) if before > score => { ", down from " (number(before)) }
            _ => {}
        }
        "."
    }
}

fn sentence(drill: &DrillView) -> Markup {
    let Readiness { objects, restorable, verified } = drill.readiness;
    html! {
        (number(verified)) " of " (counted(objects, "object", "objects")) " of the backup came back as they were. "
        @if objects > restorable {
            (counted(objects - restorable, "cannot be restored", "cannot be restored")) "; of the others " (number(drill.readiness.of_restorable())) " of 100 came back. "
        }
        "It would take about " (duration_words(drill.took)) " by Microsoft's limits."
    }
}

fn result(drill: &DrillView, types: &[DrilledType]) -> Markup {
    let cannot: Vec<&DrilledType> = types.iter().filter(|one| one.readiness.restorable < one.readiness.objects).collect();
    html! {
        (card("score", "Readiness", &html! {}, &html! {
            p { (score(drill)) " " (sentence(drill)) }
            dl.facts {
                dt { "Drilled" } dd { (when::at(drill.at)) }
                dt { "Backup" } dd { (shown(&drill.set_name, 120)) ", " (when::at(drill.taken_at)) }
                dt { "Requests" } dd { (number(drill.requests)) }
            }
            @if drill.placeholders > 0 {
                p.quiet { (counted(drill.placeholders, "secret was made up", "secrets were made up")) ": a drill never opens the real ones. Somebody would have to enter those that Microsoft does not give out." }
            }
            p.quiet { "The score is what came back of everything in the backup, rounded down. Files, licences and approvals are not part of a drill." }
        }))
        @if !cannot.is_empty() {
            (callout(Tone::Warning, "Not everything can be restored", &html! {
                p {
                    @for (at, one) in cannot.iter().enumerate() {
                        @if at > 0 { ", " }
                        (type_label(&one.resource_type)) " (" (number(one.readiness.objects - one.readiness.restorable)) ")"
                    }
                    "."
                }
            }))
        }
        (by_type(types))
    }
}

fn by_type(types: &[DrilledType]) -> Markup {
    let columns = [
        Column("Type", false),
        Column("Objects", true),
        Column("Can be restored", true),
        Column("Came back", true),
        Column("Why not", false),
    ];
    let lines = html! {
        @for line in types {
            (row(&line.resource_type, &html! {
                (head(&html! { (type_label(&line.resource_type)) }))
                (figure("Objects", &html! { (number(line.readiness.objects)) }))
                (figure("Can be restored", &html! { (number(line.readiness.restorable)) }))
                (figure("Came back", &html! { (number(line.readiness.verified)) }))
                (cell("Why not", &html! {
                    @for (code, count) in &line.reasons { span.below { (number(*count)) " × " (reason(code)) } }
                }))
            }))
        }
    };
    table("What came back, by type", &columns, &lines)
}

fn reason(code: &str) -> String {
    match Hindrance::from_code(code) {
        Hindrance::Unknown => code_words(code),
        known => words::hindrance(known).to_owned(),
    }
}

impl Drills {
    fn standing(&self, view: &View<'_>) -> Markup {
        let Some(row) = &self.run else { return html! {} };
        let table = |words: &str| brief_table(words, std::slice::from_ref(row), view);
        if row.run.is_active() {
            return callout(
                Tone::Info,
                "A drill is under way",
                &html! { (table("The drill that is under way")) p { "You may leave this page." } },
            );
        }
        // One that failed leaves no figures behind.
        html! { @if self.drill.is_none() { (table("The latest drill")) } }
    }

    fn over_time(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Drilled", false),
            Column("Score", true),
            Column("Came back", true),
            Column("Objects", true),
            Column("Backup", false),
        ];
        let lines = html! {
            @for line in &self.history.rows {
                (row(line.id, &html! {
                    (head(&html! { a.cover href=(String::from(Query::new(href::drills(self.tenant.id)).with("drill", line.id))) { (when::ago(line.at, view.now)) } }))
                    (figure("Score", &html! { (number(line.readiness.score())) }))
                    (figure("Came back", &html! { (number(line.readiness.verified)) }))
                    (figure("Objects", &html! { (number(line.readiness.objects)) }))
                    (cell("Backup", &html! { (shown(&line.set_name, 120)) }))
                }))
            }
        };
        html! {
            (card("history", "Over time", &html! {}, &html! {
                (table("Drills over time", &columns, &lines))
                (pager(&self.history, "drills", &Query::new(href::drills(self.tenant.id))))
            }))
        }
    }
}
