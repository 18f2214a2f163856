//! What became of each event for each rule.

use maud::{Markup, html};
use model::alert::{Delivery, DeliveryState, RuleKind, Why, path};
use model::failure::{Code, Failure};
use model::ids::WorkspaceId;
use model::label::Labelled as _;
use model::page::Page as Rows;

use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::field::select;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::Query;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// A page of the log.
#[derive(Debug, Clone)]
pub struct Log {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// The lines, newest first.
    pub lines: Rows<Delivery>,
}

impl Page for Log {
    const NAME: &'static str = "alerts-log";

    fn title(&self) -> String {
        "Alert log".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Alerts", href::within(self.workspace, href::ALERTS))];
        Place { destination: Some(Destination::Alerts), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Each event is told once for each rule; kept for 400 days." };
        let here = Query::new(href::ALERT_LOG).with("workspace", self.workspace).with_some("state", self.state);
        let states: Vec<(String, String)> = std::iter::once((String::new(), "Any state".to_owned()))
            .chain(DeliveryState::ALL.iter().map(|state| (state.code().to_owned(), state.badge().word.to_owned())))
            .collect();
        html! {
            (header("Alert log", &html! {}, &lead, &html! {}))
            form.filters method="get" action=(href::ALERT_LOG) {
                input type="hidden" name="workspace" value=(self.workspace);
                (select("f-state", "state", "State", &states, self.state.map_or("", DeliveryState::code)))
                button.button type="submit" { "Filter" }
            }
            @if self.lines.rows.is_empty() {
                (empty(Icon::Bell, "Nothing here", "Nothing was told yet, or nothing is in that state.", &html! {}))
            } @else { (self.table(view)) }
            (pager(&self.lines, "the alert log", &here))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::alerts::logs()
    }
}

impl Log {
    fn table(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("What", false),
            Column("State", false),
            Column("Tenant", false),
            Column("Rule", false),
            Column("Destination", false),
            Column("When", false),
            Column("Run", false),
        ];
        let rows = html! {
            @for line in &self.lines.rows {
                (row(line.id, &html! {
                    (head(&what(line)))
                    (cell("State", &html! { (badge(&line.state)) @if let Some(why) = why(line) { " " span.quiet { (why) } } }))
                    (cell("Tenant", &html! { @if let Some((_, called)) = &line.tenant { (name(called, NAMELESS)) } }))
                    (cell("Rule", &html! { @match &line.rule { Some(called) => (name(called, NAMELESS)), None => span.quiet { (gone(line)) } } }))
                    (cell("Destination", &html! { @match &line.destination { Some(called) => (name(called, NAMELESS)), None => span.quiet { "removed" } } }))
                    (cell("When", &when::ago(line.occurred_at, view.now)))
                    (cell("Run", &html! { @if let Some(run) = line.run { a href=(href::run(run)) { "View run" } } }))
                }))
            }
        };
        table("Alert log", &columns, &rows)
    }
}

fn what(line: &Delivery) -> Markup {
    let words = line.facts.title(line.kind);
    html! {
        @if line.kind == RuleKind::Unknown { "Test" } @else {
            a href=(path(line.kind, line.tenant.as_ref().map(|(id, _)| *id), &line.facts)) { (words) }
            @if !line.facts.name.is_empty() { " " span.quiet { (name(&line.facts.name, NAMELESS)) } }
        }
    }
}

const fn gone(line: &Delivery) -> &'static str {
    if matches!(line.kind, RuleKind::Unknown) { "a test" } else { "removed" }
}

fn why(line: &Delivery) -> Option<String> {
    if line.state == DeliveryState::Queued {
        return Some("waits for its run to send it".to_owned());
    }
    let reason = line.reason.as_deref()?;
    Some(match line.state {
        DeliveryState::Suppressed => Why::from_code(reason).words().to_owned(),
        _ => Failure::new(Code::from_code(reason)).message(),
    })
}
