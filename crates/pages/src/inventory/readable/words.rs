//! Graph's identifiers as words that are fit to be seen.

use model::words;

use crate::text;

/// Identifiers are cut after so many characters.
const LONGEST: usize = 1_000;

/// `passwordMinimumLength` → `Password minimum length`; abbreviations in capitals stay.
pub(crate) fn property_words(name: &str) -> String {
    words::property(&text::shown(name.trim_start_matches("#microsoft.graph."), 120))
}

/// The last part of a setting definition id as a name, and the parts before it as a path.
pub(super) fn setting_words(id: &str) -> (String, String) {
    match words::setting(&text::shown(id, LONGEST)) {
        Some((name, path)) => (text::shown(&name, text::NAME), text::shown(&path, text::NAME)),
        None => (text::shown(id, text::NAME), String::new()),
    }
}

/// What of a choice's value is its own: it usually repeats the id of its definition.
pub(super) fn choice_words(definition: &str, value: &str) -> String {
    words::choice(&text::shown(definition, LONGEST), &text::shown(value, LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(property_words("passwordMinimumLength"), "Password minimum length");
        assert_eq!(setting_words("_"), ("_".to_owned(), String::new()));
        let (name, path) = setting_words("device_vendor_msft_policy_config_defender_allowarchivescanning");
        assert_eq!((name.as_str(), path.as_str()), ("Allow archive scanning", "defender"));
        assert_eq!(choice_words("a_b", "a_b_true"), "Yes");
        assert!(!setting_words("a_b\u{202e}").0.contains('\u{202e}'));
    }
}
