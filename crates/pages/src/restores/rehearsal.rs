//! The rehearsal of a plan: what came of it on a simulated copy of the tenant, item by item, and how long it would take.

use std::time::Duration;

use maud::{Markup, html};
use model::label::{Labelled as _, Tone};
use model::page::Page as Rows;
use model::restore::{Action, Outcome};
use model::tenant::Tenant;
use model::time::{Moment, duration_words};

use super::Restore;
use super::edit::{moves, place};
use super::way::{Step, way};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::problem;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::live::{Topic, live};
use crate::page::{Page, Place, View};
use crate::runs::{RunRow, brief_table, code_words};
use crate::text::{NAMELESS, counted, name, number, shown};
use crate::{samples, when};

/// Names of properties that a row shows.
const NAMED: usize = 5;

/// A rehearsal as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// When it ended.
    pub at: Moment,
    /// Whether it is of another plan than the restore's.
    pub stale: bool,
    /// The hash of the plan that was rehearsed.
    pub hash: String,
    /// How long it would take.
    pub took: Duration,
    /// Requests that the restore would send.
    pub requests: i64,
    /// How many of them write.
    pub writes: i64,
    /// Objects of the simulated copy.
    pub objects: i64,
    /// Stored objects that could not be read, and that the copy lacks.
    pub unreadable: i64,
    /// Secrets in whose place something made up was written.
    pub placeholders: i64,
    /// How many items came out how.
    pub outcomes: Vec<(Outcome, i64)>,
}

impl Rehearsed {
    fn of(&self, wanted: impl Fn(Outcome) -> bool) -> i64 {
        self.outcomes.iter().filter(|(outcome, _)| wanted(*outcome)).map(|(_, count)| count).sum()
    }

    /// How many are as they were wanted, and how many are not.
    pub(super) fn figures(&self) -> (i64, i64) {
        let verified = self.of(|outcome| outcome == Outcome::Verified);
        (verified, self.of(|outcome| !matches!(outcome, Outcome::Verified | Outcome::Skipped)))
    }
}

/// An item of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsedRow {
    /// Its number in the restore.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What it is called.
    pub name: String,
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub outcome: Outcome,
    /// The failure's code.
    pub code: Option<String>,
    /// Properties that were read back otherwise than they were wanted.
    pub differs: Vec<String>,
    /// Properties that were refused as read-only and left out.
    pub stripped: Vec<String>,
    /// Writes that were sent.
    pub writes: u32,
    /// Secrets in whose place something made up was written.
    pub placeholders: u32,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// The tenant that would be written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// The latest rehearsal's run that the viewer may look at.
    pub run: Option<RunRow>,
    /// The latest rehearsal that came to its end.
    pub latest: Option<Rehearsed>,
    /// Only items that came out so.
    pub outcome: Option<Outcome>,
    /// Its items.
    pub items: Rows<RehearsedRow>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Rehearsal {
    const NAME: &'static str = "restores-rehearsal";

    fn title(&self) -> String {
        "Rehearsal".to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "The plan, carried out on a simulated copy of " (name(&self.tenant.name, NAMELESS))
            " that is made of what is stored. Microsoft is not asked, and nothing is written to the tenant."
        };
        let ready = self.restore.is_ready();
        let page = html! {
            (self.standing(view))
            @if let Some(latest) = &self.latest { (self.result(latest)) }
            (moves(&self.tenant, &self.restore, Some(Step::Preview), (ready && self.restore.writes() > 0).then_some((Step::Execute, "Go on to execute"))))
        };
        html! {
            (header("Rehearsal", &badge(&self.restore.state), &lead, &html! {}))
            (way(self.tenant.id, &self.restore, Step::Preview))
            (problem(self.problem.as_deref()))
            (live("rehearsal", Topic::Runs, &page))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::rehearsal::rehearsals()
    }
}

/// The button that starts a rehearsal of the plan.
pub(super) fn start(restore: &Restore, at: &str, words: &str, class: &str, view: &View<'_>) -> Markup {
    form::start(
        view,
        "rehearse",
        at,
        &html! {
            input type="hidden" name="plan" value=(restore.hash.as_deref().unwrap_or_default());
            div.form-actions { button class=(class) type="submit" { (icon(Icon::Sync)) (words) } }
        },
    )
}

/// What the latest rehearsal said, as a line among facts.
pub(super) fn line(tenant: &Tenant, restore: &Restore, latest: Option<&Rehearsed>) -> Markup {
    let to = href::of_restore(tenant.id, restore.id, "rehearsal");
    html! {
        dt { "Rehearsal" }
        dd {
            @match latest {
                None => { "Not rehearsed. " a href=(to) { "Rehearse it" } },
                Some(latest) if latest.stale => { "Of another plan. " a href=(to) { "Rehearse it again" } },
                Some(latest) => {
                    @let (verified, failed) = latest.figures();
                    a href=(to) { (number(verified)) " as wanted, " (number(failed)) " not" } ", about " (duration_words(latest.took))
                }
            }
        }
    }
}

impl Rehearsal {
    fn here(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, "rehearsal")
    }

    fn standing(&self, view: &View<'_>) -> Markup {
        if let Some(row) = self.run.as_ref().filter(|row| row.run.is_active()) {
            let table = brief_table("The rehearsal that is under way", std::slice::from_ref(row), view);
            return callout(Tone::Info, "The rehearsal is under way", &html! { (table) p { "You may leave this page." } });
        }
        let may = self.restore.is_ready();
        let (words, class) = if self.latest.is_some() { ("Rehearse again", "button") } else { ("Rehearse", "button primary") };
        html! {
            @if may {
                (card("start", "Rehearse the plan", &html! {}, &html! {
                    p { "The same steps as the restore's are taken: what Microsoft would refuse is refused, and what waits for its limits waits, on a clock of its own." }
                    @if self.latest.is_none() { @if let Some(row) = &self.run { (brief_table("The latest rehearsal", std::slice::from_ref(row), view)) } }
                    (start(&self.restore, &self.here(), words, class, view))
                }))
            } @else if self.latest.is_none() {
                (callout(Tone::Warning, "There is no plan to rehearse", &html! {
                    p { a href=(href::of_restore(self.tenant.id, self.restore.id, Step::Preview.code())) { "Preview" } " the restore first." }
                }))
            }
        }
    }

    fn result(&self, latest: &Rehearsed) -> Markup {
        let to = |outcome: Outcome| String::from(Query::new(self.here()).with("outcome", outcome.code()));
        let (verified, failed) = latest.figures();
        html! {
            @if latest.stale {
                (callout(Tone::Warning, "This rehearsal is of another plan", &html! { p { "The plan was changed since. Rehearse it again to know what comes of it." } }))
            }
            (card("result", "What came of it", &html! {}, &html! {
                p {
                    (counted(verified, "object came out as wanted", "objects came out as wanted"))
                    @if failed > 0 { ", " (counted(failed, "did not", "did not")) }
                    ". The restore would take about " strong { (duration_words(latest.took)) } " by Microsoft's limits, if nobody else uses them."
                }
                ul.chips aria-label="Outcomes of the rehearsal" {
                    @for (outcome, count) in &latest.outcomes {
                        li { a.chip href=(to(*outcome)) { (outcome.badge().word) ": " (number(*count)) } }
                    }
                    @if self.outcome.is_some() { li { a.chip.plain href=(self.here()) { "Show all" } } }
                }
                dl.facts {
                    dt { "Rehearsed" } dd { (when::at(latest.at)) }
                    dt { "Plan" } dd { code title=(shown(&latest.hash, 64)) { (latest.hash.chars().take(12).collect::<String>()) } }
                    dt { "Requests" } dd { (number(latest.requests)) ", " (counted(latest.writes, "of them writes", "of them write")) }
                    dt { "Objects of the copy" } dd { (number(latest.objects)) }
                    @if latest.unreadable > 0 { dt { "Left out of the copy" } dd { (counted(latest.unreadable, "object, because what is stored of it cannot be read", "objects, because what is stored of them cannot be read")) } }
                }
                @if latest.placeholders > 0 {
                    p.quiet { (counted(latest.placeholders, "secret was made up", "secrets were made up")) ": a rehearsal never opens the real ones, so it does not say whether Microsoft takes them." }
                }
                p.quiet { "The copy is as new as what is stored of the tenant. Licences, approvals and other people's use of the limits are not part of it." }
            }))
            (self.list())
        }
    }

    fn list(&self) -> Markup {
        let query = Query::new(self.here()).with_some("outcome", self.outcome.map(Outcome::code));
        html! {
            @if self.items.rows.is_empty() { (empty(Icon::Filter, "No items match", "Nothing came out like that.", &html! {})) }
            @else {
                (self.table())
                (pager(&self.items, "items", &query))
            }
        }
    }

    fn table(&self) -> Markup {
        let columns = [
            Column("No.", true),
            Column("Name", false),
            Column("Type", false),
            Column("Plan", false),
            Column("Outcome", false),
            Column("Writes", true),
        ];
        let lines = html! {
            @for line in &self.items.rows {
                (row(line.number, &html! {
                    (figure("No.", &html! { (number(line.number.into())) }))
                    (head(&html! { a.cover href=(href::restore_item(self.tenant.id, self.restore.id, line.number)) { (name(&line.name, NAMELESS)) } }))
                    (cell("Type", &html! { (type_label(&line.resource_type)) }))
                    (cell("Plan", &badge(&line.action)))
                    (cell("Outcome", &outcome(line)))
                    (figure("Writes", &html! { (number(line.writes.into())) }))
                }))
            }
        };
        table("Items of the rehearsal", &columns, &lines)
    }
}

fn outcome(line: &RehearsedRow) -> Markup {
    let names = |words: &str, all: &[String]| {
        html! {
            @if !all.is_empty() {
                span.below {
                    (words) ": "
                    @for (at, property) in all.iter().take(NAMED).enumerate() { @if at > 0 { ", " } code { (shown(property, 80)) } }
                    @if all.len() > NAMED { " and " (number(i64::try_from(all.len() - NAMED).unwrap_or(i64::MAX))) " more" }
                }
            }
        }
    };
    html! {
        (badge(&line.outcome))
        @if let Some(code) = &line.code { span.below { (code_words(code)) } }
        (names("Not as wanted", &line.differs))
        (names("Left out as read-only", &line.stripped))
        @if line.placeholders > 0 { span.below { (counted(line.placeholders.into(), "secret made up", "secrets made up")) } }
    }
}
