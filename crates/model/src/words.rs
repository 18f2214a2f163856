//! Graph's identifiers as words. What comes back is as hostile as what went in: who shows it makes it fit to be seen.

mod lexicon;

pub use lexicon::spaced;

/// Members of settings catalog policies and templates that only hold what is inside them: they say nothing on the way to a setting.
pub const WRAPPERS: [&str; 13] = [
    "settings",
    "settingInstance",
    "choiceSettingValue",
    "choiceSettingCollectionValue",
    "simpleSettingValue",
    "simpleSettingCollectionValue",
    "groupSettingValue",
    "groupSettingCollectionValue",
    "children",
    "definitionValues",
    "presentationValues",
    "value",
    "valueJson",
];
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
#[must_use]
pub fn property(name: &str) -> String {
    let chars: Vec<char> = name.trim_start_matches("#microsoft.graph.").chars().collect();
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

/// The last part of a setting definition id as a name, and the parts before it as a path (`defender › scan`), which may be empty.
/// `None` where nothing of the id is a name.
#[must_use]
pub fn setting(id: &str) -> Option<(String, String)> {
    let lower = id.to_ascii_lowercase();
    let start = BEGINNINGS.iter().find(|beginning| lower.starts_with(**beginning)).map_or(0, |beginning| beginning.len());
    let rest = id.get(start..).unwrap_or(id);
    let parts: Vec<&str> = rest.split(['_', '~']).filter(|part| !part.is_empty() && *part != "policy").collect();
    let (name, path) = parts.split_last()?;
    Some((spaced(name).unwrap_or_else(|| property(name)), path.join(" › ")))
}

/// What of a choice's value is its own: it usually repeats the id of its definition.
#[must_use]
pub fn choice(definition: &str, value: &str) -> String {
    let own = value.strip_prefix(definition).map_or(value, |rest| rest.trim_start_matches('_'));
    let own = if own.is_empty() { value } else { own };
    match own.to_ascii_lowercase().as_str() {
        "true" => "Yes".to_owned(),
        "false" => "No".to_owned(),
        _ => spaced(own).unwrap_or_else(|| property(own)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(property("passwordMinimumLength"), "Password minimum length");
        assert_eq!(property("runAs32Bit"), "Run as 32 bit");
        assert_eq!(property("requireMDMEnrollment"), "Require MDM enrollment");
        assert_eq!(property(""), "");
        let words = setting("device_vendor_msft_policy_config_defender_allowarchivescanning");
        assert_eq!(words, Some(("Allow archive scanning".to_owned(), "defender".to_owned())));
        assert_eq!(setting("_"), None);
        assert_eq!(choice("a_b", "a_b_1"), "1");
        assert_eq!(choice("a_b", "a_b_true"), "Yes");
        assert_eq!(choice("a_b", "other"), "Other");
    }
}
