//! Graph's identifiers as words.

use super::lexicon::spaced;
use crate::text;

/// Beginnings of setting definition ids that say nothing to a reader; longer ones before shorter ones of the same letters.
const BEGINNINGS: [&str; 8] = [
    "device_vendor_msft_policy_config_",
    "user_vendor_msft_policy_config_",
    "device_vendor_msft_",
    "user_vendor_msft_",
    "vendor_msft_policy_config_",
    "vendor_msft_",
    "com.apple.",
    "deviceconfiguration--",
];

/// `passwordMinimumLength` → `Password minimum length`; abbreviations in capitals stay.
pub(crate) fn property_words(name: &str) -> String {
    let name = text::shown(name.trim_start_matches("#microsoft.graph."), 120);
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| chars.get(b)).copied();
        let after_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = c.is_uppercase()
            && before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit() || (b.is_uppercase() && after_lower));
        let begins_number = c.is_ascii_digit() && before.is_some_and(char::is_lowercase);
        let begins = begins_word || begins_number;
        if begins {
            out.push(' ');
        }
        match (i, c, begins) {
            (0, c, _) => out.extend(c.to_uppercase()),
            (_, '_', _) => out.push(' '),
            (_, c, true) if after_lower => out.extend(c.to_lowercase()),
            (_, c, _) => out.push(c),
        }
    }
    out
}

/// The last part of a setting definition id as a name, and the parts before it as a path.
pub(super) fn setting_words(id: &str) -> (String, String) {
    let lower = id.to_ascii_lowercase();
    let start = BEGINNINGS.iter().find(|beginning| lower.starts_with(**beginning)).map_or(0, |beginning| beginning.len());
    let rest = id.get(start..).unwrap_or(id);
    let parts: Vec<&str> = rest.split(['_', '~']).filter(|part| !part.is_empty() && *part != "policy").collect();
    match parts.split_last() {
        Some((name, path)) => (spaced(name).unwrap_or_else(|| property_words(name)), text::shown(&path.join(" › "), text::NAME)),
        None => (text::shown(id, text::NAME), String::new()),
    }
}

/// What of a choice's value is its own: it usually repeats the id of its definition.
pub(super) fn choice_words(definition: &str, value: &str) -> String {
    let own = value.strip_prefix(definition).map_or(value, |rest| rest.trim_start_matches('_'));
    let own = if own.is_empty() { value } else { own };
    match own.to_ascii_lowercase().as_str() {
        "true" => "Yes".to_owned(),
        "false" => "No".to_owned(),
        _ => spaced(own).unwrap_or_else(|| property_words(own)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(property_words("passwordMinimumLength"), "Password minimum length");
        assert_eq!(property_words("runAs32Bit"), "Run as 32 bit");
        assert_eq!(property_words("requireMDMEnrollment"), "Require MDM enrollment");
        assert_eq!(property_words(""), "");
        assert_eq!(
            setting_words("device_vendor_msft_policy_config_defender_allowarchivescanning"),
            ("Allow archive scanning".to_owned(), "defender".to_owned())
        );
        assert_eq!(setting_words("_").0, "_");
        assert_eq!(choice_words("a_b", "a_b_1"), "1");
        assert_eq!(choice_words("a_b", "a_b_true"), "Yes");
        assert_eq!(choice_words("a_b", "other"), "Other");
    }
}
