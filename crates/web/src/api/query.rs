//! Queries of the API: every parameter is known and has a value, or the request is refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::page::{Cursor, PAGE_ROWS};
use pages::href;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::operation::Parameter;
use super::shape::{Schemas, Shape};
use crate::error::Error;
use crate::fields::MAX_FIELDS;
use crate::state::WebState;

/// The most rows of a page.
pub(crate) const MAX_LIMIT: u32 = 200;

/// A struct that is read from a query.
pub(crate) trait Parameters: DeserializeOwned + Send {
    /// How the document describes them.
    fn parameters(all: &mut Schemas) -> Vec<Parameter>;
}

/// What a parameter can be: absent, one value, or several.
pub(crate) trait Narrows {
    /// The schema of its values; there is no `null` in a query.
    fn schema(all: &mut Schemas) -> Value;
}

impl<T: Shape> Narrows for Option<T> {
    fn schema(all: &mut Schemas) -> Value {
        T::reference(all)
    }
}

impl<T: Shape> Narrows for Vec<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::reference(all) })
    }
}

/// A query that was read, and the address that it stood in.
#[derive(Debug, Clone)]
pub(crate) struct Query<T> {
    pub(crate) wanted: T,
    path: String,
    pairs: Vec<(String, String)>,
}

impl<T: Parameters> FromRequestParts<WebState> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Error> {
        const UNREADABLE: Error = Error::BadRequest("The query cannot be understood.");
        if parts.uri.query().unwrap_or_default().bytes().filter(|byte| *byte == b'&').count() >= MAX_FIELDS {
            return Err(UNREADABLE);
        }
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| UNREADABLE)?.0;
        if let Some((name, _)) = pairs.iter().find(|(_, value)| value.is_empty()) {
            return Err(invalid(&format!("the parameter `{name}` is empty")));
        }
        let wanted = axum_extra::extract::Query::<T>::try_from_uri(&parts.uri);
        let wanted = wanted
            .map_err(|error| invalid(&std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string)))?
            .0;
        Ok(Self { wanted, path: parts.uri.path().to_owned(), pairs })
    }
}

impl<T> Query<T> {
    /// The address of the page at that cursor, with everything else as it was asked.
    pub(crate) fn at(&self, cursor: &Cursor) -> String {
        let others = self.pairs.iter().filter(|(name, _)| name != "cursor");
        let query = others.fold(href::Query::new(self.path.as_str()), |query, (name, value)| query.with(name, value));
        query.at(Some(cursor)).into()
    }
}

/// What is wrong with a request, in the words of whoever read it. Bounded: some of it may come from the request itself.
pub(crate) fn invalid(words: &str) -> Error {
    let short: String = words.chars().filter(|c| !c.is_control()).take(300).collect();
    Error::Invalid(short.into())
}

/// How many rows are asked for.
///
/// # Errors
/// [`Error::Invalid`] for none or too many.
pub(crate) fn rows(limit: Option<u32>) -> Result<u32, Error> {
    let limit = limit.unwrap_or(PAGE_ROWS);
    if (1..=MAX_LIMIT).contains(&limit) { Ok(limit) } else { Err(invalid("`limit` is from 1 to 200")) }
}

/// Where the page begins. One of ours that names nothing in this list begins at the beginning, as on the pages.
///
/// # Errors
/// [`Error::Invalid`] for what does not look like one of ours.
pub(crate) fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Error> {
    let Some(text) = text else { return Ok(None) };
    let hex = text.strip_prefix("f.").or(text.strip_prefix("b."));
    let plain = |hex: &str| hex.len().is_multiple_of(2) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() <= 2048 && hex.is_some_and(plain) {
        Ok(Cursor::parse(text).ok())
    } else {
        Err(invalid("`cursor` is none of ours: take it from `next` of the page before"))
    }
}

/// A text that is searched for, at most 200 characters.
///
/// # Errors
/// [`Error::Invalid`] for a longer one.
pub(crate) fn search(text: Option<&str>) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().count() > 200 => Err(invalid("`q` has at most 200 characters")),
        text => Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())),
    }
}
