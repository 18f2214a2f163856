//! What headings are called in addresses.

use std::collections::BTreeMap;

/// The names that headings of one document have got so far.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeMap<String, u32>);

impl Anchors {
    /// The name of a heading, by the rule of the places where the files themselves are read: lower case, hyphens for spaces, nothing
    /// but letters, digits, hyphens and underscores; a second one of the same words ends in `-1`.
    pub(super) fn name(&mut self, words: &str) -> String {
        let words = words.to_lowercase();
        let kept = words.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        });
        let name: String = kept.collect();
        let seen = self.0.entry(name.clone()).or_default();
        let number = *seen;
        *seen += 1;
        if number == 0 { name } else { format!("{name}-{number}") }
    }
}

/// The id of an element that is called so: apart from those of the surroundings.
pub(super) fn id(anchor: &str) -> String {
    format!("at-{anchor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_called_by_its_words() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.name("What to be woken for"), "what-to-be-woken-for");
        assert_eq!(anchors.name("`db backup`: a file, safely"), "db-backup-a-file-safely");
        assert_eq!(anchors.name("Limits"), "limits");
        assert_eq!(anchors.name("Limits"), "limits-1");
    }
}
