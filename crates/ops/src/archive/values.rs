//! How many values a text of JSON holds, counted before they are made.
//!
//! `[0,0,…]` packs to next to nothing, and each of its values takes many times the two bytes that it is: bytes alone bound no memory.

use model::json::Json;

use super::limits::Limits;
use super::refusal::Why;

/// Reads a text of JSON that a stranger wrote.
///
/// # Errors
/// [`Why::TooMuch`] or [`Why::Json`].
pub(super) fn parse(text: &[u8], limits: &Limits) -> Result<Json, Why> {
    bounded(text, limits.values)?;
    Ok(Json::parse(text)?)
}

/// Refuses a text with more values than that.
///
/// # Errors
/// [`Why::TooMuch`].
pub(super) fn bounded(text: &[u8], most: usize) -> Result<(), Why> {
    if count(text) > most { Err(too_many(most)) } else { Ok(()) }
}

/// The refusal.
pub(super) const fn too_many(most: usize) -> Why {
    Why::TooMuch { what: "values of a file", limit: most as u64 }
}

/// The values in a text of JSON: lists and objects, and what is in them. Of a text that is none it counts at least what a reader makes
/// of it before it notices.
pub(super) fn count(text: &[u8]) -> usize {
    let (mut values, mut opened) = (1_usize, false);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => continue,
            b'"' => skip_string(&mut bytes),
            b',' | b'[' | b'{' => values += 1,
            // What was opened and is closed at once holds nothing.
            b']' | b'}' if opened => values -= 1,
            _ => {}
        }
        opened = matches!(byte, b'[' | b'{');
    }
    values
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                let _ = bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(value: &Json) -> usize {
        1 + match value {
            Json::Array(items) => items.iter().map(of).sum(),
            Json::Object(members) => members.iter().map(|(_, value)| of(value)).sum(),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn as_many_as_a_reader_makes(text in "[\\[\\]{}:, \"0a\\\\]{0,40}") {
            if let Ok(value) = Json::parse(text.as_bytes()) {
                prop_assert_eq!(count(text.as_bytes()), of(&value), "{}", text);
            }
        }
    }

    #[test]
    fn texts_count_as_one() {
        for (text, wanted) in [("[]", 1), ("[ ]", 1), ("[[],{}]", 3), (r#"{"a":"[,,]\",","b":[1,{}]}"#, 5), (r#"["\\",2]"#, 3)] {
            assert_eq!(count(text.as_bytes()), wanted, "{text}");
            assert_eq!(of(&Json::parse(text.as_bytes()).unwrap()), wanted, "{text}");
        }
        let limits = Limits { values: 3, ..Limits::default() };
        assert!(parse(b"[1,2]", &limits).is_ok());
        assert_eq!(parse(b"[1,2,3]", &limits), Err(too_many(3)));
        assert!(matches!(parse(b"[1,2", &limits), Err(Why::Json(_))));
    }
}
