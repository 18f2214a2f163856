//! A document as an HTML file that stands on its own: it is read where nobody is signed in, so it brings its few rules of style along,
//! links to nothing but itself, and forbids the reader's browser to fetch anything or to run anything.

use maud::{DOCTYPE, PreEscaped, html};
use model::report::ReportHead;

use crate::text::{NAMELESS, name};

/// What a browser lets the file do.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// How it looks, on a screen and printed.
const STYLE: &str = include_str!("../../assets/report.css");

/// What stands before and after the blocks.
#[must_use]
pub fn file(head: &ReportHead) -> (String, String) {
    let title = head.title();
    let title = name(&title, NAMELESS);
    let begin = html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            title { (title) }
            style { (PreEscaped(STYLE)) }
        }
    };
    let top = html! { h1 { (title) } p.quiet { (head.time_words()) } };
    // The body is left open: what follows belongs to it.
    let before = format!(
        "{}<html lang=\"en\">{}<body><main>{}",
        html! { (DOCTYPE) }.into_string(),
        begin.into_string(),
        top.into_string()
    );
    (before, "</main></body></html>\n".to_owned())
}

#[cfg(test)]
mod tests {
    use model::report::ReportKind;
    use model::time::Moment;

    use super::*;
    use crate::samples::HOSTILE;

    #[test]
    fn a_file_fetches_nothing_and_runs_nothing() {
        let made_at = Moment::parse("2026-03-01T08:00:00Z").unwrap();
        let head = ReportHead { kind: ReportKind::Findings, subject: HOSTILE.to_owned(), period: None, made_at };
        let (before, after) = file(&head);
        let whole = before + &after;
        assert!(whole.starts_with("<!DOCTYPE html><html lang=\"en\">") && whole.contains("default-src 'none'"), "{whole}");
        for word in ["<script", "<img", "<link", "<a ", "url(", "@import", "javascript:", "\u{202E}"] {
            assert!(!whole.contains(word), "{word}: {whole}");
        }
        assert_eq!(whole.matches("</style>").count(), 1);
    }
}
