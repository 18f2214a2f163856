//! A finding.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::attribution::Attribution;
use model::finding::{Finding, FindingState, HistoryLine};
use model::ids::{InventoryItemId, RunId, TenantId};
use model::json::Json;
use model::tenant::Tenant;

use super::evidence::evidence;
use super::what;
use crate::components::badge::badge;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::{INSUFFICIENT, forbidden_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number, shown};
use crate::versions::{by, compare};
use crate::{href, samples, when};

/// A form of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Asked {
    /// A step of the workflow, or who works on it.
    #[default]
    Move,
    /// Accepting the risk.
    Accept,
    /// A note.
    Note,
}

/// What was asked for and refused: it is said where it was asked, and nothing that was typed is lost.
#[derive(Debug, Clone, Default)]
pub struct Refused {
    /// Where it was asked.
    pub asked: Asked,
    /// Why it was refused.
    pub why: String,
    /// The day that was chosen, as `2026-03-01`.
    pub until: String,
    /// The text that was typed.
    pub text: String,
}

/// What an object held at one time.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its content.
    pub content: Json,
    /// Names of the objects that it refers to, by Microsoft's id.
    pub names: BTreeMap<String, String>,
}

/// A finding with its history.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The finding.
    pub finding: Finding,
    /// Who the version that deviates is by, as far as is known.
    pub by: Option<Attribution>,
    /// What its object held and holds, where two of its own versions are held against each other.
    pub states: Option<(Held, Held)>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// Where what its baseline wants can be restored from, when not from the object's own version: tenant, item and version.
    pub elsewhere: Option<(TenantId, InventoryItemId, i64)>,
    /// What was asked for and not done.
    pub refused: Option<Refused>,
    /// Whether they may take what it shows into its baseline.
    pub may_accept: bool,
}

impl Page for Detail {
    const NAME: &'static str = "drift-detail";

    fn title(&self) -> String {
        name(&self.finding.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Drift", href::drift(self.tenant.id))];
        Place { destination: Some(Destination::Drift), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let finding = &self.finding;
        let words = what(finding);
        let marks = html! { (badge(&finding.kind)) (badge(&finding.severity)) (badge(&finding.state)) };
        let lead = html! {
            @match finding.item_id {
                Some(item) => a href=(href::item(self.tenant.id, item)) { (type_label(&finding.resource_type)) },
                None => (type_label(&finding.resource_type)),
            }
            @if !words.is_empty() { " · " code { (words) } }
        };
        html! {
            (header(&self.title(), &marks, &lead, &self.actions()))
            div.split {
                div.stack {
                    (card("evidence", "What deviates", &self.comparison(), &evidence(&finding.evidence, &finding.resource_type, self.states.as_ref())))
                    (card("history", "History", &html! {}, &self.course()))
                }
                div.stack {
                    (card("facts", "About this finding", &html! {}, &self.facts(view)))
                    (card("workflow", "What to do", &html! {}, &self.moves(view)))
                    @if let Some(take) = self.taking_over(view) { (card("baseline", "Accept as new baseline", &html! {}, &take)) }
                    @if let Some(accept) = self.acceptance(view) { (card("accept", "Accept the risk", &html! {}, &accept)) }
                    @if let Some(note) = self.noting(view) { (card("notes", "Write a note", &html! {}, &note)) }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::drift::details()
    }
}

impl Detail {
    /// "Restore this": a restore of the version that it is held against, of this one object.
    fn actions(&self) -> Markup {
        let own = self.finding.item_id.zip(self.finding.base_version).map(|(item, base)| (self.tenant.id, item, base));
        let Some((of, item, base)) = own.or(self.elsewhere) else { return html! {} };
        if !self.finding.state.deviates() {
            return html! {};
        }
        let face = html! { (icon(Icon::Sync)) "Restore this" };
        html! {
            @if self.can.allows(Capability::RestoreExecute) {
                a.button.primary href=(href::restore_from_version(self.tenant.id, of, item, base)) { (face) }
            } @else { (forbidden_button("why-no-restore", "button primary", &face)) }
        }
    }

    fn comparison(&self) -> Markup {
        match (self.finding.item_id, self.finding.base_version, self.finding.current_version) {
            (Some(item), Some(base), Some(now)) if base != now => {
                html! { a href=(compare(self.tenant.id, item, base, now)) { "Compare" } }
            }
            _ => html! {},
        }
    }

    fn facts(&self, view: &View<'_>) -> Markup {
        let finding = &self.finding;
        let run = |run: Option<RunId>| {
            html! {
                @match run {
                    None => span.quiet { "Run no longer recorded" },
                    Some(run) if self.can.allows(Capability::InventorySync) => a href=(href::run(run)) { "View run" },
                    Some(_) => span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) },
                }
            }
        };
        let who = |person: &Option<(model::ids::UserId, String)>| {
            html! { @match person { Some((_, called)) => (name(called, NAMELESS)), None => span.quiet { "Nobody" } } }
        };
        html! {
            dl.facts {
                dt { "Held against" } dd {
                    (finding.against.label())
                    @if let Some(baseline) = &finding.baseline { " · " (name(&baseline.name, NAMELESS)) }
                }
                dt { "Changed by" } dd { @match &self.by { Some(attribution) => (by(attribution)), None => span.quiet { "Not known" } } }
                dt { "First found" } dd { (when::at(finding.first_seen_at)) }
                dt { "Last seen" } dd { (when::at(finding.last_seen_at)) }
                dt { "Found" } dd { (number(finding.occurrences)) @if finding.occurrences == 1 { " time" } @else { " times" } }
                @if finding.state.is_open() {
                    dt { "Due" } dd { (when::at_or(finding.due_at, "–")) @if finding.is_overdue(view.now) { " · Overdue" } }
                }
                @if let Some(how) = finding.resolution.filter(|_| finding.state == FindingState::Resolved) { dt { "Resolved" } dd { (how.words()) } }
                @if let Some(until) = finding.accepted_until { dt { "Accepted until" } dd { (when::at(until)) } }
                @if let Some(reason) = &finding.accepted_reason { dt { "Reason" } dd { (shown(reason, 2_000)) } }
                dt { "Owner" } dd { (who(&finding.owner)) }
                dt { "Works on it" } dd { (who(&finding.assignee)) }
                dt { "Inventory before" } dd { (run(finding.baseline_run)) }
                dt { "Inventory now" } dd { (run(finding.current_run)) }
            }
        }
    }

    fn course(&self) -> Markup {
        let check = if self.finding.baseline.is_some() { "Baseline compare" } else { "Drift check" };
        let columns = [Column("What", false), Column("State", false), Column("By", false), Column("When", true)];
        let rows = html! {
            @for (at, line) in self.history.iter().enumerate() {
                (row(at, &html! {
                    (head(&html! { (line.event.label()) @if let Some(note) = &line.note { span.below { (shown(note, 2_000)) } } }))
                    (cell("State", &badge(&line.state)))
                    (cell("By", &html! {
                        @match (&line.by, line.run) {
                            (Some(who), _) => (name(who, NAMELESS)),
                            (None, Some(run)) if self.can.allows(Capability::DriftRun) => a href=(href::run(run)) { (check) },
                            (None, Some(_)) => (check),
                            (None, None) => span.quiet { "System" },
                        }
                    }))
                    (figure("When", &when::at(line.at)))
                }))
            }
        };
        table("History", &columns, &rows)
    }
}
