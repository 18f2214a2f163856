//! The items of a run.

use maud::{Markup, html};
use model::ids::RunId;
use model::page::Page as Rows;
use model::run::{ItemStatus, RunItem};

use super::advice::code_words;
use super::failures::item_words;
use crate::components::badge::badge;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};

/// Items of a run, as far as they are recorded.
#[derive(Debug, Clone)]
pub struct Items {
    /// A page of them.
    pub rows: Rows<RunItem>,
    /// Only those of this status.
    pub status: Option<ItemStatus>,
}

/// The part of the run's page that lists them.
pub(super) fn items(run: RunId, items: &Items) -> Markup {
    let query = |status: Option<ItemStatus>| Query::new(href::run(run)).with_some("items", status.map(ItemStatus::code));
    let columns = [Column("Item", false), Column("Result", false), Column("Why", false), Column("Attempt", true)];
    let rows = html! {
        @for item in &items.rows.rows {
            (row(&item.key, &html! {
                (head(&html! { @match item.key.parse::<RunId>() {
                    Ok(run) => a href=(href::run(run)) { code { (run) } },
                    Err(_) => (item_words(&item.key)),
                } }))
                (cell("Result", &html! { (badge(&item.status)) }))
                (cell("Why", &html! { @if let Some(code) = &item.code { (code_words(code)) } @else { span.quiet { "–" } } }))
                (figure("Attempt", &html! { (item.attempt) }))
            }))
        }
    };
    html! {
        nav.tabs aria-label="Items by result" {
            a href=(String::from(query(None))) aria-current=[items.status.is_none().then_some("page")] { "All" }
            @for status in ItemStatus::ALL {
                a href=(String::from(query(Some(*status)))) aria-current=[(items.status == Some(*status)).then_some("page")] {
                    (model::label::Labelled::badge(status).word)
                }
            }
        }
        @if items.rows.rows.is_empty() { p.quiet { "No item of this run has that result." } }
        @else { (table("Items", &columns, &rows)) (pager(&items.rows, "items", &query(items.status))) }
    }
}
