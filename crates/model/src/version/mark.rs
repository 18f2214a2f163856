//! What people wrote on a version, and whether they pinned it.

use crate::time::Moment;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 2_000;

/// A note and a pin on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What was written; may be empty.
    pub note: String,
    /// Whether it is pinned: marked in lists, and found by a filter. Versions are removed by no retention in any case.
    pub pinned: bool,
    /// When that was last changed.
    pub at: Moment,
    /// By whom; `None` once they are no longer known.
    pub by: Option<String>,
}

/// A note and a pin to be set; an empty one without a pin takes both away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewMark {
    note: String,
    /// Whether it is pinned.
    pub pinned: bool,
}

/// The note is longer than [`LONGEST_NOTE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A note has at most 2,000 characters.")]
pub struct NoteTooLong;

impl NewMark {
    /// With a note; line ends as one character, without white space around it.
    ///
    /// # Errors
    /// [`NoteTooLong`].
    pub fn new(note: &str, pinned: bool) -> Result<Self, NoteTooLong> {
        let note: String = note.replace("\r\n", "\n").trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
        if note.chars().count() > LONGEST_NOTE { Err(NoteTooLong) } else { Ok(Self { note, pinned }) }
    }

    /// The note.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Whether nothing is left of the mark.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.note.is_empty() && !self.pinned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_trimmed_and_bounded() {
        assert_eq!(NewMark::new(" a\r\nb\u{7}\n", false).unwrap().note(), "a\nb");
        assert!(NewMark::new("  \n ", false).unwrap().is_empty());
        assert!(NewMark::new(&"ü".repeat(2_000), true).is_ok());
        assert_eq!(NewMark::new(&"ü".repeat(2_001), true), Err(NoteTooLong));
    }
}
