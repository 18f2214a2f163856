//! JSON text from values.

use super::Json;

pub(super) fn compact(value: &Json) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

/// An object's text, and where in it each member stands.
pub(super) fn by_member(members: &[(String, Json)]) -> (String, Vec<std::ops::Range<usize>>) {
    let mut out = String::with_capacity(8 * 1024);
    out.push('{');
    let mut places = Vec::with_capacity(members.len());
    for (i, (name, value)) in members.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let from = out.len();
        string(name, &mut out);
        out.push(':');
        write(value, None, &mut out);
        places.push(from..out.len());
    }
    out.push('}');
    (out, places)
}

pub(super) fn pretty(value: &Json) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out
}

fn write(value: &Json, indent: Option<usize>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => string(text, out),
        Json::Array(items) => list('[', ']', items, indent, out, write),
        Json::Object(members) => list('{', '}', members, indent, out, |(name, value), indent, out| {
            string(name, out);
            out.push_str(if indent.is_some() { ": " } else { ":" });
            write(value, indent, out);
        }),
    }
}

fn list<T>(
    open: char,
    close: char,
    items: &[T],
    indent: Option<usize>,
    out: &mut String,
    each: impl Fn(&T, Option<usize>, &mut String),
) {
    let inner = indent.map(|n| n + 1);
    out.push(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        line(inner, out);
        each(item, inner, out);
    }
    if !items.is_empty() {
        line(indent, out);
    }
    out.push(close);
}

fn line(indent: Option<usize>, out: &mut String) {
    if let Some(n) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", n));
    }
}

/// Escapes only what RFC 8259 demands, so that the text stays readable in any script. All of that is ASCII, so that what lies between is
/// whole characters and is taken over in one piece.
fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, after) = rest.split_at(at);
        out.push_str(plain);
        match after.as_bytes().first() {
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            other => out.push_str(&format!("\\u{:04x}", other.copied().unwrap_or_default())),
        }
        rest = after.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}
