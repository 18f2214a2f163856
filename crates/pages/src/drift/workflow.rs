//! What can be done with a finding.

use maud::{Markup, html};
use model::access::Capability;
use model::finding::{FindingState, LONGEST_REASON, Move};

use super::{Asked, Detail, Refused};
use crate::components::callout::callout;
use crate::components::field::day;
use crate::components::form;
use crate::components::permission::INSUFFICIENT;
use crate::href;
use crate::page::View;
use model::label::Tone;

impl Detail {
    fn revision(&self) -> Markup {
        html! { input type="hidden" name="revision" value=(self.finding.revision); }
    }

    fn refused(&self, asked: Asked) -> Option<&Refused> {
        self.refused.as_ref().filter(|refused| refused.asked == asked)
    }

    fn problem(&self, asked: Asked) -> Markup {
        html! { @if let Some(refused) = self.refused(asked) { (callout(Tone::Danger, &refused.why, &html! {})) } }
    }

    /// The moves that lead on from where it stands.
    pub(super) fn moves(&self, view: &View<'_>) -> Markup {
        let (finding, tenant) = (&self.finding, self.tenant.id);
        if !self.can.allows(Capability::FindingsTriage) {
            return html! { p.quiet { (INSUFFICIENT) } };
        }
        let may = |to: &Move| *to != Move::Accept && finding.state.may_become(to.to());
        html! {
            (self.problem(Asked::Move))
            @for to in Move::ALL.iter().filter(|to| may(to)) {
                (form::post(view, &href::of_finding(tenant, finding.id, "move"), &html! {
                    (self.revision())
                    input type="hidden" name="act" value=(to.code());
                    button.button type="submit" aria-describedby={ "help-" (to.code()) } { (to.label()) }
                    span.below id={ "help-" (to.code()) } { (to.help()) }
                }))
            }
            (form::post(view, &href::of_finding(tenant, finding.id, "assign"), &html! {
                (self.revision())
                @if finding.assignee.is_some() {
                    input type="hidden" name="who" value="nobody";
                    button.button type="submit" { "Let go" }
                    span.below { "Nobody works on it then." }
                } @else {
                    input type="hidden" name="who" value="me";
                    button.button type="submit" { "Assign to me" }
                    span.below { "You work on it, and answer for it." }
                }
            }))
        }
    }

    /// Accepting the risk.
    pub(super) fn acceptance(&self, view: &View<'_>) -> Option<Markup> {
        let finding = &self.finding;
        if !finding.state.may_become(FindingState::RiskAccepted) {
            return None;
        }
        if !self.can.allows(Capability::FindingsAcceptRisk) {
            return Some(html! { p.quiet { (INSUFFICIENT) } });
        }
        let (until, reason) = self.refused(Asked::Accept).map_or(("", ""), |typed| (typed.until.as_str(), typed.text.as_str()));
        Some(form::post(
            view,
            &href::of_finding(self.tenant.id, finding.id, "accept"),
            &html! {
                (self.revision())
                (self.problem(Asked::Accept))
                p { (Move::Accept.help()) }
                (day("accept-until", "until", "Until the end of (UTC)", until))
                (text("accept-reason", "reason", "Reason", reason))
                div.form-actions { button.button type="submit" { (Move::Accept.label()) } }
            },
        ))
    }

    /// Taking what it shows into its baseline.
    pub(super) fn taking_over(&self, view: &View<'_>) -> Option<Markup> {
        let finding = &self.finding;
        let baseline = finding.baseline.as_ref().filter(|of| !of.object_id.is_empty() && finding.state.deviates())?;
        if !self.may_accept {
            return Some(html! { p.quiet { (INSUFFICIENT) } });
        }
        let to = href::within(self.tenant.workspace_id, &href::of_baseline(baseline.id, "accept"));
        Some(form::post(
            view,
            &to,
            &html! {
                (self.revision())
                input type="hidden" name="tenant" value=(self.tenant.id);
                input type="hidden" name="finding" value=(finding.id);
                p { "A new version of the baseline says what this tenant has, for every tenant that is held against the active version." }
                div.form-actions { button.button type="submit" { "Accept as new baseline" } }
            },
        ))
    }

    /// Writing a note.
    pub(super) fn noting(&self, view: &View<'_>) -> Option<Markup> {
        let may = self.can.allows(Capability::FindingsTriage);
        may.then(|| {
            form::post(
                view,
                &href::of_finding(self.tenant.id, self.finding.id, "note"),
                &html! {
                    (self.problem(Asked::Note))
                    (text("note", "note", "Note", self.refused(Asked::Note).map_or("", |typed| &typed.text)))
                    div.form-actions { button.button type="submit" { "Write" } }
                },
            )
        })
    }
}

fn text(id: &str, field: &str, label: &str, value: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            textarea id=(id) name=(field) rows="3" maxlength=(LONGEST_REASON) required { (value) }
        }
    }
}
