//! Addresses with a query.

use std::fmt::Write as _;

use model::page::Cursor;

/// An address with a query that is put together piece by piece; names and values are percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    any: bool,
}

impl Query {
    /// An address without a query yet.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { text: path.into(), any: false }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.text.push(if self.any { '&' } else { '?' });
        self.any = true;
        encode(name, &mut self.text);
        self.text.push('=');
        encode(&value.to_string(), &mut self.text);
        self
    }

    /// Adds a parameter when there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds the place in a list.
    #[must_use]
    pub fn at(self, cursor: Option<&Cursor>) -> Self {
        self.with_some("cursor", cursor.map(Cursor::to_token))
    }
}

impl From<Query> for String {
    fn from(query: Query) -> Self {
        query.text
    }
}

pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            // Writing into a String cannot fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_break_out_of_a_query() {
        let query: String = Query::new("/x").with("q", "a&b=ü \"").with_some("none", None::<&str>).into();
        assert_eq!(query, "/x?q=a%26b%3D%C3%BC%20%22");
    }
}
