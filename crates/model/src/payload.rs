//! Scripts and files that Graph carries as base64.

/// Properties whose text is base64 of a script or a file.
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

/// Properties that hold a script: shown although contracts name them among the places of secrets. Graph returns it to every reader of
/// the policy, and whoever puts a password into a script has shared it with all of them.
pub const SCRIPTS: [&str; 3] = ["scriptContent", "detectionScriptContent", "remediationScriptContent"];

/// What a property holds when it is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Text; its byte order mark is left out.
    Text(String),
    /// Something else.
    Bytes {
        /// How many bytes.
        size: usize,
        /// blake3 of them, in hexadecimal digits.
        hash: String,
    },
}

/// What the property of that name holds; `None` when it is none of those that hold base64, or holds something else.
#[must_use]
pub fn payload(property: &str, text: &str) -> Option<Payload> {
    if !ENCODED.contains(&property) || text.is_empty() {
        return None;
    }
    let bytes = decode(text)?;
    let hash = || blake3::hash(&bytes).to_hex().to_string();
    Some(plain(&bytes).map_or_else(|| Payload::Bytes { size: bytes.len(), hash: hash() }, Payload::Text))
}

/// Text in UTF-8, or in UTF-16 where it begins with its mark, as PowerShell's own editor writes it.
fn plain(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        if odd.is_empty() { String::from_utf16(&units).ok() } else { None }
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        bytes => str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').to_owned(),
    };
    text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).then_some(text)
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
    fn base64_is_read_as_others_write_it() {
        assert_eq!(decode("c2NyaXB0Q29udGVudA==").as_deref(), Some(b"scriptContent".as_slice()));
        assert_eq!(decode("aGk").as_deref(), Some(b"hi".as_slice()));
        assert_eq!(decode("a"), None);
        assert_eq!(decode("ä"), None);
    }

    #[test]
    fn a_payload_is_text_or_bytes_with_their_size() {
        assert_eq!(payload("scriptContent", "aGk="), Some(Payload::Text("hi".to_owned())));
        assert_eq!(payload("scriptContent", "77u/aGk="), Some(Payload::Text("hi".to_owned())), "with its mark");
        assert_eq!(payload("scriptContent", "//5oAGkA"), Some(Payload::Text("hi".to_owned())), "UTF-16, little end first");
        assert_eq!(payload("scriptContent", "/v8AaABp"), Some(Payload::Text("hi".to_owned())));
        assert!(matches!(payload("payload", "AAEC"), Some(Payload::Bytes { size: 3, hash }) if hash.len() == 64));
        assert!(matches!(payload("payload", "//5oAGk"), Some(Payload::Bytes { size: 5, .. })), "half a character");
        assert_eq!(payload("displayName", "aGk="), None);
        assert_eq!(payload("payload", "no base64!"), None);
    }
}
