//! A run in a list.

use maud::{Markup, html};
use model::label::Tone;
use model::page::Page;
use model::run::Run;

use super::words;
use crate::components::badge::{badge, worded};
use crate::components::icon::{Icon, icon};
use crate::components::permission::INSUFFICIENT;
use crate::components::progress::progress;
use crate::components::table::{self, Column};
use crate::page::View;
use crate::text::{self, NAMELESS};
use crate::{href, when};

/// A run and what a list says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// The run.
    pub run: Run,
    /// Name of its tenant; `None` for runs of the workspace.
    pub tenant_name: Option<String>,
    /// Whether the viewer holds the capability of its type. Without it the row is no link.
    pub may_open: bool,
}

impl RunRow {
    /// The label, as a link where it may be opened.
    pub(crate) fn label_link(&self) -> Markup {
        html! {
            @if self.may_open { a href=(href::run(self.run.id)) { (self.run.label()) } }
            @else { span title=(INSUFFICIENT) { (self.run.label()) " " (icon(Icon::Lock)) span.unseen { (INSUFFICIENT) } } }
        }
    }
}

/// A table of runs with everything that a list tells.
pub(crate) fn table(label: &str, rows: &[RunRow], view: &View<'_>) -> Markup {
    let columns = [
        Column("Operation", false),
        Column("Status", false),
        Column("Tenant", false),
        Column("Result", false),
        Column("Started by", false),
        Column("Duration", true),
        Column("Created", true),
    ];
    table::table(label, &columns, &html! { @for row in rows { (line(row, true, view)) } })
}

/// A narrow table of runs of one tenant.
pub(crate) fn brief_table(label: &str, rows: &[RunRow], view: &View<'_>) -> Markup {
    let columns = [
        Column("Operation", false),
        Column("Status", false),
        Column("Result", false),
        Column("Duration", true),
        Column("Created", true),
    ];
    table::table(label, &columns, &html! { @for row in rows { (line(row, false, view)) } })
}

fn line(row: &RunRow, full: bool, view: &View<'_>) -> Markup {
    let run = &row.run;
    let cells = html! {
        (table::head(&html! {
            @if row.may_open { a.cover href=(href::run(run.id)) { (run.label()) } }
            @else { span.locked { (run.label()) } span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) } }
        }))
        (table::cell("Status", &html! {
            (badge(run)) @if run.likely_stale(view.now) { " " (worded(Tone::Warning, Icon::Clock, "Likely stale")) }
        }))
        @if full {
            (table::cell("Tenant", &html! {
                @match &row.tenant_name { Some(name) => (text::name(name, NAMELESS)), None => span.quiet { "Workspace" } }
            }))
        }
        (table::cell("Result", &html! { (result(run)) (progress(run)) }))
        @if full {
            (table::cell("Started by", &html! { span { (text::name(&run.initiator_name, "System")) span.below { (words::trigger(run.trigger)) } } }))
        }
        (table::figure("Duration", &duration(run, view)))
        (table::figure("Created", &html! { @if full { (when::at(run.created_at)) } @else { (when::ago(run.created_at, view.now)) } }))
    };
    table::row(run.id, &cells)
}

fn result(run: &Run) -> Markup {
    let summary = words::summary(run);
    html! {
        @if !summary.is_empty() { (summary) }
        @else if let Some(reason) = super::reason_words(run) { (reason) }
        @else { span.quiet { "–" } }
    }
}

/// How long it took, or takes.
pub(super) fn duration(run: &Run, view: &View<'_>) -> Markup {
    html! {
        @match (run.started_at, run.completed_at) {
            (Some(since), None) => (when::running(since, view.now)),
            (Some(_), Some(_)) => { @if let Some(duration) = run.duration(view.now) { (when::lasted(duration)) } },
            (None, _) => span.quiet { "–" },
        }
    }
}

/// What a page of runs narrows to when nothing is in it.
pub(super) fn is_empty(page: &Page<RunRow>) -> bool {
    page.rows.is_empty()
}
