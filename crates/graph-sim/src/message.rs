//! Requests and responses, independent of any HTTP library.

use std::time::Duration;

/// A request as it arrives.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method in capitals, e.g. `GET`.
    pub method: String,
    /// Path and query as sent, beginning with `/`.
    pub path_and_query: String,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: &str, path_and_query: &str) -> Self {
        Self { method: method.to_owned(), path_and_query: path_and_query.to_owned(), ..Self::default() }
    }

    /// A GET.
    #[must_use]
    pub fn get(path_and_query: &str) -> Self {
        Self::new("GET", path_and_query)
    }

    /// The same with a bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// The same with a header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn json(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("Content-Type", "application/json")
    }

    /// The first header of that name, in any case.
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query.split_once('?').map_or(self.path_and_query.as_str(), |(path, _)| path)
    }

    /// The query without `?`.
    pub(crate) fn query(&self) -> &str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }
}

/// A response body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The bytes.
    Bytes(Vec<u8>),
    /// A body larger than anyone wants to hold: `head`, then `fill` times the letter `x`, then `tail`.
    Filled {
        /// The beginning.
        head: Vec<u8>,
        /// Number of letters between, in bytes.
        fill: u64,
        /// The end.
        tail: Vec<u8>,
    },
}

impl Body {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Filled { head, fill, tail } => head.len() as u64 + fill + tail.len() as u64,
        }
    }

    /// Whether there is no body.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, when they are not more than `limit`.
    #[must_use]
    pub fn into_bytes(self, limit: u64) -> Option<Vec<u8>> {
        if self.len() > limit {
            return None;
        }
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Filled { mut head, fill, tail } => {
                head.resize(head.len() + usize::try_from(fill).ok()?, b'x');
                head.extend(tail);
                Some(head)
            }
        }
    }
}

/// How a response reaches the other side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Delivery {
    /// As it is.
    #[default]
    Whole,
    /// The connection is closed in the middle of the body.
    Dropped,
    /// The body comes in small parts with a pause between them.
    Slow(Duration),
    /// The connection is closed before a byte.
    Lost,
    /// As it is, so much later.
    Late(Duration),
    /// Nothing comes, and the connection stays open.
    Hang,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// How it is delivered.
    pub delivery: Delivery,
}

impl Response {
    /// A JSON response.
    #[must_use]
    pub fn json(status: u16, text: impl Into<String>) -> Self {
        let kind = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        Self::with_body(status, kind, text.into().into_bytes())
    }

    /// A response with a body of some kind.
    pub(crate) fn with_body(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: Body::Bytes(body),
            delivery: Delivery::Whole,
        }
    }

    /// A response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Bytes(Vec::new()), delivery: Delivery::Whole }
    }

    /// The same with a header more.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of that name, in any case.
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; empty for a body that is only described ([`Body::Filled`]).
    #[must_use]
    pub fn text(&self) -> String {
        match &self.body {
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Body::Filled { .. } => String::new(),
        }
    }
}
