//! The entries of a plain value.

use super::spot::{MOST_NAME, SECRET, Spot, cut};
use super::{Entries, Entry, MOST_ENTRIES, MOST_VALUE, Withheld};
use crate::json::Json;
use crate::payload::{Payload, payload};
use crate::setting_search::LONGEST_WORD;
use crate::words;

/// What the pieces of a long text share.
const OVERLAP: usize = 2 * LONGEST_WORD;
/// Texts from this length on that have the letters of base64 only, and no space, are encoded data.
const ENCODED: usize = 200;

/// The entries of a plain value.
pub(super) fn leaf(spot: &Spot<'_>, plain: &Json, found: &mut Entries) {
    let mut add = |value: String, code: &str, withheld: Option<Withheld>| {
        if found.entries.len() >= MOST_ENTRIES {
            found.cut = true;
            return;
        }
        let (pointer, path, id) = (spot.pointer.clone(), spot.path.clone(), spot.id.clone());
        found.entries.push(Entry { pointer, path, id, value, code: cut(code, MOST_NAME), withheld });
    };
    match plain {
        Json::Bool(flag) => {
            let state =
                if spot.property == "enabled" && spot.definition == Some("") { ["Disabled", "Enabled"] } else { ["No", "Yes"] };
            add(state[usize::from(*flag)].to_owned(), if *flag { "true" } else { "false" }, None);
        }
        Json::Number(number) => add(cut(number, MOST_VALUE), "", None),
        Json::String(text) if text.is_empty() || text == "notConfigured" => {}
        Json::String(text) if text == SECRET => add(String::new(), "", Some(Withheld::Secret)),
        Json::String(text) => match payload(spot.property, text) {
            Some(Payload::Text(plain)) => pieces(&plain, |piece| add(piece, "", None)),
            Some(Payload::Bytes { .. }) => add(String::new(), "", Some(Withheld::Encoded)),
            None if is_encoded(text) => add(String::new(), "", Some(Withheld::Encoded)),
            None => match spot.definition {
                Some(id) if !id.is_empty() && spot.property == "value" && text.starts_with(id) => {
                    add(cut(&words::choice(id, text), MOST_VALUE), text, None);
                }
                _ => pieces(text, |piece| add(piece, "", None)),
            },
        },
        Json::Null | Json::Array(_) | Json::Object(_) => {}
    }
}

fn is_encoded(text: &str) -> bool {
    text.len() >= ENCODED
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n'))
}

/// Each line of a text, long ones in pieces that overlap.
fn pieces(text: &str, mut add: impl FnMut(String)) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let chars: Vec<char> = line.chars().collect();
        let mut from = 0;
        loop {
            let to = chars.len().min(from + MOST_VALUE);
            add(chars[from..to].iter().collect());
            if to == chars.len() {
                break;
            }
            from = to - OVERLAP;
        }
    }
}
