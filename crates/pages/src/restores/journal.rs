//! What was done, line by line.

use maud::{Markup, html};
use model::restore::JournalKind;
use model::time::Moment;

use crate::components::table::{Column, cell, head, row, table};
use crate::runs::code_words;
use crate::text::{number, shown};
use crate::when;

/// A line of the journal of a restore. It has no place for a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// Its place.
    pub sequence: i64,
    /// When it was written.
    pub at: Moment,
    /// The attempt of the run that wrote it.
    pub attempt: i64,
    /// What it says.
    pub kind: JournalKind,
    /// Method and path without ids, of a request.
    pub request: Option<String>,
    /// The status of the answer.
    pub status: Option<i64>,
    /// The code of the failure.
    pub code: Option<String>,
    /// Microsoft's id of what was written.
    pub object_id: Option<String>,
    /// The code of the request for approval that the write left.
    pub approval: Option<String>,
}

/// The lines as a table, oldest first.
pub(super) fn journal(lines: &[JournalLine]) -> Markup {
    let columns = [Column("When", false), Column("What", false), Column("Request", false), Column("Answer", false)];
    let rows = html! {
        @for line in lines {
            (row(line.sequence, &html! {
                (head(&html! { (when::exact(line.at)) @if line.attempt > 1 { span.below { "attempt " (number(line.attempt)) } } }))
                (cell("What", &html! { (words(line.kind)) @if let Some(id) = &line.object_id { span.below { code.wrap { (shown(id, 80)) } } } }))
                (cell("Request", &html! { @match &line.request { Some(request) => code.wrap { (shown(request, 200)) }, None => span.quiet { "–" } } }))
                (cell("Answer", &html! {
                    @match line.status { Some(status) => (number(status)), None => span.quiet { "–" } }
                    @if let Some(code) = &line.code { span.below { (code_words(code)) } }
                    @if let Some(code) = &line.approval { span.below { "Request " code.wrap { (shown(code, 80)) } } }
                }))
            }))
        }
    };
    table("Journal", &columns, &rows)
}

const fn words(kind: JournalKind) -> &'static str {
    match kind {
        JournalKind::Listed => "The objects of its type that there were",
        JournalKind::Intent => "A write is going to be sent",
        JournalKind::Result => "What came of the write",
        JournalKind::Found => "Found: a create whose answer was lost had made it",
        JournalKind::NothingMade => "A create whose answer was lost had made nothing",
        JournalKind::Stripped => "Properties were left out that Microsoft calls read-only",
        JournalKind::ReadBack => "Read back and compared",
        JournalKind::Skipped => "Left alone",
        JournalKind::Unknown => "Something that this version does not know",
    }
}
