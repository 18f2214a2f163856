//! The record of a restore: what it does, how far it is, what came of each item, and what can be done next.

use maud::{Markup, html};
use model::ids::RestoreId;
use model::label::{Labelled as _, Tone};
use model::page::Page as Rows;
use model::restore::{Outcome, Purpose, RestoreState};
use model::tenant::Tenant;

use super::approval::Asked;
use super::edit::revision;
use super::planned::planned;
use super::way::Step;
use super::{PlanFilter, PlannedRow, Restore};
use crate::components::badge::{badge, environment};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::{checkbox, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::{RunRow, brief_table};
use crate::text::{counted, name, number, shown};
use crate::{href, samples, when};

/// The record.
#[derive(Debug, Clone)]
pub struct Record {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// The run that executes or executed it, while that is recorded.
    pub run: Option<RunRow>,
    /// What the list is narrowed to.
    pub filter: PlanFilter,
    /// The items.
    pub items: Rows<PlannedRow>,
    /// Retries and undos of it: id, purpose and state.
    pub children: Vec<(RestoreId, Purpose, RestoreState)>,
    /// What a second person was asked of its plan, where the settings ask for one.
    pub asked: Option<Asked>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Record {
    const NAME: &'static str = "restores-record";

    fn title(&self) -> String {
        self.restore.called()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Restores", href::restores(self.tenant.id))];
        Place { destination: Some(Destination::Restores), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let restore = &self.restore;
        let marks = html! {
            (environment(self.tenant.environment)) " " (badge(&restore.state))
            @if restore.purpose != Purpose::Restore { " " (badge(&restore.purpose)) }
        };
        let lead =
            html! { (restore.source.linked(self.tenant.id)) " → " strong { (name(&self.tenant.name, "(without a name)")) } };
        let page = html! {
            (header(&self.title(), &marks, &lead, &self.actions(view)))
            (problem(self.problem.as_deref()))
            (self.standing(view))
            @if let Some(asked) = self.asked.as_ref().filter(|_| restore.state == RestoreState::Previewed) { (asked.standing()) }
            div.split {
                div.stack { (self.list()) }
                div.stack {
                    (self.about())
                    @if restore.state.is_over() && restore.run.is_some() { (card("undo", "Undo", &html! {}, &self.undo(view))) }
                }
            }
        };
        live("restore", Topic::Runs, &page)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore_plan::records()
    }
}

impl Record {
    fn to(&self, what: &str) -> String {
        href::of_restore(self.tenant.id, self.restore.id, what)
    }

    fn actions(&self, view: &View<'_>) -> Markup {
        let restore = &self.restore;
        let child = |what: &str, words: &str| {
            form::start(view, what, &self.to(what), &html! { (revision(restore)) button.button type="submit" { (words) } })
        };
        let unfinished = [Outcome::Differs, Outcome::Refused, Outcome::Failed, Outcome::Waiting, Outcome::Uncertain];
        let failed: i64 = unfinished.into_iter().map(|outcome| restore.came_to(outcome)).sum::<i64>() + restore.open;
        html! {
            @if let Some(step) = Step::next_of(restore.state) { a.button.primary href=(self.to(step.code())) { "Go on: " (step.label()) } }
            @if restore.is_planned() { a.button href=(self.to("plan")) { "Download the plan" } }
            @if restore.state.is_over() && restore.run.is_some() {
                @if failed > 0 { (child("retry", "Retry what failed…")) }
            }
        }
    }

    /// Makes the inverse plan, which is previewed and confirmed like any other.
    fn undo(&self, view: &View<'_>) -> Markup {
        form::start(
            view,
            "undo",
            &self.to("undo"),
            &html! {
                (revision(&self.restore))
                p { "Makes a restore of what was there before: it is previewed and confirmed like any other." }
                (checkbox("r-made", "made", "yes", false, &html! { span { "Also remove what this restore made" } }))
                div.form-actions { button.button type="submit" { "Undo…" } }
            },
        )
    }

    fn standing(&self, view: &View<'_>) -> Markup {
        let restore = &self.restore;
        let run = html! { @if let Some(row) = &self.run { (brief_table("Its run", std::slice::from_ref(row), view)) } };
        match restore.state {
            RestoreState::Queued | RestoreState::Running => callout(
                Tone::Info,
                "It is being carried out",
                &html! { (run) p { "You may leave this page. It can be cancelled on the page of its run; it stops between two objects." } },
            ),
            RestoreState::Completed => callout(
                Tone::Success,
                "Every object that was to be written is as it was wanted",
                &html! { p { "Each one was read back and compared." } },
            ),
            RestoreState::Partial => callout(
                Tone::Warning,
                "Some objects are not as they were wanted",
                &html! { p { "What was read back as wanted says so below; the others say why not." } (run) },
            ),
            RestoreState::Failed => callout(
                Tone::Danger,
                "No object could be verified",
                &html! { p { "The items below say what was written and what was not." } (run) },
            ),
            RestoreState::Cancelled if restore.run.is_some() => callout(
                Tone::Neutral,
                "It was stopped",
                &html! { p { "Items with an outcome were written before that; the others were not come to." } (run) },
            ),
            RestoreState::Cancelled => callout(Tone::Neutral, "It was given up", &html! { p { "Nothing of it was written." } }),
            _ => callout(
                Tone::Neutral,
                "Nothing was written yet",
                &html! { p { "It is a draft. Whoever may restore in this tenant can go on with it." } },
            ),
        }
    }

    fn list(&self) -> Markup {
        let restore = &self.restore;
        let here = href::restore(self.tenant.id, restore.id);
        let to =
            |outcome: Outcome| String::from(PlanFilter { outcome: Some(outcome), ..PlanFilter::default() }.query(here.as_str()));
        let executed = restore.run.is_some() || !restore.outcomes.is_empty();
        let content = html! {
            @if !restore.outcomes.is_empty() {
                ul.chips aria-label="Outcomes" {
                    @for (outcome, count) in &restore.outcomes { li { a.chip href=(to(*outcome)) { (outcome.badge().word) ": " (number(*count)) } } }
                    @if self.filter != PlanFilter::default() { li { a.chip.plain href=(here.as_str()) { "Show all" } } }
                }
                @if restore.open > 0 { p.quiet { (counted(restore.open, "item was", "items were")) " not come to." } }
            }
            @if restore.came_to(Outcome::Waiting) > 0 {
                (callout(Tone::Warning, "Waiting for approval", &html! {
                    p { "Microsoft wants another administrator to approve some of the writes: in the Intune admin center, under Tenant administration, Multi Admin Approval. Retry them when that is done." }
                }))
            }
            @if restore.came_to(Outcome::Uncertain) > 0 {
                (callout(Tone::Warning, "Look at what is not certain", &html! {
                    p { "The answer to these writes was lost, and reading back did not tell what came of them. Look into the tenant before you retry them." }
                }))
            }
            @if self.items.rows.is_empty() { (empty(Icon::Filter, "No items", "Nothing of the restore is like that.", &html! {})) }
            @else {
                (planned(self.tenant.id, restore.id, &self.items.rows, executed))
                (pager(&self.items, "items", &self.filter.query(here.as_str())))
            }
        };
        card("items", "Items", &html! { span.quiet.num { (number(restore.chosen)) } }, &content)
    }

    fn about(&self) -> Markup {
        let restore = &self.restore;
        let content = html! {
            dl.facts {
                dt { "From" } dd { (restore.source.linked(self.tenant.id)) }
                @if let Some(parent) = restore.parent { dt { "Of" } dd { a href=(href::restore(self.tenant.id, parent)) { "Another restore" } } }
                @if let Some(rollout) = restore.rollout { dt { "Part of" } dd { a href=(href::rollout(rollout)) { "A restore to many tenants" } } }
                dt { "Made by" } dd { (name(&restore.by, "System")) span.below { (when::at(restore.created_at)) } }
                @if let Some((who, at)) = &restore.confirmed { dt { "Confirmed by" } dd { (name(who, "System")) span.below { (when::at(*at)) } } }
                @if let Some(at) = restore.ended_at { dt { "Ended" } dd { (when::at(at)) } }
                @if let Some(run) = restore.preview_run { dt { "Preview" } dd { a href=(href::run(run)) { "View run" } } }
                @if let Some(run) = restore.run { dt { "Execution" } dd { a href=(href::run(run)) { "View run" } } }
                @if restore.exactly { dt { "Removes" } dd { span.warning { "Objects that the source does not have" } } }
                @if let Some(hash) = &restore.hash { dt { "Plan" } dd { code title=(shown(hash, 64)) { (shown(hash, 12)) } } }
                dt { "Restore id" } dd { code.wrap { (restore.id) } }
            }
            @if !self.children.is_empty() {
                h3 { "Made from it" }
                ul.plain { @for (id, purpose, state) in &self.children {
                    li { a href=(href::restore(self.tenant.id, *id)) { (purpose.badge().word) } " " (badge(state)) }
                } }
            }
            p.quiet { "The journal of an item is on its page." }
        };
        card("about", "About this restore", &html! {}, &content)
    }
}
