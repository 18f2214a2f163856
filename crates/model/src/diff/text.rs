//! Differences inside texts: by line for scripts, by word for values.

use super::edits::{Effort, common};

/// Lines around a change that are shown with it.
const AROUND: usize = 3;
/// Texts with more words than this are not marked by word.
const MOST_WORDS: usize = 400;

/// A row of a difference by line; numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The same in both.
    Same {
        /// Its number before.
        before: usize,
        /// Its number after.
        after: usize,
        /// The line.
        text: String,
    },
    /// Only before.
    Removed {
        /// Its number.
        before: usize,
        /// The line.
        text: String,
    },
    /// Only after.
    Added {
        /// Its number.
        after: usize,
        /// The line.
        text: String,
    },
    /// So many lines that are the same in both.
    Skipped(usize),
}

/// How two texts differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextDiff {
    /// The rows, at most as many as were asked for.
    pub rows: Vec<Line>,
    /// How many rows are not listed.
    pub more: usize,
    /// Lines that only the text before has.
    pub removed: usize,
    /// Lines that only the text after has.
    pub added: usize,
    /// Lines that are in both end otherwise (CRLF or LF), or the last line of only one text has an end.
    pub ends_differ: bool,
}

impl TextDiff {
    /// Whether the lines are equal and the texts are not.
    #[must_use]
    pub const fn only_ends(&self) -> bool {
        self.ends_differ && self.removed + self.added == 0
    }
}

/// Compares two texts by line. Where no effort is left, the way is longer than the shortest. How lines end is no difference of a line; [`TextDiff::ends_differ`] tells it.
#[must_use]
pub fn lines(before: &str, after: &str, most: usize, effort: &mut Effort) -> TextDiff {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let (old_ends, new_ends) = (ends(before), ends(after));
    let mut ends_differ = false;
    let mut all = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    for (i, j) in common(&old, &new, effort).into_iter().chain([(old.len(), new.len())]) {
        all.extend((from_old..i).map(|at| Line::Removed { before: at + 1, text: old[at].to_owned() }));
        all.extend((from_new..j).map(|at| Line::Added { after: at + 1, text: new[at].to_owned() }));
        if let Some(text) = old.get(i) {
            ends_differ |= match (old_ends[i], new_ends[j]) {
                // Text that follows gives the last line an end.
                ("", _) | (_, "") if (i + 1 == old.len()) != (j + 1 == new.len()) => false,
                (old, new) => old != new,
            };
            all.push(Line::Same { before: i + 1, after: j + 1, text: (*text).to_owned() });
        }
        (from_old, from_new) = (i + 1, j + 1);
    }
    let removed = all.iter().filter(|line| matches!(line, Line::Removed { .. })).count();
    let added = all.iter().filter(|line| matches!(line, Line::Added { .. })).count();
    let mut rows = folded(all);
    let more = rows.len().saturating_sub(most);
    rows.truncate(most);
    TextDiff { rows, more, removed, added, ends_differ }
}

/// How each line ends.
fn ends(text: &str) -> Vec<&str> {
    let end = |line: &'_ str| {
        if line.ends_with("\r\n") {
            "\r\n"
        } else if line.ends_with('\n') {
            "\n"
        } else {
            ""
        }
    };
    text.split_inclusive('\n').map(end).collect()
}

/// Leaves out what is the same far from any change.
fn folded(all: Vec<Line>) -> Vec<Line> {
    let same = |line: &Line| matches!(line, Line::Same { .. });
    let mut near = vec![false; all.len()];
    for at in all.iter().enumerate().filter(|(_, line)| !same(line)).map(|(at, _)| at) {
        let end = (at + AROUND + 1).min(all.len());
        near[at.saturating_sub(AROUND)..end].fill(true);
    }
    let mut rows = Vec::new();
    for (line, near) in all.into_iter().zip(near) {
        match (near, rows.last_mut()) {
            (true, _) => rows.push(line),
            (false, Some(Line::Skipped(count))) => *count += 1,
            (false, _) => rows.push(Line::Skipped(1)),
        }
    }
    rows
}

/// Some words, and whether the other text lacks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words with what stands between them.
    pub text: String,
    /// Whether they differ.
    pub marked: bool,
}

/// Two short texts in pieces, of which those are marked that the other one lacks. Texts that are long, or share next to nothing, are
/// one marked piece each.
#[must_use]
pub fn words(before: &str, after: &str, effort: &mut Effort) -> (Vec<Piece>, Vec<Piece>) {
    let (old, new) = (split(before), split(after));
    let whole = |text: &str| vec![Piece { text: text.to_owned(), marked: true }];
    if old.len() > MOST_WORDS || new.len() > MOST_WORDS {
        return (whole(before), whole(after));
    }
    let pairs = common(&old, &new, effort);
    let shared: usize = pairs.iter().map(|(i, _)| old[*i].trim().len()).sum();
    if shared * 4 < before.len().max(after.len()) {
        return (whole(before), whole(after));
    }
    let pieces = |all: &[&str], kept: Vec<usize>| {
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, word) in all.iter().enumerate() {
            let marked = kept.binary_search(&at).is_err();
            match pieces.last_mut() {
                Some(last) if last.marked == marked => last.text.push_str(word),
                _ => pieces.push(Piece { text: (*word).to_owned(), marked }),
            }
        }
        pieces
    };
    (pieces(&old, pairs.iter().map(|(i, _)| *i).collect()), pieces(&new, pairs.iter().map(|(_, j)| *j).collect()))
}

/// Runs of letters and digits, and every other character by itself.
fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let joins = before.is_some_and(|before| before.is_alphanumeric() && c.is_alphanumeric());
        if at > start && !joins {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_far_from_a_change_are_folded() {
        let before: String = (1..=20).map(|n| format!("line {n}\n")).collect();
        let after = before.replace("line 10\n", "line ten\r\nand more\n");
        let diff = lines(&before, &after, 100, &mut Effort::default());
        assert_eq!((diff.removed, diff.added, diff.ends_differ), (1, 2, false));
        assert_eq!((diff.rows.first(), diff.rows.last()), (Some(&Line::Skipped(6)), Some(&Line::Skipped(7))));
        assert!(diff.rows.contains(&Line::Removed { before: 10, text: "line 10".to_owned() }));
        assert!(diff.rows.contains(&Line::Added { after: 10, text: "line ten".to_owned() }));
        assert!(diff.rows.contains(&Line::Same { before: 11, after: 12, text: "line 11".to_owned() }));
        let short = lines(&before, &after, 2, &mut Effort::default());
        assert_eq!((short.rows.len(), short.more), (2, diff.rows.len() - 2));
    }

    #[test]
    fn line_ends_alone_are_told_by_themselves() {
        let diff = lines("a\r\nb\r\n", "a\nb\n", 100, &mut Effort::default());
        assert!(diff.only_ends() && diff.removed + diff.added == 0);
        assert!(lines("a", "a\n", 100, &mut Effort::default()).only_ends());
        assert!(!lines("a\n", "a\n", 100, &mut Effort::default()).ends_differ);
        assert!(
            !lines("", "a", 100, &mut Effort::default()).ends_differ
                && !lines("a", "a\nb", 100, &mut Effort::default()).ends_differ
        );
        assert!(!lines("", "\n", 100, &mut Effort::default()).only_ends(), "a line came");
    }

    #[test]
    fn other_line_ends_are_told_beside_a_line_that_changed() {
        let diff = lines("a\r\nb\r\nc\r\n", "a\nB\nc\n", 100, &mut Effort::default());
        assert_eq!((diff.removed, diff.added, diff.ends_differ, diff.only_ends()), (1, 1, true, false));
        assert!(
            !lines("a\r\nb\r\n", "a\r\nB\n", 100, &mut Effort::default()).ends_differ,
            "a line that changed has another end as it has another text"
        );
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let (old, new) = words("Require a PIN of 6 digits", "Require a PIN of 8 digits", &mut Effort::default());
        let marked = |pieces: &[Piece]| pieces.iter().filter(|p| p.marked).map(|p| p.text.clone()).collect::<Vec<_>>();
        assert_eq!((marked(&old), marked(&new)), (vec!["6".to_owned()], vec!["8".to_owned()]));
        let (old, new) = words("abc", "xyz", &mut Effort::default());
        assert_eq!((old.len(), new.len(), old[0].marked), (1, 1, true));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_by_marking(a in "[a-c ä.]{0,40}", b in "[a-c ä.]{0,40}") {
            let (old, new) = words(&a, &b, &mut Effort::default());
            let joined = |pieces: Vec<Piece>| pieces.into_iter().map(|p| p.text).collect::<String>();
            prop_assert_eq!((joined(old), joined(new)), (a, b));
        }

        #[test]
        fn both_texts_can_be_read_from_the_lines(a in prop::collection::vec("[ab]", 0..30), b in prop::collection::vec("[ab]", 0..30)) {
            let diff = lines(&a.join("\n"), &b.join("\n"), usize::MAX, &mut Effort::default());
            let count = |of: fn(&Line) -> usize| diff.rows.iter().map(of).sum::<usize>();
            let old = count(|l| match l { Line::Same { .. } | Line::Removed { .. } => 1, Line::Skipped(n) => *n, Line::Added { .. } => 0 });
            let new = count(|l| match l { Line::Same { .. } | Line::Added { .. } => 1, Line::Skipped(n) => *n, Line::Removed { .. } => 0 });
            prop_assert_eq!((old, new), (a.len(), b.len()));
        }
    }
}
