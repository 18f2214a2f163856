//! Secrets in a comparison: never shown, told apart by a keyed hash.
//!
//! Each value at a place that the contract names becomes a text that holds its hash under a key of the caller's. Equal secrets become
//! equal texts, so that everything that compares says "changed" where they differ; the hash itself is shown nowhere.

use crate::json::Json;
use crate::resource_types::ResourceType;

/// What stands in place of a secret where something is shown.
pub const HIDDEN: &str = "•••••• (hidden)";
/// Hexadecimal digits of a hash.
pub(super) const DIGITS: usize = 64;

/// Covers secrets under one key. Only texts that were covered under the same key can be compared.
#[derive(Clone)]
pub struct Veil {
    key: [u8; 32],
}

impl std::fmt::Debug for Veil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Veil")
    }
}

impl Veil {
    /// Under that key, which nobody may guess: a secret could be guessed by its hash otherwise.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// A copy of the object whose secrets are covered. Null and empty texts hold none and stay.
    #[must_use]
    pub fn over(&self, kind: Option<&ResourceType>, content: &Json) -> Json {
        let mut content = content.clone();
        if let Some(kind) = kind {
            kind.for_each_secret(&mut content, &mut |secret| {
                let hash = blake3::keyed_hash(&self.key, secret.to_text().as_bytes());
                *secret = Json::text(format!("{HIDDEN} {}", hash.to_hex()));
            });
        }
        content
    }
}

/// Whether a text stands in place of a secret.
#[must_use]
pub fn is_hidden(text: &str) -> bool {
    let hash = text.strip_prefix(HIDDEN).and_then(|rest| rest.strip_prefix(' '));
    hash.is_some_and(|hash| hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether something inside a value is covered.
pub(super) fn holds_hidden(value: &Json) -> bool {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Json::String(text) if is_hidden(text) => return true,
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => rest.extend(members.iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    false
}

/// The same value as it may be shown: without the hashes.
#[must_use]
pub fn uncovered(mut value: Json) -> Json {
    let mut rest = vec![&mut value];
    while let Some(value) = rest.pop() {
        match value {
            Json::String(text) if is_hidden(text) => HIDDEN.clone_into(text),
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => rest.extend(members.iter_mut().map(|(_, value)| value)),
            _ => {}
        }
    }
    value
}

/// The same text without the hashes of whatever it quotes: for lines of a document whose secrets are covered.
#[must_use]
pub fn uncovered_text(text: &str) -> String {
    let mut parts = text.split(HIDDEN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(HIDDEN);
        let hash = part.get(..=DIGITS).filter(|hash| is_hidden(&format!("{HIDDEN}{hash}")));
        out.push_str(part.get(hash.map_or(0, str::len)..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::find;

    fn covered(key: u8, secret: &str) -> Json {
        let kind = find("app_config_managed_app");
        let content = Json::from([(
            "customSettings",
            Json::Array(vec![Json::from([("name", Json::text("n")), ("value", Json::text(secret))])]),
        )]);
        Veil::new([key; 32]).over(kind, &content)
    }

    #[test]
    fn equal_secrets_are_equal_under_one_key_and_their_hash_is_not_shown() {
        let one = covered(1, "hunter2");
        assert!(!one.to_text().contains("hunter2"));
        assert_eq!(one, covered(1, "hunter2"));
        assert_ne!(one, covered(1, "hunter3"));
        assert_ne!(one, covered(2, "hunter2"), "the key counts");
        assert_eq!(uncovered_text(&one.to_text()), uncovered(one.clone()).to_text());
        assert_eq!(uncovered(one), uncovered(covered(1, "hunter3")));
        assert_eq!(uncovered_text(&format!("{HIDDEN} ä and {HIDDEN}")), format!("{HIDDEN} ä and {HIDDEN}"));
        assert!(covered(1, "").to_text().contains(r#""value":"""#), "an empty text holds no secret");
        assert!(!is_hidden(HIDDEN) && !is_hidden("x"));
    }
}
