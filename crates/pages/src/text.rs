//! Text from outside, made fit to be seen: cut to a length, without characters that reorder or hide what stands beside them.

use std::borrow::Cow;

pub(crate) use model::text::{NAMELESS, counted, is_hidden, number, shown, unresolved};

/// Names are cut after so many characters.
pub(crate) const NAME: usize = 160;
/// Descriptions and other running text are cut after so many characters.
pub(crate) const PROSE: usize = 2_000;

/// As [`shown`] in full length, with every white space but plain spaces and line breaks spelled out too: for texts that differ in nothing else.
pub(crate) fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | ' ' => out.push(c),
            c if c.is_whitespace() || is_hidden(c) => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A name in one line; `fallback` when there is none.
pub(crate) fn name<'a>(text: &str, fallback: &'a str) -> Cow<'a, str> {
    let text = shown(text.trim(), NAME).replace('\n', " ");
    if text.trim().is_empty() { Cow::Borrowed(fallback) } else { Cow::Owned(text) }
}

/// Bytes in the largest unit that keeps a digit before the point.
pub(crate) fn bytes(value: i64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let value = value.max(0);
    if value < 1_000 {
        return format!("{value} B");
    }
    let mut scaled = value;
    let mut unit = 0;
    while scaled >= 1_000_000 && unit + 1 < UNITS.len() {
        scaled /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", scaled / 1_000, scaled % 1_000 / 100, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_deceive_is_spelled_out() {
        assert_eq!(shown("a\u{202E}b\u{0000}\tc", 99), "a[U+202E]b[U+0000] c");
        assert_eq!(shown("äöü", 2), "äö…");
        assert_eq!((shown("a\u{A0}b", 9).as_str(), spelled("a\u{A0}b c").as_str()), ("a b", "a[U+00A0]b c"));
        assert_eq!(name(" \u{2003} ", NAMELESS), NAMELESS);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(-1_000), "−1,000");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_234_567), "1.2 MB");
        assert_eq!(counted(1, "item", "items"), "1 item");
    }

    #[test]
    fn an_unknown_id_shows_its_end() {
        assert_eq!(unresolved("8e75af29-5176-4372-a718-724b8a4620dc"), "Unresolved (…8a4620dc)");
        assert_eq!(unresolved("ü"), "Unresolved (…)");
    }
}
