//! File names for objects: `compliance_policy/windows-baseline-3fa41c09.json`.
//!
//! The name says what the object is called, for people; the digits after it are a hash of its type and id, for everything else. So two
//! objects of one name have two files, on systems that ignore case too, and the same object has the same file in every export.

use std::collections::HashSet;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// Characters that are kept of a name.
const MOST: usize = 60;
/// Digits after the name, and how many there are where that many were taken.
const DIGITS: [usize; 3] = [8, 16, 64];

/// Gives out file names, none of them twice.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Takes a name as given out.
    pub(super) fn taken(&mut self, path: &str) {
        if let Some((folder, rest)) = path.rsplit_once('/') {
            let digits = rest.trim_end_matches(".json").rsplit('-').next().unwrap_or_default();
            self.0.insert(format!("{folder}/{digits}"));
        }
    }

    /// A path for an object that has none.
    pub(super) fn give(&mut self, resource_type: &str, object_id: &str, name: &str) -> String {
        let hash = blake3::hash(format!("{resource_type}\n{object_id}").as_bytes()).to_hex();
        let folder = part(resource_type);
        let free = |digits: &&usize| !self.0.contains(&format!("{folder}/{}", &hash[..**digits]));
        let digits = DIGITS.iter().find(free).map_or(64, |digits| *digits);
        let path = format!("{folder}/{}-{}.json", part(name), &hash[..digits]);
        self.taken(&path);
        path
    }
}

/// A name as part of a path: small letters and digits of any script, everything else a hyphen. With the digits that follow it is never
/// one of the names that Windows keeps for devices, and never ends in a dot.
fn part(name: &str) -> String {
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize(name);
    let plain: String = plain.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect();
    let mut out = String::new();
    for c in ComposingNormalizerBorrowed::new_nfc().normalize(&plain).chars() {
        match c {
            c if c.is_alphanumeric() || c == '_' => out.push(c),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let cut: String = out.chars().take(MOST).collect();
    match cut.trim_end_matches('-') {
        "" => "object".to_owned(),
        cut => cut.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_readable_and_safe_everywhere() {
        for (name, wanted) in [
            ("Windows – Baseline (v2.1)", "windows-baseline-v2-1"),
            ("Überprüfung", "uberprufung"),
            ("日本語 ポリシー", "日本語-ポリシー"),
            ("정책", "정책"),
            ("../../etc/passwd", "etc-passwd"),
            ("CON", "con"),
            ("a:b\\c*?<>|\"", "a-b-c"),
            (" . ", "object"),
            ("", "object"),
            ("\u{202e}\0\n", "object"),
        ] {
            assert_eq!(part(name), wanted, "{name:?}");
        }
        assert_eq!(part(&"x".repeat(500)).len(), MOST);
    }

    #[test]
    fn two_objects_of_one_name_have_two_files() {
        let mut names = Names::default();
        let (one, two) = (names.give("compliance_policy", "1", "Same"), names.give("compliance_policy", "2", "same"));
        assert_ne!(one, two);
        assert!(one.starts_with("compliance_policy/same-") && two.starts_with("compliance_policy/same-"));
        assert_eq!(Names::default().give("compliance_policy", "1", "Same"), one, "the same object has the same file");
        let third = names.give("compliance_policy", "1", "Other");
        assert_eq!(third.len(), "compliance_policy/other-.json".len() + 16, "{third}");
    }

    proptest! {
        #[test]
        fn no_name_leads_anywhere_else(kind in "[a-z_]{1,12}", id in any::<String>(), name in any::<String>()) {
            let path = Names::default().give(&kind, &id, &name);
            let safe = super::super::path::safe(path.as_bytes(), &super::super::limits::Limits::default());
            prop_assert_eq!(safe.as_deref(), Ok(path.as_str()));
            prop_assert_eq!(path.matches('/').count(), 1);
            prop_assert!(path.len() < 320);
            prop_assert!(!path.contains([':', '*', '?', '"', '<', '>', '|', ' ']));
        }
    }
}
