//! An incident.

use maud::{Markup, html};
use model::finding::{Incident, IncidentFinding, LONGEST_REASON, Move};
use model::label::Tone;

use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::field::{day, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::INSUFFICIENT;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, counted, name, shown};
use crate::{href, samples, when};

/// An incident with its findings.
#[derive(Debug, Clone)]
pub struct One {
    /// The incident.
    pub incident: Incident,
    /// Its findings, by tenant.
    pub findings: Vec<IncidentFinding>,
    /// How many are shown at most.
    pub most: usize,
    /// Whether the viewer may move findings in at least one tenant.
    pub triages: bool,
    /// Whether they may accept risks in at least one.
    pub accepts: bool,
    /// Why what was asked for was not done.
    pub problem: Option<String>,
}

impl Page for One {
    const NAME: &'static str = "incidents-one";

    fn title(&self) -> String {
        type_label(&self.incident.resource_type)
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Incidents", href::INCIDENTS)];
        Place { destination: Some(Destination::Incidents), crumbs, ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let one = &self.incident;
        let lead = html! {
            @if !one.property.is_empty() { code { (shown(&one.property, 80)) } " · " }
            (counted(one.open, "open finding", "open findings")) " in " (counted(one.tenants, "tenant", "tenants"))
        };
        html! {
            (header(&self.title(), &html! { (badge(&one.kind)) }, &lead, &html! {}))
            @if let Some(problem) = &self.problem { div role="alert" { (callout(Tone::Danger, problem, &html! {})) } }
            div.split {
                div.stack { (card("findings", "Findings", &html! {}, &self.rows())) }
                div.stack {
                    (card("decide", "Decide for all", &html! {}, &self.deciding(view)))
                    (card("accept", "Accept the risk of all", &html! {}, &self.accepting(view)))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::incidents::ones()
    }
}

impl One {
    fn rows(&self) -> Markup {
        let columns = [
            Column("Object", false),
            Column("Tenant", false),
            Column("Severity", false),
            Column("State", false),
            Column("Found", true),
        ];
        let rows = html! {
            @for one in &self.findings {
                (row(one.finding.id, &html! {
                    (head(&html! { a.cover href=(href::finding(one.tenant, one.finding.id)) { (name(&one.finding.name, NAMELESS)) } }))
                    (cell("Tenant", &html! { (name(&one.tenant_name, NAMELESS)) }))
                    (cell("Severity", &badge(&one.finding.severity)))
                    (cell("State", &badge(&one.finding.state)))
                    (figure("Found", &when::at(one.finding.first_seen_at)))
                }))
            }
        };
        html! {
            (table("Findings", &columns, &rows))
            @if self.findings.len() >= self.most { p.quiet { "There may be more: the first " (self.most) " are shown. What is decided is for all." } }
        }
    }

    fn deciding(&self, view: &View<'_>) -> Markup {
        if !self.triages {
            return html! { p.quiet { (INSUFFICIENT) } };
        }
        let moves = [Move::Triage, Move::Begin, Move::Resolve, Move::Close];
        let moves: Vec<_> = moves.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
        form::post(
            view,
            &href::of_incident(&self.incident.cause, "move"),
            &html! {
                p { "It reaches the tenants in which you may do so; how many findings it could not reach is told." }
                (select("incident-act", "act", "All open findings", &moves, Move::Triage.code()))
                (words("incident-note", "Note", false))
                div.form-actions { button.button.primary type="submit" { "Apply" } }
            },
        )
    }

    fn accepting(&self, view: &View<'_>) -> Markup {
        if !self.accepts {
            return html! { p.quiet { (INSUFFICIENT) } };
        }
        form::post(
            view,
            &href::of_incident(&self.incident.cause, "accept"),
            &html! {
                p { (Move::Accept.help()) }
                (day("incident-until", "until", "Until the end of (UTC)", ""))
                (words("incident-reason", "Reason", true))
                div.form-actions { button.button type="submit" { (Move::Accept.label()) } }
            },
        )
    }
}

fn words(id: &str, label: &str, required: bool) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            textarea id=(id) name="words" rows="3" maxlength=(LONGEST_REASON) required[required] {}
        }
    }
}
