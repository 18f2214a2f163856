//! Text from outside, made fit to be seen: cut to a length, without characters that reorder or hide what stands beside them.

/// The text with at most `limit` characters; what would be invisible or change the direction of writing is spelled out as
/// `[U+202E]`. White space other than line breaks becomes a space.
#[must_use]
pub fn shown(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit.saturating_add(16)));
    for (count, c) in text.chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push('\n'),
            c if c.is_whitespace() => out.push(' '),
            c if is_hidden(c) => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Control characters, and those that are not seen but change what is: directional overrides and isolates, joiners, tags.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// What an object without a name is called.
pub const NAMELESS: &str = "(without a name)";

/// A whole number with a comma between thousands.
#[must_use]
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0 { format!("−{out}") } else { out }
}

/// `1 item`, `2 items`.
#[must_use]
pub fn counted(value: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// An id of Microsoft's that nothing here has a name for.
#[must_use]
pub fn unresolved(id: &str) -> String {
    let clean: Vec<char> = id.chars().filter(|c| c.is_ascii_graphic()).collect();
    let last: String = clean[clean.len().saturating_sub(8)..].iter().collect();
    format!("Unresolved (…{last})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_deceive_is_spelled_out() {
        assert_eq!(shown("a\u{202E}b\u{0000}\tc", 99), "a[U+202E]b[U+0000] c");
        assert_eq!(shown("äöü", 2), "äö…");
        assert_eq!(shown("a\u{A0}b", 9), "a b");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(-1_000), "−1,000");
        assert_eq!(counted(1, "item", "items"), "1 item");
    }
}
