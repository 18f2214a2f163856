//! Tables that stay readable on a phone: below a certain width each row becomes a card with its column names.
//!
//! The roles are written out because a table that is laid out otherwise loses its meaning in some browsers.

use maud::{Markup, html};

use crate::text;

/// A column: its words, and whether it holds figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column(pub(crate) &'static str, pub(crate) bool);

/// A table in its box. `label` says what it lists; `rows` are of [`row`].
pub(crate) fn table(label: &str, columns: &[Column], rows: &Markup) -> Markup {
    html! {
        div.table-box {
            table role="table" aria-label=(label) {
                thead role="rowgroup" {
                    tr role="row" {
                        @for Column(words, figures) in columns {
                            th role="columnheader" scope="col" class=[figures.then_some("figure")] { (words) }
                        }
                    }
                }
                tbody role="rowgroup" { (rows) }
            }
        }
    }
}

/// The head of a column that can be sorted by.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) words: &'static str,
    /// Whether it holds figures.
    pub(crate) figures: bool,
    /// Where it is sorted by the column, or the other way round.
    pub(crate) href: Option<String>,
    /// Whether it is sorted by it now, and descending.
    pub(crate) sorted: Option<bool>,
}

/// As [`table`], with columns by which it can be sorted.
pub(crate) fn sorted(label: &str, heads: &[Head], rows: &Markup) -> Markup {
    html! {
        div.table-box {
            table role="table" aria-label=(label) {
                thead role="rowgroup" {
                    tr role="row" {
                        @for head in heads {
                            @let order = head.sorted.map(|descending| if descending { "descending" } else { "ascending" });
                            th role="columnheader" scope="col" class=[head.figures.then_some("figure")] aria-sort=[order] {
                                @match &head.href { Some(href) => a href=(href) { (head.words) }, None => (head.words) }
                            }
                        }
                    }
                }
                tbody role="rowgroup" { (rows) }
            }
        }
    }
}

/// A row whose first cell may hold a link that covers all of it (class `cover`). `key` tells it from the other rows.
pub(crate) fn row(key: impl std::fmt::Display, cells: &Markup) -> Markup {
    html! { tr role="row" data-key=(text::shown(&key.to_string(), text::NAME)) { (cells) } }
}

/// A cell of the column `label`.
pub(crate) fn cell(label: &str, content: &Markup) -> Markup {
    html! { td role="cell" data-label=(label) { (content) } }
}

/// A cell with a figure.
pub(crate) fn figure(label: &str, content: &Markup) -> Markup {
    html! { td.figure role="cell" data-label=(label) { (content) } }
}

/// The cell that counts what is missing; a link to it where there is any.
pub(crate) fn missing(count: i64, href: impl FnOnce() -> String) -> Markup {
    figure("Missing", &html! { @if count > 0 { a.warning href=(href()) { (text::number(count)) } } @else { span.quiet { "0" } } })
}

/// The cell that names the row: shown without its label on a phone.
pub(crate) fn head(content: &Markup) -> Markup {
    html! { td.row-head role="cell" { (content) } }
}
