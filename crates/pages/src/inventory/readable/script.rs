//! Scripts and files that Graph carries as base64: shown as the text that they are.

use model::payload::{Payload, payload};

use super::Value;
use crate::text;

/// What the property holds when it is decoded; `None` when it is no base64 of a text.
pub(super) fn script(name: &str, value: &str) -> Option<Value> {
    let Payload::Text(plain) = payload(name, value)? else { return None };
    Some(Value::Code(words(name), text::shown(&tidy(&plain), 100_000)))
}

/// What the text of such a property is called.
pub(crate) fn words(name: &str) -> &'static str {
    if name.to_ascii_lowercase().contains("script") { "Script" } else { "Decoded" }
}

/// The text as it is shown.
pub(crate) fn tidy(plain: &str) -> String {
    plain.replace("\r\n", "\n").replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_shown_as_its_text() {
        assert!(matches!(script("scriptContent", "aGk="), Some(Value::Code("Script", text)) if text == "hi"));
        assert_eq!(script("scriptContent", "AAEC"), None, "binary stays as it is");
        assert_eq!(script("displayName", "aGk="), None);
    }
}
