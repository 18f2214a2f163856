//! The record of a rollout: its tenants by ring, how far each is, and what can be done next.

use maud::{Markup, html};
use model::label::Tone;
use model::rollout::RolloutState;

use super::shown::tenants;
use super::{Rollout, Target};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::field::problem;
use crate::components::form;
use crate::components::header::{card, header};
use crate::live::{Topic, live};
use crate::page::{Page, Place, View};
use crate::runs::{RunRow, brief_table};
use crate::text::{counted, name, number, shown};
use crate::{href, samples, when};

/// The record.
#[derive(Debug, Clone)]
pub struct Record {
    /// The rollout.
    pub rollout: Rollout,
    /// Its tenants, by ring.
    pub targets: Vec<Target>,
    /// Its latest runs, while they are recorded.
    pub runs: Vec<RunRow>,
    /// Whether somebody asked a second person to approve its plans, who did not say anything yet.
    pub waits_for_approval: bool,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Record {
    const NAME: &'static str = "rollouts-record";

    fn title(&self) -> String {
        self.rollout.called()
    }

    fn place(&self) -> Place {
        let mut place = self.rollout.place();
        place.crumbs.pop();
        place
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let rollout = &self.rollout;
        let lead = html! { (shown(&rollout.source, 200)) " → " (counted(self.targets.len() as i64, "tenant", "tenants")) };
        let page = html! {
            (header(&self.title(), &badge(&rollout.state), &lead, &self.actions(view)))
            (problem(self.problem.as_deref()))
            (self.standing())
            (card("tenants", "Tenants", &html! { span.quiet.num { (number(self.targets.len() as i64)) } }, &tenants(&self.targets)))
            @if !self.runs.is_empty() { (card("runs", "Operations", &html! {}, &brief_table("Its operations", &self.runs, view))) }
            (card("about", "About this rollout", &html! {}, &self.about()))
        };
        live("rollout", Topic::Runs, &page)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::rollout::records()
    }
}

impl Record {
    fn actions(&self, view: &View<'_>) -> Markup {
        let id = self.rollout.id;
        let act = |what: &str, words: &str| {
            form::start(view, what, &href::of_rollout(id, what), &html! { button.button type="submit" { (words) } })
        };
        html! {
            @if self.rollout.state.is_open() {
                @if self.targets.iter().any(|target| target.previewed) { a.button.primary href=(href::of_rollout(id, "confirm")) { "Confirm…" } }
                (act("preview", "Preview all"))
                (act("end", "End it"))
            }
        }
    }

    fn standing(&self) -> Markup {
        let open: i64 = self.targets.iter().filter(|target| target.open_mappings > 0 && !target.left_behind).count() as i64;
        html! {
            @match self.rollout.state {
                RolloutState::Draft => (callout(Tone::Neutral, "Nothing was written yet", &html! {
                    p { "Preview all, look at the plans, then confirm. A tenant is left out by giving up its restore." }
                    @if open > 0 { p { (counted(open, "tenant has", "tenants have")) " references of which nobody decided what they become: objects that need them are left out." } }
                })),
                RolloutState::Running => (callout(Tone::Info, "It is being carried out", &html! {
                    p { "Ring after ring. It can be cancelled on the page of its operation: what has begun goes on, no further ring begins." }
                })),
                RolloutState::Stopped => (callout(Tone::Warning, "It stopped", &html! {
                    @if let Some(ring) = self.rollout.stopped_ring { p { "Ring " (ring) " did not come out as planned." } }
                    p { "Nothing of the rings after it was written: their restores are as they were previewed. Confirm the rest anew to go on without what failed, or end it." }
                })),
                RolloutState::Completed => (callout(Tone::Success, "Every ring came out as planned", &html! { p { "Each object that was written was read back and compared." } })),
                RolloutState::Ended => (callout(Tone::Neutral, "It was ended", &html! { p { "What was not carried out is not, by it. The restores that are left are on their own." } })),
                RolloutState::Unknown => {},
            }
            @if self.waits_for_approval { (callout(Tone::Info, "Waits for a second person", &html! {
                p { "Another person who may restore in all of its tenants has to look at the plans. " a href=(href::of_rollout(self.rollout.id, "confirm")) { "Look at them" } }
            })) }
        }
    }

    fn about(&self) -> Markup {
        let rollout = &self.rollout;
        html! {
            dl.facts {
                dt { "Made by" } dd { (name(&rollout.by, "System")) span.below { (when::at(rollout.created_at)) } }
                @if let Some((who, at)) = &rollout.confirmed { dt { "Confirmed by" } dd { (name(who, "System")) span.below { (when::at(*at)) } } }
                @if let Some(at) = rollout.ended_at { dt { "Ended" } dd { (when::at(at)) } }
                @if let Some(run) = rollout.preview_run { dt { "Preview" } dd { a href=(href::run(run)) { "View run" } } }
                @if let Some(run) = rollout.run { dt { "Execution" } dd { a href=(href::run(run)) { "View run" } } }
            }
        }
    }
}
