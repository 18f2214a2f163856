//! What a second person says of a plan.

use maud::{Markup, html};
use model::label::Tone;
use model::restore::{Decision, MAX_REASON};
use model::tenant::Tenant;
use model::time::Moment;

use super::Restore;
use super::edit::revision;
use super::way::Step;
use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checked, line};
use crate::components::form;
use crate::page::View;
use crate::text::{self, NAMELESS, name};
use crate::{href, when};

/// How far a plan is with the second person that the settings ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who asked, and when.
    pub by: (String, Moment),
    /// Whether that is who looks at the page.
    pub mine: bool,
    /// What was decided, by whom and when; `None` while it waits.
    pub decided: Option<(Decision, String, Moment)>,
    /// Why.
    pub reason: String,
}

impl Asked {
    pub(crate) fn is(&self, wanted: Decision) -> bool {
        self.decided.as_ref().is_some_and(|(decision, ..)| *decision == wanted)
    }

    /// What was said, for the page of the plan and for the record of the restore.
    pub(crate) fn standing(&self) -> Markup {
        let (who, at) = &self.by;
        let asked = html! { (name(who, NAMELESS)) " asked " (when::at(*at)) "." };
        let said = |words: &str, who: &str, at: Moment| {
            html! { p { (name(who, NAMELESS)) " " (words) " " (when::at(at)) ": “" (text::shown(&self.reason, MAX_REASON)) "”" } p.quiet { (asked) } }
        };
        match &self.decided {
            None => callout(
                Tone::Info,
                "Waits for a second person",
                &html! { p { (asked) " Another person who may restore in this tenant has to look at the plan." } },
            ),
            Some((Decision::Approved, who, at)) => {
                callout(Tone::Success, "A second person approved this plan", &said("approved it", who, *at))
            }
            Some((_, who, at)) => callout(
                Tone::Warning,
                "A second person declined this plan",
                &html! {
                    (said("declined it", who, *at))
                    p { "Change what is to be done, or preview it again, before you ask once more." }
                },
            ),
        }
    }
}

/// The form by which a second person is asked.
pub(super) fn ask(tenant: &Tenant, restore: &Restore, problem: Option<&FieldProblem>, view: &View<'_>) -> Markup {
    let called = name(&tenant.name, NAMELESS);
    form::start(
        view,
        "approval",
        &href::of_restore(tenant.id, restore.id, "approval"),
        &html! {
            (seen(restore))
            p { "In this tenant a second person has to approve a plan before it is carried out: anybody else who may restore here. Every change of the restore, and every new preview, wants another approval." }
            (checked("text", "typed", &format!("Type the tenant's name, “{called}”, to ask for approval"), "", 200, problem))
            div.form-actions {
                button.button.primary type="submit" { "Ask for approval" }
                a.button href=(href::of_restore(tenant.id, restore.id, Step::Preview.code())) { "Back" }
            }
        },
    )
}

/// The form by which a second person decides.
pub(super) fn decide(tenant: &Tenant, restore: &Restore, view: &View<'_>) -> Markup {
    form::start(
        view,
        "decision",
        &href::of_restore(tenant.id, restore.id, "decision"),
        &html! {
            (seen(restore))
            p { "Look at the plan above, and at the objects of it on the page of the preview. What you approve is exactly this plan." }
            (line("f-reason", "reason", "Reason", "", MAX_REASON))
            div.form-actions {
                button.button.primary type="submit" name="decision" value=(Decision::Approved.code()) { "Approve" }
                button.button.danger type="submit" name="decision" value=(Decision::Declined.code()) { "Decline" }
            }
        },
    )
}

/// What the form speaks of.
fn seen(restore: &Restore) -> Markup {
    html! {
        (revision(restore))
        input type="hidden" name="plan" value=(restore.hash.as_deref().unwrap_or_default());
    }
}
