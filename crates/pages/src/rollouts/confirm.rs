//! The confirmation of a rollout: its name is typed, and what is written in which ring is frozen.

use maud::{Markup, html};
use model::label::Tone;
use model::restore::{Decision, MAX_REASON};

use super::shown::tenants;
use super::{Rollout, Target};
use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checked, line, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::page::{Page, Place, View};
use crate::restores::Asked;
use crate::text::{counted, number, shown};
use crate::{href, samples};

/// The confirmation.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The rollout.
    pub rollout: Rollout,
    /// Its tenants, by ring.
    pub targets: Vec<Target>,
    /// What names the plans that are confirmed; `None` when none is previewed.
    pub plan: Option<String>,
    /// Whether a second person has to approve them first.
    pub needs_approval: bool,
    /// What a second person was asked.
    pub asked: Option<Asked>,
    /// What was wrong with what was sent; without a field: why it cannot be carried out.
    pub problem: Option<FieldProblem>,
}

impl Page for Confirm {
    const NAME: &'static str = "rollouts-confirm";

    fn title(&self) -> String {
        "Confirm".to_owned()
    }

    fn place(&self) -> Place {
        self.rollout.place()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let elsewhere = self.problem.as_ref().filter(|problem| problem.field.is_empty());
        let writes: i64 = self.targets.iter().filter(|target| target.previewed).map(|target| target.writes).sum();
        let written = self.targets.iter().filter(|target| target.previewed).count() as i64;
        let left = self.targets.iter().filter(|target| target.left_behind).count() as i64;
        let lead = html! { "Writes " (counted(writes, "object", "objects")) " in " (counted(written, "tenant", "tenants")) ", ring by ring." };
        html! {
            (header("Confirm", &html! {}, &lead, &html! {}))
            (problem(elsewhere.map(|problem| problem.words.as_str())))
            @if left > 0 {
                (callout(Tone::Warning, &counted(left, "tenant is left out", "tenants are left out"), &html! { p { "Their restores were given up, or were carried out and did not come out as planned. They stay as they are." } }))
            }
            (card("tenants", "What is going to be done", &html! {}, &tenants(&self.targets)))
            @if let Some(asked) = self.asked.as_ref().filter(|_| self.needs_approval) { (asked.standing()) }
            @match &self.plan {
                None => (callout(Tone::Warning, "There is nothing to confirm", &html! { p { a href=(href::rollout(self.rollout.id)) { "Preview the restores" } " first." } })),
                Some(plan) => (self.next(plan, view)),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::rollout::confirms()
    }
}

impl Confirm {
    fn removals(&self) -> i64 {
        self.targets.iter().filter(|target| target.previewed).map(|target| target.removals).sum()
    }

    fn next(&self, plan: &str, view: &View<'_>) -> Markup {
        match &self.asked {
            _ if !self.needs_approval => card("confirm", "Confirm", &html! {}, &self.confirm(plan, view)),
            None => card("approval", "Ask for approval", &html! {}, &self.ask(plan, view)),
            Some(asked) if asked.is(Decision::Approved) => card("confirm", "Confirm", &html! {}, &self.confirm(plan, view)),
            Some(asked) if asked.decided.is_none() && !asked.mine => {
                card("decision", "Your decision", &html! {}, &self.decide(plan, view))
            }
            Some(_) => html! { div.form-actions { a.button href=(href::rollout(self.rollout.id)) { "Back" } } },
        }
    }

    fn typed(&self, what: &str) -> Markup {
        checked(
            "text",
            "typed",
            &format!("Type the rollout's name, “{}”, {what}", self.rollout.called()),
            "",
            200,
            self.problem.as_ref(),
        )
    }

    fn confirm(&self, plan: &str, view: &View<'_>) -> Markup {
        let removed = self.removals();
        form::start(
            view,
            "confirm",
            &href::of_rollout(self.rollout.id, "confirm"),
            &html! {
                input type="hidden" name="plan" value=(plan);
                p { "Plans in their rings: " code.wrap { (shown(plan, 64)) } }
                @if removed > 0 {
                    (callout(Tone::Danger, &counted(removed, "object is removed from the tenants", "objects are removed from the tenants"), &html! {}))
                    (checked("text", "removals", &format!("Type the number of removals, {}, to confirm them", number(removed)), "", 12, self.problem.as_ref()))
                }
                (self.typed("to confirm"))
                div.form-actions {
                    button.button.danger type="submit" { "Begin with the first ring" }
                    a.button href=(href::rollout(self.rollout.id)) { "Back" }
                }
            },
        )
    }

    fn ask(&self, plan: &str, view: &View<'_>) -> Markup {
        form::start(
            view,
            "approval",
            &href::of_rollout(self.rollout.id, "approval"),
            &html! {
                input type="hidden" name="plan" value=(plan);
                p { "In at least one of these tenants a second person has to approve a plan before it is carried out. They approve all of these plans in their rings at once; every change of one, and every new preview, wants another approval." }
                (self.typed("to ask for approval"))
                div.form-actions { button.button.primary type="submit" { "Ask for approval" } a.button href=(href::rollout(self.rollout.id)) { "Back" } }
            },
        )
    }

    fn decide(&self, plan: &str, view: &View<'_>) -> Markup {
        form::start(
            view,
            "decision",
            &href::of_rollout(self.rollout.id, "decision"),
            &html! {
                input type="hidden" name="plan" value=(plan);
                p { "Look at the plans above. What you approve is exactly these plans in these rings." }
                (line("f-reason", "reason", "Reason", "", MAX_REASON))
                div.form-actions {
                    button.button.primary type="submit" name="decision" value=(Decision::Approved.code()) { "Approve" }
                    button.button.danger type="submit" name="decision" value=(Decision::Declined.code()) { "Decline" }
                }
            },
        )
    }
}
