//! A document as Markdown (CommonMark with GitHub's tables). Nothing of a name or a value means anything there: no link, no picture, no
//! element, no other column of a table.

use super::{Block, LONGEST_CELL, ReportHead};
use crate::text::{number, shown};

/// What stands before the first block.
#[must_use]
pub fn head(head: &ReportHead) -> String {
    format!("# {}\n\n{}\n\n", line(&head.title()), line(&head.time_words()))
}

/// A block, with the empty line behind it.
#[must_use]
pub fn block(block: &Block) -> String {
    match block {
        Block::Heading { level, text, anchor } => {
            let marks = "#".repeat(usize::from((*level).clamp(2, 6)));
            format!("{marks} <a id=\"{anchor}\"></a>{}\n\n", line(text))
        }
        Block::Contents { lines } => {
            let mut out = String::new();
            for one in lines {
                let count = one.count.map(|count| format!(" ({})", number(count))).unwrap_or_default();
                out.push_str(&format!("- [{}](#{}){count}\n", line(&one.text), one.anchor));
            }
            out.push('\n');
            out
        }
        Block::Text { text } => format!("{}\n\n", begun(&line(text))),
        Block::Note { text } => format!("> **Note:** {}\n\n", line(text)),
        Block::Facts { rows } => {
            let rows: Vec<Vec<String>> = rows.iter().map(|(name, value)| vec![name.clone(), value.clone()]).collect();
            table(&["", ""].map(str::to_owned), &rows)
        }
        Block::Table { columns, rows, .. } => table(columns, rows),
    }
}

fn table(columns: &[String], rows: &[Vec<String>]) -> String {
    let cells = |cells: &[String]| cells.iter().map(|one| cell(one)).collect::<Vec<_>>().join(" | ");
    let mut out = format!("| {} |\n|{}\n", cells(columns), " --- |".repeat(columns.len()));
    for row in rows {
        out.push_str(&format!("| {} |\n", cells(row)));
    }
    out.push('\n');
    out
}

/// A cell: line breaks stay, as the only element that is written.
fn cell(text: &str) -> String {
    shown(text.trim(), LONGEST_CELL).split('\n').map(escaped).collect::<Vec<_>>().join("<br>")
}

/// A text in one line.
fn line(text: &str) -> String {
    escaped(&shown(text.trim(), LONGEST_CELL).replace('\n', " "))
}

/// A line that would begin something else than a paragraph, made not to.
fn begun(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && matches!(line.as_bytes().get(digits), Some(b'.' | b')'));
    match line.as_bytes().first() {
        Some(b'-' | b'+' | b'=') => format!("\\{line}"),
        Some(_) if numbered => format!("{}\\{}", &line[..digits], &line[digits..]),
        _ => line.to_owned(),
    }
}

/// Marks mean themselves, addresses are no links.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' | '$' => {
                out.push('\\');
                out.push(c);
            }
            ':' if text[at..].starts_with("://") => out.push_str("\\:"),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ContentsLine, ReportKind};
    use crate::time::Moment;

    const HOSTILE: &str = "<script>alert(1)</script>![x](https://evil.example/a) [l](javascript:b) | `c` **d** http://e.example www.f.example\n# g\n\u{202E}h";

    #[test]
    fn nothing_of_a_hostile_name_means_anything() {
        let blocks = [
            Block::heading(3, HOSTILE, HOSTILE),
            Block::Contents { lines: vec![ContentsLine::new(HOSTILE, HOSTILE, Some(1_234))] },
            Block::text(HOSTILE),
            Block::note(HOSTILE),
            Block::Facts { rows: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())] },
            Block::table("t", &["a", "b"], vec![vec![HOSTILE.to_owned(), HOSTILE.to_owned()]]),
        ];
        for one in &blocks {
            let text = block(one);
            let ours = text.replace("<br>", "").replace("<a id=\"", "").replace("\"></a>", "");
            assert!(!ours.contains('<') && !text.contains('\u{202E}'), "{text}");
            // What a backslash stands before means itself.
            let marks: String = text
                .split('\\')
                .enumerate()
                .map(|(i, part)| if i == 0 { part } else { part.get(1..).unwrap_or_default() })
                .collect();
            for mark in ["](https", "](javascript", "http://", "https://", "www.f", "**d", "`c`", "!["] {
                assert!(!marks.contains(mark), "{mark}: {text}");
            }
            assert!(text.ends_with("\n\n") && !text.contains("\n# g"), "{text}");
        }
        let row = block(&blocks[5]);
        let cells = row.lines().nth(2).unwrap().replace("\\|", "");
        assert_eq!(cells.matches('|').count(), 3, "a cell stays one: {row}");
    }

    #[test]
    fn a_document_reads_as_one_would_write_it() {
        let made_at = Moment::parse("2026-03-01T08:00:00Z").unwrap();
        let title = ReportHead { kind: ReportKind::Configuration, subject: "Contoso".to_owned(), period: None, made_at };
        assert_eq!(head(&title), "# Configuration: Contoso\n\nAs it was known at 2026-03-01 08:00:00 UTC.\n\n");
        assert_eq!(block(&Block::heading(2, "A", "a")), "## <a id=\"a\"></a>A\n\n");
        assert_eq!(
            block(&Block::table("t", &["A", "B"], vec![vec!["1\n2".into(), "3".into()]])),
            "| A | B |\n| --- | --- |\n| 1<br>2 | 3 |\n\n"
        );
        assert_eq!(block(&Block::text("1. a")), "1\\. a\n\n");
        assert_eq!(block(&Block::text("- a")), "\\- a\n\n");
    }
}
