//! Lines of two texts, as one column: what went, what came, and what stands around it.

use maud::{Markup, html};
use model::diff::{Line, TextDiff, uncovered_text, windows};

use crate::text;

/// A line is cut after so many characters; of one that stands in place of another one the piece is shown in which they differ.
const WIDE: usize = 400;

/// The rows. `label` says what text it is.
pub(super) fn text_diff(diff: &TextDiff, label: &str) -> Markup {
    html! {
        @if diff.only_ends() { p.quiet { "Only how lines end differs (CRLF or LF, or the end of the last line)." } }
        @else {
            @if diff.ends_differ { p.quiet { "How lines end (CRLF or LF, or the end of the last line) differs as well, also of lines that are told as the same." } }
            div.diff-box tabindex="0" role="group" aria-label=(label) {
                table.diff {
                    thead.unseen { tr { th scope="col" { "Line before" } th scope="col" { "Line after" } th scope="col" { "Text" } } }
                    tbody { @for (line, text) in diff.rows.iter().zip(texts(&diff.rows)) { (row(line, &text)) } }
                }
            }
            @if diff.more > 0 { p.quiet { "Only the beginning is shown; " (text::number(i64::try_from(diff.more).unwrap_or(i64::MAX))) " more lines are not." } }
        }
    }
}

/// The text of each row as it is shown. In a run of lines that went and of lines that came after them, each is laid beside the one in
/// whose place it stands.
fn texts(rows: &[Line]) -> Vec<String> {
    let mut shown: Vec<String> = rows.iter().map(|row| text::shown(&uncovered_text(text_of(row)), WIDE)).collect();
    let mut at = 0;
    while at < rows.len() {
        let run = |from: usize, fits: fn(&Line) -> bool| rows[from..].iter().take_while(|row| fits(row)).count();
        let gone = run(at, |row| matches!(row, Line::Removed { .. }));
        let come = run(at + gone, |row| matches!(row, Line::Added { .. }));
        for (i, j) in (at..at + gone).zip(at + gone..at + gone + come) {
            let (old, new) = windows(text_of(&rows[i]), text_of(&rows[j]), WIDE);
            let both = (text::shown(&old, usize::MAX), text::shown(&new, usize::MAX));
            (shown[i], shown[j]) = if both.0 == both.1 { (text::spelled(&old), text::spelled(&new)) } else { both };
        }
        at += (gone + come).max(1);
    }
    shown
}

fn text_of(row: &Line) -> &str {
    match row {
        Line::Same { text, .. } | Line::Removed { text, .. } | Line::Added { text, .. } => text,
        Line::Skipped(_) => "",
    }
}

fn row(line: &Line, text: &str) -> Markup {
    match line {
        Line::Same { before, after, .. } => html! { tr { td.num { (before) } td.num { (after) } td { "  " (text) } } },
        Line::Removed { before, .. } => {
            html! { tr.gone { td.num { (before) } td.num {} td { span aria-hidden="true" { "− " } span.unseen { "Removed: " } (text) } } }
        }
        Line::Added { after, .. } => {
            html! { tr.come { td.num {} td.num { (after) } td { span aria-hidden="true" { "+ " } span.unseen { "Added: " } (text) } } }
        }
        Line::Skipped(count) => {
            let words = text::counted(i64::try_from(*count).unwrap_or(i64::MAX), "line", "lines");
            html! { tr.skipped { td colspan="3" { (words) " the same" } } }
        }
    }
}
