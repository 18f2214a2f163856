//! Text from bytes. PowerShell on Windows writes UTF-16 with a byte order mark unless told otherwise, and so do exports made with it.

use super::refusal::Why;

/// The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one.
///
/// # Errors
/// [`Why::Text`] when it is neither.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, Why> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).map_err(|_| Why::Text("not UTF-8")),
        _ => String::from_utf8(bytes).map_err(|_| Why::Text("neither UTF-8 nor UTF-16 with a byte order mark")),
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Why> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty()).ok_or(Why::Text("broken UTF-16"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_the_exports_is_read() {
        let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain("Ü😀".encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
        };
        for bytes in [
            "Ü😀".as_bytes().to_vec(),
            [b"\xef\xbb\xbf", "Ü😀".as_bytes()].concat(),
            wide([0xff, 0xfe], u16::to_le_bytes),
            wide([0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok("Ü😀"));
        }
        for bytes in [&b"\xff"[..], b"\xff\xfe\x00", b"\xff\xfe\x00\xd8", b"\xef\xbb\xbf\xff"] {
            assert!(matches!(decode(bytes.to_vec()), Err(Why::Text(_))), "{bytes:?}");
        }
    }
}
