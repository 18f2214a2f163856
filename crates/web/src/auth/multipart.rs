//! Forms that are sent in parts (RFC 7578), because they may hold a file. A file's content becomes a field in base64, so that a payload
//! reads it like any other.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fields::Fields;

/// More parts than any form of ours has.
const MOST_PARTS: usize = 50;

/// The boundary that the request names; `None` when it is not sent in parts.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (name, parameters) = kind.split_once(';')?;
    if !name.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|one| {
        let (name, value) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    // RFC 2046, section 5.1.1: 1 to 70 characters.
    (1..=70).contains(&value.len()).then_some(value)
}

/// The fields of a body; `None` when it is not well-formed.
pub(super) fn fields(body: &[u8], boundary: &str) -> Option<Fields> {
    let line = format!("--{boundary}");
    let mut rest = body.strip_prefix(line.as_bytes())?;
    let between = format!("\r\n{line}");
    let mut pairs = Vec::new();
    while !rest.starts_with(b"--") {
        if pairs.len() >= MOST_PARTS {
            return None;
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, between.as_bytes())?;
        pairs.push(part(&rest[..end])?);
        rest = &rest[end + between.len()..];
    }
    Some(Fields::new(pairs))
}

/// The fields before the first file that stands in a body, and where that file begins; `None` when it did not arrive yet, or is not
/// well-formed.
pub(super) fn before_file(body: &[u8], boundary: &str) -> Option<(Fields, usize)> {
    let line = format!("--{boundary}");
    let between = format!("\r\n{line}");
    let mut at = body.starts_with(line.as_bytes()).then_some(line.len())?;
    let mut pairs = Vec::new();
    while pairs.len() < MOST_PARTS {
        let rest = body.get(at..)?.strip_prefix(b"\r\n")?;
        let head = find(rest, b"\r\n\r\n")?;
        if parameter(disposition(&rest[..head])?, "filename").is_some() {
            return Some((Fields::new(pairs), at + 2 + head + 4));
        }
        let end = find(rest, between.as_bytes())?;
        pairs.push(part(&rest[..end])?);
        at += 2 + end + between.len();
    }
    None
}

/// What a part's head says of it.
fn disposition(head: &[u8]) -> Option<&str> {
    std::str::from_utf8(head).ok()?.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })
}

/// Name and value of a part.
fn part(bytes: &[u8]) -> Option<(String, String)> {
    let at = find(bytes, b"\r\n\r\n")?;
    let (disposition, content) = (disposition(&bytes[..at])?, &bytes[at + 4..]);
    let name = parameter(disposition, "name")?.to_owned();
    let value = match parameter(disposition, "filename") {
        Some(_) => STANDARD.encode(content),
        None => String::from_utf8(content.to_vec()).ok()?,
    };
    Some((name, value))
}

/// A quoted parameter. Browsers write a quotation mark inside as `%22`, so that the next one ends it.
fn parameter<'a>(disposition: &'a str, name: &str) -> Option<&'a str> {
    disposition.split(';').skip(1).find_map(|one| {
        let (have, value) = one.split_once('=')?;
        have.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--x1\r\nContent-Disposition: form-data; name=\"pem\"\r\n\r\none\r\ntwo\r\n--x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pfx\"\r\nContent-Type: application/x-pkcs12\r\n\r\n\x00\xff\r\n\x01\r\n--x1\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n\r\n\r\n--x1--\r\n";

    #[test]
    fn texts_and_files_come_as_fields() {
        let fields = fields(BODY, "x1").unwrap();
        assert_eq!((fields.one("csrf"), fields.one("pem")), (Some("token"), Some("one\r\ntwo")));
        assert_eq!(STANDARD.decode(fields.one("file").unwrap()).unwrap(), b"\x00\xff\r\n\x01");
        assert_eq!(fields.one("empty"), None);
    }

    #[test]
    fn what_is_cut_is_refused() {
        for cut in 0..BODY.len() - 4 {
            assert_eq!(fields(&BODY[..cut], "x1"), None, "{cut}");
        }
        assert_eq!(fields(BODY, "x2"), None);
        let many = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(MOST_PARTS + 1) + "--x--";
        assert_eq!(fields(many.as_bytes(), "x"), None);
    }

    #[test]
    fn only_forms_in_parts_have_a_boundary() {
        let of = |text: &str| boundary(&HeaderMap::from_iter([(CONTENT_TYPE, text.parse().unwrap())]));
        assert_eq!(of("multipart/form-data; boundary=----Web1").as_deref(), Some("----Web1"));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").as_deref(), Some("a b"));
        for none in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x", "text/plain"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
