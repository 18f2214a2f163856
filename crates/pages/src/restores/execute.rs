//! The last step: the tenant's name is typed, and the plan is carried out.

use std::time::Duration;

use maud::{Markup, html};
use model::label::Tone;
use model::restore::{Action, Decision};
use model::tenant::Tenant;
use model::time::duration_words;

use super::approval::{self, Asked};
use super::edit::{head, moves, place, revision};
use super::rehearsal;
use super::way::Step;
use super::{Blast, Rehearsed, Restore};
use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checked, problem};
use crate::components::form;
use crate::components::header::card;
use crate::href;
use crate::page::{Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, counted, name, number, shown};

/// The step.
#[derive(Debug, Clone)]
pub struct Execute {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// Whom it reaches; `None` where nobody counted.
    pub blast: Option<Blast>,
    /// How long the writes take at least.
    pub least: Option<Duration>,
    /// Whether a second person has to approve the plan first.
    pub needs_approval: bool,
    /// What a second person was asked of this plan.
    pub asked: Option<Asked>,
    /// The latest rehearsal of it.
    pub rehearsal: Option<Rehearsed>,
    /// What was wrong with what was sent; without a field: why it cannot be executed.
    pub problem: Option<FieldProblem>,
}

impl Page for Execute {
    const NAME: &'static str = "restores-execute";

    fn title(&self) -> String {
        Step::Execute.label().to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let elsewhere = self.problem.as_ref().filter(|problem| problem.field.is_empty());
        html! {
            (head(&self.tenant, &self.restore, Step::Execute, view))
            (problem(elsewhere.map(|problem| problem.words.as_str())))
            @if let Some(rollout) = self.restore.rollout {
                (callout(Tone::Info, "Part of a restore to many tenants", &html! { p {
                    "While that is open, it carries this restore out together with the others. " a href=(href::rollout(rollout)) { "Look at it" }
                } }))
            }
            @if !self.restore.is_ready() {
                (callout(Tone::Warning, "There is no plan that holds", &html! {
                    p { "Something was changed since the preview, or there was none. " a href=(href::of_restore(self.tenant.id, self.restore.id, Step::Preview.code())) { "Preview it" } " first." }
                }))
                (moves(&self.tenant, &self.restore, Some(Step::Preview), None))
            } @else {
                (card("plan", "What is going to be done", &html! { a href=(href::of_restore(self.tenant.id, self.restore.id, Step::Preview.code())) { "The plan" } }, &self.plan()))
                @if let Some(blast) = &self.blast { (card("blast", "Who is reached", &html! {}, &blast.markup(self.tenant.id))) }
                @if let Some(asked) = self.asked.as_ref().filter(|_| self.needs_approval) { (asked.standing()) }
                @match self.left() {
                    Left::Ask => { (card("approval", "Ask for approval", &html! {}, &approval::ask(&self.tenant, &self.restore, self.problem.as_ref(), view))) },
                    Left::Decide => { (card("decision", "Your decision", &html! {}, &approval::decide(&self.tenant, &self.restore, view))) },
                    Left::Nothing => { (moves(&self.tenant, &self.restore, Some(Step::Preview), None)) },
                    Left::Confirm => { (card("confirm", "Confirm", &html! {}, &self.confirm(view))) },
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore_plan::executes()
    }
}

/// What can be done next.
enum Left {
    /// A second person is asked.
    Ask,
    /// Whoever looks at the page decides what somebody else asked.
    Decide,
    /// To wait for somebody else, or to change the plan.
    Nothing,
    /// It is confirmed.
    Confirm,
}

impl Execute {
    fn left(&self) -> Left {
        match &self.asked {
            _ if !self.needs_approval => Left::Confirm,
            None => Left::Ask,
            Some(asked) if asked.is(Decision::Approved) => Left::Confirm,
            Some(asked) if asked.decided.is_none() && !asked.mine => Left::Decide,
            Some(_) => Left::Nothing,
        }
    }

    fn plan(&self) -> Markup {
        let line = |words: &str, actions: &[Action]| {
            let count = self.restore.acts(actions);
            html! { @if count > 0 { dt { (words) } dd { (number(count)) } } }
        };
        html! {
            dl.facts {
                (line("Made", &[Action::Create]))
                (line("Made anew", &[Action::Recreate]))
                (line("Changed", &[Action::Update]))
                (line("Removed", &[Action::Delete]))
                (line("Nothing to do", &[Action::Unchanged]))
                (line("Left out", &[Action::Skip]))
                @if let Some(least) = self.least { dt { "Takes at least" } dd { (duration_words(least)) } }
                (rehearsal::line(&self.tenant, &self.restore, self.rehearsal.as_ref()))
                @if let Some(hash) = &self.restore.hash { dt { "Plan" } dd { code.wrap { (shown(hash, 64)) } } }
            }
            p { "First the present state of everything in the plan is kept, so that it can be undone. An object that was changed since the preview is left alone. Each object that was written is read back and compared." }
        }
    }

    fn confirm(&self, view: &View<'_>) -> Markup {
        let removed = self.restore.acts(&[Action::Delete]);
        let called = name(&self.tenant.name, NAMELESS);
        form::start(
            view,
            "execute",
            &href::of_restore(self.tenant.id, self.restore.id, Step::Execute.code()),
            &html! {
                (revision(&self.restore))
                input type="hidden" name="plan" value=(self.restore.hash.as_deref().unwrap_or_default());
                @if removed > 0 {
                    (callout(Tone::Danger, &counted(removed, "object is removed from the tenant", "objects are removed from the tenant"), &html! {}))
                    (checked("text", "removals", &format!("Type the number of removals, {removed}, to confirm them"), "", 10, self.problem.as_ref()))
                }
                (checked("text", "typed", &format!("Type the tenant's name, “{called}”, to confirm"), "", 200, self.problem.as_ref()))
                div.form-actions {
                    button.button.danger type="submit" { "Restore " (counted(self.restore.writes(), "object", "objects")) }
                    a.button href=(href::of_restore(self.tenant.id, self.restore.id, Step::Preview.code())) { "Back" }
                }
            },
        )
    }
}
