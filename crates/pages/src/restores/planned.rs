//! Items of a plan, as a table: what is going to be done with each, and what came of it.

use maud::{Markup, html};
use model::ids::{RestoreId, TenantId};
use model::restore::{Action, Hindrance, Outcome, Part};

use super::words;
use crate::components::badge::badge;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href;
use crate::inventory::type_label;
use crate::runs::code_words;
use crate::text::{NAMELESS, name, number, shown};

/// An item of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// Its number.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What it is called.
    pub name: String,
    /// How much of it is put back.
    pub part: Part,
    /// What is done; `None` before the preview.
    pub action: Option<Action>,
    /// Why nothing is written.
    pub hindrance: Option<Hindrance>,
    /// What came of it; `None` when it was not come to.
    pub outcome: Option<Outcome>,
    /// The code of the failure.
    pub code: Option<String>,
    /// Properties that Microsoft refused as read-only, and that were left out therefore.
    pub stripped: Vec<String>,
}

/// The table. `outcomes`: whether the restore is or was executed.
pub(super) fn planned(tenant: TenantId, restore: RestoreId, rows: &[PlannedRow], outcomes: bool) -> Markup {
    let mut columns = vec![
        Column("No.", true),
        Column("Name", false),
        Column("Type", false),
        Column("What is put back", false),
        Column("Plan", false),
    ];
    if outcomes {
        columns.push(Column("Outcome", false));
    }
    let lines = html! {
        @for line in rows {
            (row(line.number, &html! {
                (figure("No.", &html! { (number(line.number.into())) }))
                (head(&html! { a.cover href=(href::restore_item(tenant, restore, line.number)) { (name(&line.name, NAMELESS)) } }))
                (cell("Type", &html! { (type_label(&line.resource_type)) }))
                (cell("What is put back", &html! { (words::part(&line.part)) }))
                (cell("Plan", &action(line)))
                @if outcomes { (cell("Outcome", &outcome(line))) }
            }))
        }
    };
    table("Items of the restore", &columns, &lines)
}

/// What is going to be done with an item, and why nothing where nothing is.
pub(super) fn action(line: &PlannedRow) -> Markup {
    html! {
        @match &line.action { Some(action) => (badge(action)), None => span.quiet { "Not previewed" } }
        @if let Some(hindrance) = line.hindrance { span.below { (words::hindrance(hindrance)) } }
    }
}

/// What came of an item.
pub(super) fn outcome(line: &PlannedRow) -> Markup {
    html! {
        @match &line.outcome { Some(outcome) => (badge(outcome)), None => span.quiet { "Not come to" } }
        @if let Some(code) = &line.code { span.below { (code_words(code)) } }
        @if !line.stripped.is_empty() {
            span.below { "Left out as read-only: " @for (at, property) in line.stripped.iter().take(5).enumerate() { @if at > 0 { ", " } code { (shown(property, 80)) } } }
        }
    }
}
