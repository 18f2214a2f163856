//! Headers that operations take.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use model::run::StartKey;
use secrecy::SecretString;
use store::FileKey;

use super::query::invalid;
use crate::error::Error;
use crate::state::WebState;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const ARCHIVE_PASSPHRASE: HeaderName = HeaderName::from_static("archive-passphrase");
const ARCHIVE_IDENTITY: HeaderName = HeaderName::from_static("archive-identity");
/// Of what opens a file, in characters.
const LONGEST_KEY: usize = 4_000;

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

/// `Archive-Passphrase` and `Archive-Identity`: what opens a file that is sent. Nobody writes headers into a log.
#[derive(Debug)]
pub(crate) struct ArchiveKey(pub(crate) Option<FileKey>);

impl FromRequestParts<WebState> for ArchiveKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Error> {
        let told = |name: HeaderName| {
            let text = one(&parts.headers, &name)?;
            let fits = |text: &str| (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
            if text.is_some_and(|text| !fits(text)) {
                let words = format!("the header {name} takes from 1 to {LONGEST_KEY} visible characters of ASCII");
                return Err(invalid(&words));
            }
            Ok(text)
        };
        let (passphrase, identity) = (told(ARCHIVE_PASSPHRASE)?, told(ARCHIVE_IDENTITY)?);
        let passphrase = passphrase.map(|text| FileKey::Passphrase(SecretString::from(decoded(text))));
        Ok(Self(passphrase.or_else(|| identity.map(|text| FileKey::Identity(SecretString::from(text.to_owned()))))))
    }
}

/// Takes percent-encoding back; what is none stays as it is.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        let escape = behind.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = escape.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
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
    fn a_passphrase_may_hold_anything() {
        for (sent, meant) in [
            ("four%20words", "four words"),
            ("%C3%A4%25", "ä%"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%+1", "%+1"),
            ("%FF", "%FF"),
            ("a%é", "a%é"),
        ] {
            assert_eq!(decoded(sent), meant, "{sent}");
        }
    }

    #[test]
    fn a_list_of_tags_names_each_of_them() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\"") && names("\"b\"", "\"b\""));
        assert!(!names("\"a\"", "\"b\"") && !names("", "\"b\"") && !names("b", "\"b\""));
    }
}
