//! A block of a document as HTML.

use maud::{Markup, html};
use model::report::{Block, LONGEST_CELL};

use crate::text::{number, shown};

/// A block, on its own: a document is sent block by block.
#[must_use]
pub fn block(block: &Block) -> String {
    markup(block).into_string()
}

pub(super) fn markup(block: &Block) -> Markup {
    let line = |text: &str| shown(text, LONGEST_CELL);
    html! {
        @match block {
            Block::Heading { level, text, anchor } => {
                @match level {
                    0..=2 => h2 id={ "r-" (anchor) } { (line(text)) },
                    3 => h3 id={ "r-" (anchor) } { (line(text)) },
                    _ => h4 id={ "r-" (anchor) } { (line(text)) },
                }
            },
            Block::Contents { lines } => nav aria-label="Contents" { ul {
                @for one in lines {
                    li {
                        a href={ "#r-" (one.anchor) } { (line(&one.text)) }
                        @if let Some(count) = one.count { " " span.quiet { (number(count)) } }
                    }
                }
            } },
            Block::Text { text } => p { (line(text)) },
            Block::Note { text } => p.report-note { strong { "Note: " } (line(text)) },
            Block::Facts { rows } => div.report-facts { table { tbody {
                @for (name, value) in rows { tr { th scope="row" { (line(name)) } td { (line(value)) } } }
            } } },
            // Wide tables move sideways, by the keyboard too.
            Block::Table { label, columns, rows } => div.report-table tabindex="0" role="group" aria-label=(line(label)) { table {
                caption.unseen { (line(label)) }
                thead { tr { @for column in columns { th scope="col" { (line(column)) } } } }
                tbody {
                    @for row in rows { tr { @for cell in row { td { (line(cell)) } } } }
                }
            } },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::HOSTILE;

    const TAGS: [&str; 18] = [
        "h2", "h3", "h4", "nav", "ul", "li", "a", "span", "p", "strong", "div", "table", "caption", "thead", "tbody", "tr", "th",
        "td",
    ];

    #[test]
    fn nothing_of_a_hostile_name_means_anything() {
        let all = [
            Block::heading(3, HOSTILE, HOSTILE),
            Block::text(HOSTILE),
            Block::note(HOSTILE),
            Block::Facts { rows: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())] },
            Block::table(HOSTILE, &[HOSTILE], vec![vec![HOSTILE.to_owned()]]),
            Block::Contents { lines: vec![model::report::ContentsLine::new(HOSTILE, HOSTILE, None)] },
        ];
        for one in all {
            let html = block(&one);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains('\u{202E}'), "{html}");
            // Every element is one of ours, and no attribute runs or fetches anything.
            for tag in html.split('<').skip(1) {
                let (tag, _) = tag.split_once('>').unwrap();
                let (element, attributes) =
                    tag.trim_start_matches('/').split_once(' ').unwrap_or((tag.trim_start_matches('/'), ""));
                assert!(TAGS.contains(&element), "{tag}: {html}");
                // Outside of quotes stand names, inside what they are set to.
                let mut parts = attributes.split('"');
                while let (Some(attribute), Some(value)) = (parts.next(), parts.next()) {
                    let known = match attribute.trim() {
                        "id=" => value.starts_with("r-"),
                        "href=" => value.starts_with("#r-"),
                        "class=" | "scope=" | "role=" | "tabindex=" | "aria-label=" => true,
                        _ => false,
                    };
                    assert!(known, "{tag}: {html}");
                }
            }
        }
    }
}
