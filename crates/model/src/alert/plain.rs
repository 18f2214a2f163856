//! Names from outside, on their way into a message: one line, nothing that turns text around, not too long.

/// The longest name in a message, in characters.
const LONGEST: usize = 120;

/// Characters that are not seen and change how others are read: direction marks, joiners, tags.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The name as a message says it.
#[must_use]
pub fn plain(name: &str) -> String {
    let shown: String = name.chars().map(|c| if c.is_control() || is_unseen(c) { ' ' } else { c }).collect();
    let mut line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST {
        line = line.chars().take(LONGEST - 1).chain(['…']).collect();
    }
    if line.is_empty() { "(no name)".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_one_visible_line() {
        assert_eq!(plain("a\r\nSubject: b"), "a Subject: b");
        assert_eq!(plain("\u{202e}gnp.exe"), "gnp.exe");
        assert_eq!(plain(" \u{200b}\0 "), "(no name)");
        assert_eq!(plain(&"ü".repeat(500)).chars().count(), LONGEST);
    }

    proptest! {
        #[test]
        fn whatever_the_name(name in any::<String>()) {
            let line = plain(&name);
            prop_assert!(!line.is_empty() && line.chars().count() <= LONGEST);
            prop_assert!(!line.chars().any(|c| c.is_control() || is_unseen(c)));
            prop_assert_eq!(plain(&line), line.clone());
        }
    }
}
