//! Headers that operations take.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use model::run::StartKey;

use super::query::invalid;
use crate::error::Error;
use crate::state::WebState;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The one value of a header.
///
/// # Errors
/// [`Error::Invalid`] when it is there twice, or is no visible ASCII.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| value.to_str().map_err(|_| invalid(&format!("the header {name} is not ASCII"))));
    if values.next().is_some() {
        return Err(invalid(&format!("the header {name} is there twice")));
    }
    first.transpose()
}

/// `Idempotency-Key`: what is sent again under the same key is started once.
#[derive(Debug, Clone)]
pub(crate) struct IdempotencyKey(pub(crate) Option<StartKey>);

impl FromRequestParts<WebState> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Error> {
        let key = one(&parts.headers, &IDEMPOTENCY_KEY)?.map(StartKey::parse).transpose();
        key.map(Self).map_err(|error| invalid(&error.to_string()))
    }
}

/// `If-Match`: the version that is meant to be changed.
#[derive(Debug, Clone)]
pub(crate) struct IfMatch(String);

impl FromRequestParts<WebState> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Error> {
        let tags = one(&parts.headers, &header::IF_MATCH)?.ok_or(Error::PreconditionRequired)?;
        Ok(Self(tags.to_owned()))
    }
}

impl IfMatch {
    /// # Errors
    /// [`Error::PreconditionFailed`] when another version is meant.
    pub(crate) fn must_be(&self, tag: &str) -> Result<(), Error> {
        if names(&self.0, tag) { Ok(()) } else { Err(Error::PreconditionFailed) }
    }
}

/// `If-None-Match`: the version that is there already.
#[derive(Debug, Clone)]
pub(crate) struct IfNoneMatch(Option<String>);

impl FromRequestParts<WebState> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Error> {
        Ok(Self(one(&parts.headers, &header::IF_NONE_MATCH)?.map(str::to_owned)))
    }
}

impl IfNoneMatch {
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.0.as_deref().is_some_and(|tags| names(tags, tag))
    }
}

/// Whether a list of tags has that one. A weak tag counts for its strong one: the body is the same or it is another tag.
fn names(tags: &str, tag: &str) -> bool {
    tags.trim() == "*" || tags.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tags_names_each_of_them() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\"") && names("\"b\"", "\"b\""));
        assert!(!names("\"a\"", "\"b\"") && !names("", "\"b\"") && !names("b", "\"b\""));
    }
}
