//! The settings of a content as lines of text, and what of a line has the words of a search.

use model::diff::Piece;
use model::setting_search::{Entry, FoundSetting, LONGEST_WORD, MOST_SHOWN, MOST_WORDS, Withheld};

use super::letters::{ANYWHERE_FROM, continues};
use crate::fold::whole;

/// Characters of a value that are shown.
const MOST_VALUE: usize = 240;
/// Characters of a way or an id that are shown.
const MOST_WAY: usize = 300;

/// The words of a search.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in whole(text).split(' ').filter(|word| !word.is_empty()) {
        let word: String = word.chars().take(LONGEST_WORD).collect();
        if words.len() < MOST_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Adds the line of a setting.
pub(super) fn write(entry: &Entry, out: &mut String) {
    out.push(match entry.withheld {
        None => ' ',
        Some(Withheld::Secret) => 's',
        Some(Withheld::Encoded) => 'e',
    });
    for part in [&entry.pointer, &entry.path, &entry.id, &entry.value, &entry.code] {
        out.push('\t');
        out.extend(part.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    out.push('\n');
}

/// What of a line is searched: all but the pointer.
pub(super) fn searched(line: &str) -> &str {
    line.splitn(3, '\t').nth(2).unwrap_or_default()
}

/// The first settings that have every word, and how many more have.
pub(super) fn hits(lines: &str, words: &[String]) -> (Vec<FoundSetting>, usize) {
    let (mut shown, mut more) = (Vec::new(), 0);
    for line in lines.lines() {
        let folded = whole(searched(line));
        // Whether it is there at all is told many times faster than where.
        if !words.iter().all(|word| folded.contains(word.as_str()) && places(&folded, word).next().is_some()) {
            continue;
        }
        if shown.len() < MOST_SHOWN {
            shown.push(found(line, words));
        } else {
            more += 1;
        }
    }
    (shown, more)
}

/// Where a word is in a folded text: in bytes.
fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let short = word.chars().nth(ANYWHERE_FROM - 1).is_none();
    text.match_indices(word).map(|(at, _)| at).filter(move |at| !short || !text[..*at].chars().next_back().is_some_and(continues))
}

fn found(line: &str, words: &[String]) -> FoundSetting {
    let parts: Vec<&str> = line.split('\t').collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    let code = marked(part(5), words, MOST_WAY);
    let id = marked(part(3), words, MOST_WAY);
    let has = |pieces: &[Piece]| pieces.iter().any(|piece| piece.marked);
    FoundSetting {
        pointer: part(1).to_owned(),
        path: marked(part(2), words, MOST_WAY),
        id: if has(&code) && !has(&id) { code } else { id },
        value: marked(part(4), words, MOST_VALUE),
        withheld: match part(0) {
            "s" => Some(Withheld::Secret),
            "e" => Some(Withheld::Encoded),
            _ => None,
        },
    }
}

/// A text in pieces, of which those are marked that the words are; cut around the first of them.
fn marked(text: &str, words: &[String], most: usize) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    // Folding changes lengths: of each byte of the folded text, the character that it comes from.
    let (mut folded, mut from) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (i, c) in chars.iter().enumerate() {
        if c.is_ascii() || c.is_whitespace() || c.is_control() {
            folded.push(if c.is_whitespace() || c.is_control() { ' ' } else { c.to_ascii_lowercase() });
        } else {
            folded.push_str(&whole(c.encode_utf8(&mut [0; 4])));
        }
        from.resize(folded.len(), i);
    }
    let mut hit = vec![false; chars.len()];
    for word in words {
        for at in places(&folded, word) {
            from[at..at + word.len()].iter().for_each(|i| hit[*i] = true);
        }
    }
    let first = hit.iter().position(|hit| *hit).unwrap_or(0);
    let begin = if chars.len() <= most { 0 } else { first.saturating_sub(most / 4).min(chars.len() - most) };
    let end = chars.len().min(begin + most);
    let mut pieces: Vec<Piece> = Vec::new();
    if begin > 0 {
        pieces.push(Piece { text: "…".to_owned(), marked: false });
    }
    for i in begin..end {
        match pieces.last_mut() {
            Some(piece) if piece.marked == hit[i] => piece.text.push(chars[i]),
            _ => pieces.push(Piece { text: chars[i].to_string(), marked: hit[i] }),
        }
    }
    if end < chars.len() {
        pieces.push(Piece { text: "…".to_owned(), marked: false });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, value: &str) -> Entry {
        Entry { pointer: "/p".into(), path: path.into(), id: "the_id".into(), value: value.into(), ..Entry::default() }
    }

    fn told(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    #[test]
    fn a_setting_has_every_word_or_is_no_hit() {
        let mut lines = String::new();
        write(&entry("bitlocker › Require encryption", "Ja, Größe\tA\nB"), &mut lines);
        write(&entry("Other", "encryption"), &mut lines);
        let (found, more) = hits(&lines, &words(" ENCRYPTION  bitLocker GROSSE "));
        assert_eq!((found.len(), more), (1, 0));
        assert_eq!(told(&found[0].path), "[bitlocker] › Require [encryption]");
        assert_eq!(told(&found[0].value), "Ja, [Größe] A B");
        assert_eq!((found[0].pointer.as_str(), told(&found[0].id).as_str()), ("/p", "the_id"));
        assert_eq!(hits(&lines, &words("re")).0.len(), 1, "short words begin a word");
        assert_eq!(hits(&lines, &words("ry")).0.len(), 0);
        assert_eq!(hits(&lines, &words("/p")).0.len(), 0, "pointers are not searched");
        assert_eq!(hits(&lines, &words("%")).0.len(), 0, "no sign stands for others");
        assert_eq!(hits(&lines, &words("_id")).0.len(), 2);
    }

    #[test]
    fn long_texts_are_cut_around_what_was_found() {
        let text = format!("{}Needle{}", "a ".repeat(300), " b".repeat(300));
        let shown = told(&marked(&text, &words("needle"), MOST_VALUE));
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("[Needle]"), "{shown}");
        assert!(shown.chars().count() <= MOST_VALUE + 4);
        let many: String = (0..9).map(|_| "\t\t\tx\ti\tv\tc\n").collect();
        assert_eq!(hits(&many, &words("x")).1, 9 - MOST_SHOWN);
    }

    #[test]
    fn odd_texts_have_no_words_or_few() {
        assert!(words(" \u{301}\n\0 ").is_empty());
        assert_eq!(words(&"a b ".repeat(50)), ["a", "b"]);
        assert_eq!(words(&"x".repeat(500))[0].len(), LONGEST_WORD);
        assert!(hits("", &words("a")).0.is_empty() && hits("\n\t\n", &words("a")).0.is_empty());
        assert_eq!(told(&marked("ﬁnance İstanbul", &words("finance istanbul"), 99)), "[ﬁnance] [İstanbul]");
    }
}
