//! The form of a name in the directory cache by which it is sorted and searched, the same on both databases.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The longest form, in characters.
const MOST: usize = 256;

/// Lower case, without accents, compatibility forms made plain (`ﬁ`, full width), white space and controls as single spaces.
pub(crate) fn folded(name: &str) -> String {
    let mut whole = whole(name);
    if let Some((end, _)) = whole.char_indices().nth(MOST) {
        whole.truncate(end);
    }
    whole
}

/// The same of a text of any length.
pub(crate) fn whole(name: &str) -> String {
    // The sign between the steps of a setting's way is one that stays as it is.
    if name.is_ascii() || name.chars().all(|c| c.is_ascii() || c == '›') {
        return plain(name);
    }
    // Twice: a capital may be decomposed only after it is small (`İ`), and some small letters only by compatibility.
    let once = decomposed(name.chars().flat_map(char::to_lowercase));
    let mut out = String::with_capacity(once.len());
    for c in decomposed(once.chars().flat_map(char::to_lowercase)).chars() {
        match c {
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            // Latin letters that have a stroke or are two in one, and no decomposition.
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'þ' => out.push_str("th"),
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What most texts are: byte by byte, of which only ASCII ones are changed.
fn plain(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut gap = true;
    for byte in text.bytes() {
        if byte > b' ' && byte != 0x7f {
            out.push(byte.to_ascii_lowercase());
            gap = false;
        } else if !gap {
            out.push(b' ');
            gap = true;
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Decomposed, combining accents left out. Marks of other scripts stay: there they are part of the letter.
fn decomposed(chars: impl Iterator<Item = char>) -> String {
    DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(chars).filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect()
}

/// The first text, by code points, that is greater than everything that begins with this one; `None` when there is none.
pub(crate) fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_case_and_forms_make_no_difference() {
        for (a, b) in [
            ("Müller Straße", "muller strasse"),
            ("ÉCOLE", "e\u{301}cole"),
            ("İstanbul", "istanbul"),
            ("Łódź", "lodz"),
            ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
            ("Ærø", "aero"),
            ("Ελλάδα", "ελλαδα"),
            (" a\t\n b\0c ", "a b c"),
            ("ﬁnance", "finance"),
        ] {
            assert_eq!(folded(a), folded(b), "{a}");
        }
        assert_ne!(folded("が"), folded("か"), "in other scripts a mark makes another letter");
        assert_eq!(folded(&"x".repeat(900)).len(), MOST);
        assert_eq!(folded("\u{301} "), "");
    }

    #[test]
    fn a_prefix_has_an_end() {
        assert_eq!(after_prefix("abc").as_deref(), Some("abd"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix("\u{10ffff}"), None);
        assert_eq!(after_prefix(""), None);
    }

    proptest! {
        #[test]
        fn folding_is_done_once(name in ".{0,60}") {
            prop_assert_eq!(folded(&folded(&name)), folded(&name));
        }

        #[test]
        fn plain_texts_fold_as_others_do(name in "[\\x00-\\x7f]{0,60}") {
            prop_assert_eq!(whole(&name), whole(&format!("{name}\u{301}")));
            let way = name.replace('>', "›");
            prop_assert_eq!(whole(&way), whole(&format!("{way}\u{301}")));
        }

        #[test]
        fn what_begins_so_lies_between(prefix in ".{1,8}", rest in ".{0,8}") {
            let whole = format!("{prefix}{rest}");
            prop_assert!(whole.as_str() >= prefix.as_str());
            if let Some(after) = after_prefix(&prefix) {
                prop_assert!(whole < after);
            }
        }
    }
}
