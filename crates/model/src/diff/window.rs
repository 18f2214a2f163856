//! The piece of two long texts in which they differ.

use super::veil::{DIGITS, HIDDEN, uncovered_text};

/// Both texts without the hashes of what is covered, each at most about `width` characters long: where one is longer, a piece around the
/// first difference, with "…" where something is left out. Texts that differ in what is covered alone come out alike.
#[must_use]
pub fn windows(before: &str, after: &str, width: usize) -> (String, String) {
    let shared = first_difference(before, after);
    // What comes before the first difference is the same in both, so that it is as long in both when it is uncovered.
    let start = uncovered_text(before.get(..shared).unwrap_or_default()).chars().count();
    let (old, new): (Vec<char>, Vec<char>) = (uncovered_text(before).chars().collect(), uncovered_text(after).chars().collect());
    if old.len().max(new.len()) <= width {
        return (old.into_iter().collect(), new.into_iter().collect());
    }
    let lead = width / 4;
    let from = start.saturating_sub(lead);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let end = end.min(old.len().min(new.len()).saturating_sub(start)).saturating_sub(lead);
    let piece = |text: &[char]| {
        let to = text.len().saturating_sub(end).min(from.saturating_add(width)).max(from.min(text.len()));
        let mut piece = String::new();
        if from > 0 {
            piece.push('…');
        }
        piece.extend(text.get(from..to).unwrap_or_default());
        if to < text.len() {
            piece.push('…');
        }
        piece
    };
    (piece(&old), piece(&new))
}

/// How many bytes at the beginning are the same in both; where they part inside something covered, those before it.
fn first_difference(before: &str, after: &str) -> usize {
    let shared: usize = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let (rest, at) = match before.get(..shared).unwrap_or_default().rfind(HIDDEN) {
        Some(at) => (&before[at + HIDDEN.len()..shared], at),
        None => return shared,
    };
    let parted = rest.strip_prefix(' ').is_some_and(|hash| hash.len() < DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    if parted { at } else { shared }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_difference_far_inside_is_in_the_window() {
        let long = |middle: &str| format!("{}{middle}{}", "a".repeat(5_000), "z".repeat(5_000));
        let (old, new) = windows(&long("off"), &long("on"), 80);
        assert_eq!((old.chars().count(), new.chars().count()), (44, 43));
        assert!(old.starts_with("…aaa") && old.ends_with("zzz…"));
        assert!(old.contains("aof") && new.contains("aon"), "{old} {new}");
        // Also where one only goes on.
        let (old, new) = windows(&"a".repeat(3_000), &"a".repeat(5_000), 80);
        assert_eq!((old.len() - '…'.len_utf8(), new.ends_with('…')), (20, true));
        assert_eq!(windows("short", "shirt", 80), ("short".to_owned(), "shirt".to_owned()));
        assert_eq!(windows("", "", 0), (String::new(), String::new()));
    }

    #[test]
    fn what_is_covered_is_never_shown_in_part() {
        let covered = |digit: &str| format!("{}\"{HIDDEN} {}\"{}", "x".repeat(900), digit.repeat(64), "y".repeat(900));
        let (old, new) = windows(&covered("a"), &covered("b"), 200);
        assert_eq!(old, new, "no hash tells them apart");
        assert!(old.contains(&format!("x\"{HIDDEN}\"y")) && !old.contains("aaaa"), "{old}");
        // A secret that is the same in both, and something after it that is not.
        let tail = |end: &str| format!("{HIDDEN} {}{}{end}", "c".repeat(64), " ".repeat(300));
        let (old, new) = windows(&tail("1"), &tail("2"), 100);
        assert!(old.ends_with('1') && new.ends_with('2'));
    }

    proptest! {
        #[test]
        fn texts_that_differ_look_different(a in "[ab•ä]{0,60}", b in "[ab•ä]{0,60}", width in 4_usize..40) {
            let (old, new) = windows(&a, &b, width);
            prop_assert_eq!(a == b, old == new);
            prop_assert!(old.chars().count() <= width + 2 && new.chars().count() <= width + 2);
        }
    }
}
