//! Names of settings come as words without spaces. This puts the spaces back where every letter belongs to a known word, and
//! leaves the name alone where not.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Word → how it is written.
static WORDS: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let lines = include_str!("lexicon.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .flat_map(str::split_whitespace)
        .map(|entry| entry.split_once('=').map_or((entry, entry.to_owned()), |(word, written)| (word, written.replace('_', " "))))
        .collect()
});

/// No word is longer.
const LONGEST: usize = 20;
/// Longer names are left alone: no setting has one.
const LONGEST_NAME: usize = 120;
/// What a word costs, so that few long words win over many short ones.
const COST: u32 = 10;
const COST_OF_SHORT: u32 = 16;

/// `allowarchivescanning` → `Allow archive scanning`; `None` when a part of it is no word that we know.
#[must_use]
pub fn spaced(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if !lower.bytes().all(|b| b.is_ascii_alphanumeric()) || lower.len() > LONGEST_NAME {
        return None;
    }
    // The cheapest way to each position: its cost and where its last word begins.
    let mut best: Vec<Option<(u32, usize)>> = vec![None; lower.len() + 1];
    *best.first_mut()? = Some((0, 0));
    for start in 0..lower.len() {
        let Some((cost, _)) = best[start] else { continue };
        for (end, word_cost) in words_at(&lower, start) {
            if best[end].is_none_or(|(known, _)| cost + word_cost < known) {
                best[end] = Some((cost + word_cost, start));
            }
        }
    }
    let mut words = Vec::new();
    let mut end = lower.len();
    while end > 0 {
        let (_, start) = best[end]?;
        let word = &lower[start..end];
        words.push(WORDS.get(word).map_or(word, String::as_str));
        end = start;
    }
    words.reverse();
    let text = words.join(" ");
    // A word that is written in a special way keeps it also at the beginning.
    let plain = words.first()?.chars().all(|c| c.is_ascii_lowercase());
    let mut chars = text.chars();
    if plain { Some(chars.next()?.to_uppercase().chain(chars).collect()) } else { Some(text) }
}

/// Where words that begin at `start` end, and what they cost. Digits in a row are one word.
fn words_at(text: &str, start: usize) -> impl Iterator<Item = (usize, u32)> {
    let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    let number = (digits > 0).then_some((start + digits, COST));
    let ends = (start + 1)..=(start + LONGEST).min(text.len());
    let known = ends.filter(move |end| WORDS.contains_key(&text[start..*end]));
    known.map(move |end| (end, if end - start > 2 { COST } else { COST_OF_SHORT })).chain(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_spaces_become_words() {
        for (name, words) in [
            ("allowarchivescanning", "Allow archive scanning"),
            ("disabletpmfirmwareupdatewarning", "Disable TPM firmware update warning"),
            ("TurnOnPowerShellScriptBlockLogging", "Turn on PowerShell script block logging"),
            ("excel97workbooks", "Excel 97 workbooks"),
        ] {
            assert_eq!(spaced(name).as_deref(), Some(words), "{name}");
        }
    }

    #[test]
    fn what_is_not_made_of_known_words_is_left_alone() {
        for name in ["xqzzy", "allowxqzzy", "", "<b>", "grün", &"a".repeat(500)] {
            assert_eq!(spaced(name), None, "{name}");
        }
    }

    #[test]
    fn every_word_is_lower_case_letters_and_digits() {
        for word in WORDS.keys() {
            assert!(word.len() <= LONGEST && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{word}");
        }
    }
}
