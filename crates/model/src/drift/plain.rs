//! A content as drift looks at it: secrets covered, and what is not the doing of anybody evened out.

use crate::diff::Veil;
use crate::json::Json;
use crate::payload::{Payload, payload};
use crate::resource_types::ResourceType;

/// The content with its secrets covered, scripts in plain text, and one kind of line end. Only contents under one veil can be compared.
#[must_use]
pub fn plain(kind: Option<&ResourceType>, veil: &Veil, content: &Json) -> Json {
    let mut content = veil.over(kind, content);
    let mut rest = vec![("", &mut content)];
    while let Some((name, value)) = rest.pop() {
        match value {
            Json::String(text) => {
                if let Some(Payload::Text(decoded)) = payload(name, text) {
                    *text = decoded;
                }
                if text.contains('\r') {
                    *text = text.replace("\r\n", "\n").replace('\r', "\n");
                }
            }
            Json::Array(items) => rest.extend(items.iter_mut().map(|item| (name, item))),
            Json::Object(members) => rest.extend(members.iter_mut().map(|(name, value)| (name.as_str(), value))),
            _ => {}
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_evened_out_at_every_depth_and_in_scripts() {
        let read = |text: &str| plain(None, &Veil::new([1; 32]), &Json::parse(text.as_bytes()).unwrap()).to_text();
        assert_eq!(read(r#"{"a":[{"b":"x\r\ny\rz"}]}"#), r#"{"a":[{"b":"x\ny\nz"}]}"#);
        // "a\r\nb" and "a\nb" in base64.
        assert_eq!(read(r#"{"scriptContent":"YQ0KYg=="}"#), read(r#"{"scriptContent":"YQpi"}"#));
        assert_ne!(read(r#"{"scriptContent":"YQ0KYg=="}"#), read(r#"{"scriptContent":"YQ0KYw=="}"#));
        assert_eq!(read(r#"{"other":"YQ0KYg=="}"#), r#"{"other":"YQ0KYg=="}"#);
    }
}
