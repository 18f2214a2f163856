//! Scripts and files that Graph carries as base64: shown as the text that they are.

use super::Value;
use crate::text;

/// Properties whose text is base64 of a text.
const ENCODED: [&str; 8] = [
    "scriptContent",
    "detectionScriptContent",
    "remediationScriptContent",
    "encodedSettingXml",
    "payload",
    "payloadJson",
    "rulesContent",
    "bundledXml",
];

/// What the property holds when it is decoded; `None` when it is no base64 of a text.
pub(super) fn script(name: &str, value: &str) -> Option<Value> {
    if !ENCODED.contains(&name) {
        return None;
    }
    let bytes = decode(value)?;
    let plain = String::from_utf8(bytes).ok()?;
    let plain = plain.trim_start_matches('\u{feff}');
    let readable = plain.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let words = if name.to_ascii_lowercase().contains("script") { "Script" } else { "Decoded" };
    readable.then(|| Value::Code(words, text::shown(&plain.replace("\r\n", "\n").replace('\t', "    "), 100_000)))
}

/// Base64 of RFC 4648 with the standard alphabet; white space is skipped, padding may be left out.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut have = 0_u32;
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push(u8::try_from(bits >> have & 0xff).ok()?);
        }
    }
    (have < 6).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_shown_as_its_text() {
        assert_eq!(decode("c2NyaXB0Q29udGVudA==").as_deref(), Some(b"scriptContent".as_slice()));
        assert_eq!(decode("aGk").as_deref(), Some(b"hi".as_slice()));
        assert_eq!(decode("a"), None);
        assert_eq!(decode("ä"), None);
        assert!(matches!(script("scriptContent", "aGk="), Some(Value::Code("Script", text)) if text == "hi"));
        assert_eq!(script("scriptContent", "AAEC"), None, "binary stays as it is");
        assert_eq!(script("displayName", "aGk="), None);
    }
}
