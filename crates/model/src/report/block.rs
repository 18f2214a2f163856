//! The pieces of a document. Their texts are plain: whoever writes them down as HTML or Markdown escapes them.

use serde::{Deserialize, Serialize};

/// The longest text of a cell, in characters; longer ones are cut where a block is made.
pub const LONGEST_CELL: usize = 2_000;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading {
        /// 2 for a tenant, 3 for a part, 4 for an object.
        level: u8,
        /// Its words.
        text: String,
        /// By what links lead to it: letters, digits and hyphens.
        anchor: String,
    },
    /// What stands further down, with links.
    Contents {
        /// The lines.
        lines: Vec<ContentsLine>,
    },
    /// A paragraph.
    Text {
        /// Its words.
        text: String,
    },
    /// Something that the reader has to know of the document itself: what was left out, and why.
    Note {
        /// Its words.
        text: String,
    },
    /// Names with their values.
    Facts {
        /// Name and value.
        rows: Vec<(String, String)>,
    },
    /// A table.
    Table {
        /// What it holds, for those who do not see it.
        label: String,
        /// The heads of its columns.
        columns: Vec<String>,
        /// Its rows, as long as `columns`.
        rows: Vec<Vec<String>>,
    },
}

/// A line of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentsLine {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub anchor: String,
    /// How many objects stand there, where that says something.
    pub count: Option<i64>,
}

impl Block {
    /// A heading. What is no letter or digit of the anchor becomes a hyphen.
    #[must_use]
    pub fn heading(level: u8, text: impl Into<String>, anchor: &str) -> Self {
        Self::Heading { level, text: text.into(), anchor: anchored(anchor) }
    }

    /// A paragraph.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// A note.
    #[must_use]
    pub fn note(text: impl Into<String>) -> Self {
        Self::Note { text: text.into() }
    }

    /// A table.
    #[must_use]
    pub fn table(label: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self::Table { label: label.to_owned(), columns: columns.iter().map(|&column| column.to_owned()).collect(), rows }
    }

    /// About how long it is, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Heading { text, .. } | Self::Text { text } | Self::Note { text } => text.len() + 64,
            Self::Contents { lines } => lines.iter().map(|line| line.text.len() + 80).sum(),
            Self::Facts { rows } => rows.iter().map(|(name, value)| name.len() + value.len() + 16).sum(),
            Self::Table { rows, .. } => rows.iter().flatten().map(|cell| cell.len() + 8).sum(),
        }
    }
}

impl ContentsLine {
    /// A line.
    #[must_use]
    pub fn new(text: impl Into<String>, anchor: &str, count: Option<i64>) -> Self {
        Self { text: text.into(), anchor: anchored(anchor), count }
    }
}

fn anchored(anchor: &str) -> String {
    anchor.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_back_as_it_was_stored() {
        let all = [
            Block::heading(3, "A", "a\" onclick=b"),
            Block::Contents { lines: vec![ContentsLine::new("A", "a", Some(2))] },
            Block::text("t"),
            Block::note("n"),
            Block::Facts { rows: vec![("a".to_owned(), "b".to_owned())] },
            Block::table("T", &["a"], vec![vec!["b".to_owned()]]),
        ];
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Block>>(&text).unwrap(), all);
        assert!(matches!(&all[0], Block::Heading { anchor, .. } if anchor == "a--onclick-b"));
        assert!(all.iter().all(|block| block.size() > 0));
    }
}
