//! The form of a rule: new, or of one that there is.

use maud::{Markup, html};
use model::alert::{Destination as To, NewRule, Reach, RuleKind};
use model::finding::Severity;
use model::ids::{AlertDestinationId, AlertRuleId, TenantGroupId, TenantId, WorkspaceId};
use model::label::Labelled as _;
use model::label::Tone;

use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checkbox, checked, line, number, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// The longest wait, in minutes.
const WEEK: u32 = 7 * 24 * 60;

/// What stands in the form, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInput {
    /// What it is called.
    pub name: String,
    /// What it tells of.
    pub kind: RuleKind,
    /// From which severity on.
    pub severity: Severity,
    /// The number that its kind asks for.
    pub amount: u32,
    /// Of which tenants.
    pub reach: Reach,
    /// Where to.
    pub destination: Option<AlertDestinationId>,
    /// The beginning of quiet hours; empty: none.
    pub quiet_from: String,
    /// Their end.
    pub quiet_until: String,
    /// By whose clock.
    pub zone: String,
    /// For so many minutes the same is not told again.
    pub cooldown: u32,
    /// For so many minutes alerts are gathered.
    pub digest: u32,
    /// Whether it is on.
    pub enabled: bool,
}

impl RuleInput {
    /// What a new form of a kind proposes.
    #[must_use]
    pub fn proposed(kind: RuleKind, zone: &str) -> Self {
        Self {
            name: kind.label().to_owned(),
            kind,
            severity: Severity::High,
            amount: kind.amount().map_or(0, |amount| amount.proposed),
            reach: Reach::All,
            destination: None,
            quiet_from: String::new(),
            quiet_until: String::new(),
            zone: zone.to_owned(),
            cooldown: 0,
            // A storm of events is one message.
            digest: 5,
            enabled: true,
        }
    }

    /// What a rule says.
    #[must_use]
    pub fn of(rule: &NewRule) -> Self {
        let quiet = |part: fn(&model::alert::QuietHours) -> String| rule.quiet.as_ref().map(part).unwrap_or_default();
        Self {
            name: rule.name.clone(),
            kind: rule.kind,
            severity: rule.severity,
            amount: rule.amount,
            reach: rule.reach,
            destination: Some(rule.destination),
            quiet_from: quiet(|quiet| quiet.from.to_string()),
            quiet_until: quiet(|quiet| quiet.until.to_string()),
            zone: quiet(|quiet| quiet.zone().to_owned()),
            cooldown: rule.cooldown_minutes,
            digest: rule.digest_minutes,
            enabled: rule.enabled,
        }
    }
}

/// The form.
#[derive(Debug, Clone)]
pub struct RuleForm {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The rule and its revision; `None`: a new one.
    pub rule: Option<(AlertRuleId, i64)>,
    /// What stands in it.
    pub input: RuleInput,
    /// The destinations that can be chosen.
    pub destinations: Vec<To>,
    /// The tenants that can be chosen.
    pub tenants: Vec<(TenantId, String)>,
    /// The groups that can be chosen.
    pub groups: Vec<(TenantGroupId, String)>,
    /// What the tenant or group is called of which the rule is; it can be chosen whatever else is offered.
    pub reach_name: Option<String>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
    /// What was wrong with the name that was typed to remove it.
    pub typed: Option<FieldProblem>,
}

impl Page for RuleForm {
    const NAME: &'static str = "alerts-rule";

    fn title(&self) -> String {
        match self.rule {
            Some(_) => name(&self.input.name, NAMELESS).into_owned(),
            None => format!("New rule: {}", self.input.kind.label().to_lowercase()),
        }
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Alerts", href::within(self.workspace, href::ALERTS))];
        Place { destination: Some(Destination::Alerts), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let to = self.rule.map_or_else(|| href::ALERT_RULES.to_owned(), |(id, _)| href::alert_rule(id, ""));
        html! {
            (header(&self.title(), &html! {}, &html! { (self.input.kind.sentence()) }, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, &crate::text::shown(problem, 300), &html! {})) }
            (form::post(view, &href::within(self.workspace, &to), &html! {
                div.cards {
                    (card("what", "What and where to", &html! {}, &self.what()))
                    (card("when", "When not", &html! {}, &self.when()))
                }
                div.form-actions {
                    button.button.primary type="submit" { @if self.rule.is_some() { "Save" } @else { "Make the rule" } }
                    a.button href=(href::within(self.workspace, href::ALERTS)) { "Back" }
                }
            }))
            @if let Some((id, _)) = self.rule {
                (card("remove", "Remove the rule", &html! {}, &html! {
                    p { "What waits for it is not sent. Its lines in the log stay." }
                    (form::post(view, &href::within(self.workspace, &href::alert_rule(id, "/remove")), &html! {
                        (checked("text", "typed", "Type the name of the rule", "", 100, self.typed.as_ref()))
                        div.form-actions { button.button.danger type="submit" { "Remove" } }
                    }))
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::alerts::rules()
    }
}

impl RuleForm {
    fn what(&self) -> Markup {
        let input = &self.input;
        let severities: Vec<(String, String)> =
            Severity::ALL.iter().map(|one| (one.code().to_owned(), one.badge().word.to_owned())).collect();
        let places: Vec<(String, String)> =
            self.destinations.iter().map(|one| (one.id.to_string(), name(&one.name, NAMELESS).into_owned())).collect();
        let destination = input.destination.map(|id| id.to_string()).unwrap_or_default();
        html! {
            input type="hidden" name="kind" value=(input.kind);
            input type="hidden" name="revision" value=(self.rule.map_or(0, |(_, revision)| revision));
            div.fields {
                (line("r-name", "name", "Name", &input.name, 100))
                @if input.kind.has_severity() { (select("r-severity", "severity", "From this severity on", &severities, input.severity.code())) }
                @if let Some(amount) = input.kind.amount() { (number("r-amount", "amount", amount.label, input.amount, &amount.bounds, false)) }
                @if input.kind.is_of_tenants() { (select("r-reach", "reach", "Of which tenants", &self.reaches(), &reach_value(input.reach))) }
                (select("r-destination", "destination", "Send to", &places, &destination))
            }
            (checkbox("r-enabled", "enabled", "yes", input.enabled, &html! { "The rule is on" }))
        }
    }

    fn reaches(&self) -> Vec<(String, String)> {
        let groups = self.groups.iter().map(|(id, called)| (format!("group:{id}"), format!("Group {}", name(called, NAMELESS))));
        let tenants = self.tenants.iter().map(|(id, called)| (format!("tenant:{id}"), name(called, NAMELESS).into_owned()));
        let all = std::iter::once(("all".to_owned(), "All tenants, now and later".to_owned()));
        let mut offered: Vec<(String, String)> = all.chain(groups).chain(tenants).collect();
        // What it is now always stands there: a form that does not offer it would make it something else.
        let value = reach_value(self.input.reach);
        if !offered.iter().any(|(one, _)| *one == value) {
            let called = name(self.reach_name.as_deref().unwrap_or_default(), NAMELESS).into_owned();
            let words = match self.input.reach {
                Reach::Gone => "Removed \u{2013} choose another".to_owned(),
                Reach::Group(_) => format!("Group {called}"),
                Reach::All | Reach::Tenant(_) => called,
            };
            offered.insert(0, (value, words));
        }
        offered
    }

    fn when(&self) -> Markup {
        let input = &self.input;
        html! {
            p.quiet { "What happens in quiet hours is sent when they end. Leave both times empty for none." }
            div.fields {
                (line("r-from", "quiet_from", "Quiet from (22:00)", &input.quiet_from, 5))
                (line("r-until", "quiet_until", "Quiet until (07:00)", &input.quiet_until, 5))
                (line("r-zone", "zone", "Time zone (Europe/Berlin)", &input.zone, 64))
                (number("r-digest", "digest", "Gather for so many minutes into one message", input.digest, &(0..=WEEK), false))
                (number("r-cooldown", "cooldown", "Minutes in which the same is not told again", input.cooldown, &(0..=WEEK), false))
            }
        }
    }
}

/// A reach as the form sends it.
fn reach_value(reach: Reach) -> String {
    match reach {
        Reach::All => "all".to_owned(),
        Reach::Tenant(id) => format!("tenant:{id}"),
        Reach::Group(id) => format!("group:{id}"),
        Reach::Gone => "removed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_is_of_stands_in_its_form_whatever_else_is_offered() {
        let (_, mut form) = samples::alerts::rules().swap_remove(0);
        (form.tenants, form.groups, form.reach_name) = (Vec::new(), Vec::new(), Some("Beyond".to_owned()));
        let (tenant, group) = (TenantId::generate(), TenantGroupId::generate());
        let cases = [
            (Reach::Tenant(tenant), format!("tenant:{tenant}"), "Beyond"),
            (Reach::Group(group), format!("group:{group}"), "Group Beyond"),
            (Reach::Gone, "removed".to_owned(), "Removed \u{2013} choose another"),
        ];
        for (reach, value, words) in cases {
            form.input.reach = reach;
            assert!(form.reaches().contains(&(value.clone(), words.to_owned())), "{value}: {:?}", form.reaches());
            assert!(form.what().into_string().contains(&format!("value=\"{value}\" selected")), "{value}");
        }
        form.input.reach = Reach::All;
        assert_eq!(form.reaches().len(), 1);
    }
}
