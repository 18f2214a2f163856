//! The fourth step: what will be written, as a run read it from the live tenant.

use std::time::Duration;

use maud::{Markup, html};
use model::label::{Labelled as _, Tone};
use model::page::Page as Rows;
use model::restore::{Action, RestoreState};
use model::tenant::Tenant;
use model::time::duration_words;

use super::edit::{head, moves, place, revision};
use super::planned::planned;
use super::way::Step;
use super::{Blast, PlanFilter, PlannedRow, Restore};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::problem;
use crate::components::form;
use crate::components::header::card;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::href;
use crate::live::{Topic, live};
use crate::page::{Page, Place, View};
use crate::runs::{RunRow, brief_table};
use crate::samples;
use crate::text::{counted, number, shown};

/// The step.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// The latest preview that the viewer may look at.
    pub run: Option<RunRow>,
    /// What the list is narrowed to.
    pub filter: PlanFilter,
    /// The items of the plan; empty before there is one.
    pub items: Rows<PlannedRow>,
    /// Whom it reaches; `None` where nobody counted.
    pub blast: Option<Blast>,
    /// How long the writes take at least.
    pub least: Option<Duration>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Preview {
    const NAME: &'static str = "restores-preview";

    fn title(&self) -> String {
        Step::Preview.label().to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let ready = self.restore.is_ready();
        let page = html! {
            (self.standing(view))
            @if ready {
                (card("actions", "The plan", &html! { a href=(href::of_restore(self.tenant.id, self.restore.id, "plan")) { "Download as JSON" } }, &self.counts()))
                @if let Some(blast) = &self.blast { (card("blast", "Who is reached", &html! {}, &blast.markup(self.tenant.id))) }
                (self.list())
            }
            (moves(&self.tenant, &self.restore, Some(Step::Check), (ready && self.restore.writes() > 0).then_some((Step::Execute, "Go on to execute"))))
        };
        html! {
            (live("preview-head", Topic::Runs, &head(&self.tenant, &self.restore, Step::Preview, view)))
            (problem(self.problem.as_deref()))
            (live("preview", Topic::Runs, &page))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore_plan::previews()
    }
}

impl Preview {
    fn here(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, Step::Preview.code())
    }

    fn standing(&self, view: &View<'_>) -> Markup {
        let active = self.run.as_ref().filter(|row| row.run.is_active());
        if let Some(row) = active {
            return callout(
                Tone::Info,
                "The preview is under way",
                &html! {
                    (brief_table("The preview that is under way", std::slice::from_ref(row), view))
                    p { "It reads every object that would be touched. You may leave this page." }
                },
            );
        }
        let ended = self.run.as_ref().map(|row| brief_table("The latest preview", std::slice::from_ref(row), view));
        match self.restore.state {
            RestoreState::Previewed if self.restore.is_planned() => html! {},
            RestoreState::Previewed => callout(
                Tone::Warning,
                "Its plan does not hold",
                &html! { p {
                    "It was previewed in an earlier installation, where its plan stayed. "
                    a href=(href::of_restore(self.tenant.id, self.restore.id, Step::Choose.code())) { "Choose objects" } ", then preview it here."
                } },
            ),
            RestoreState::Checked => card(
                "start",
                "Look at the live tenant",
                &html! {},
                &html! {
                    p { "The preview reads the present state of every object that would be touched, decides what to do with each, and freezes that as the plan. Nothing is written." }
                    @if let Some(table) = ended { (table) }
                    (self.start(view, "Preview", "button primary"))
                },
            ),
            _ => callout(
                Tone::Warning,
                "The checks come first",
                &html! { p { a href=(href::of_restore(self.tenant.id, self.restore.id, Step::Check.code())) { "Check" } " what is chosen now, then preview it." } },
            ),
        }
    }

    fn start(&self, view: &View<'_>, words: &str, class: &str) -> Markup {
        form::start(
            view,
            "preview",
            &self.here(),
            &html! {
                (revision(&self.restore))
                div.form-actions { button class=(class) type="submit" { (icon(Icon::Sync)) (words) } }
            },
        )
    }

    fn counts(&self) -> Markup {
        let to = |action: Action| String::from(PlanFilter { action: Some(action), ..PlanFilter::default() }.query(self.here()));
        html! {
            ul.chips aria-label="Actions of the plan" {
                @for (action, count) in &self.restore.actions {
                    li { a.chip href=(to(*action)) { (action.badge().word) ": " (number(*count)) } }
                }
                @if self.filter != PlanFilter::default() { li { a.chip.plain href=(self.here()) { "Show all" } } }
            }
            p {
                (counted(self.restore.writes(), "object is written", "objects are written")) "."
                @if let Some(least) = self.least { " Microsoft's limits make that take at least " (duration_words(least)) "." }
            }
            @if self.restore.acts(&[Action::Delete]) > 0 {
                (callout(Tone::Danger, &counted(self.restore.acts(&[Action::Delete]), "object is removed", "objects are removed"), &html! {
                    p { "They are in the tenant and not in the source. " a href=(to(Action::Delete)) { "Look at each of them" } "." }
                }))
            }
            p { a href=(href::of_restore(self.tenant.id, self.restore.id, "rehearsal")) { "Rehearse it" } " on a simulated copy of the tenant to see what would come of each object." }
            @if let Some(hash) = &self.restore.hash {
                p.quiet { "The plan is frozen: what is executed is this plan and nothing else. " code title=(shown(hash, 64)) { (hash.chars().take(12).collect::<String>()) } }
            }
        }
    }

    fn list(&self) -> Markup {
        html! {
            @if self.items.rows.is_empty() { (empty(Icon::Filter, "No items match", "Nothing of the plan is like that.", &html! {})) }
            @else {
                (planned(self.tenant.id, self.restore.id, &self.items.rows, false))
                (pager(&self.items, "items", &self.filter.query(self.here())))
            }
        }
    }
}
