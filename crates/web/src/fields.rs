//! Names and values of a form or a query.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use model::time::Moment;

use crate::error::Error;

/// How many fields a form or a query may have.
pub(crate) const MAX_FIELDS: usize = 500;

/// Names and values in the order in which they came; a name may occur more than once. An empty value counts as absent, because
/// that is how a form says "any".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// What was entered is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl Fields {
    pub(crate) const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first value of that name.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(have, value)| have == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(have, value)| have == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The id of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is a value that is no id: it names nothing that could be shown.
    pub(crate) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.one(name).map(|text| text.parse().map_err(|_| Error::NotFound)).transpose()
    }

    /// The instant of that name: as a link has it, or as the field of a form sends it, without a zone, in UTC, perhaps without seconds.
    ///
    /// # Errors
    /// [`Unreadable`] when there is a value that is none.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Moment>, Unreadable> {
        let Some(text) = self.one(name) else { return Ok(None) };
        let candidates = [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")];
        let at = candidates.iter().find_map(|text| Moment::parse(text).ok()).ok_or(Unreadable)?;
        // Nothing was observed before 1970, and not every database can tell of it.
        Ok(Some(at.max(Moment::from_micros(0))))
    }

    /// The fields of a query.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it has too many of them.
    pub(crate) fn of_query(uri: &Uri) -> Result<Self, Error> {
        let many = uri.query().unwrap_or_default().bytes().filter(|byte| *byte == b'&').count() >= MAX_FIELDS;
        let pairs = if many { None } else { Query::<Vec<(String, String)>>::try_from_uri(uri).ok() };
        pairs.map(|Query(pairs)| Self(pairs)).ok_or(Error::BadRequest("The address cannot be understood."))
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::of_query(&parts.uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_means_any_and_names_may_repeat() {
        let fields = Fields::of_query(&"/x?type=a&type=&type=b&tenant=".parse().unwrap()).unwrap();
        assert_eq!(fields.all("type").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.one("tenant"), None);
        assert_eq!(fields.id::<model::ids::TenantId>("tenant").unwrap(), None);
        assert!(matches!(fields.id::<model::ids::TenantId>("type"), Err(Error::NotFound)));
    }

    #[test]
    fn an_instant_is_read_from_links_and_fields() {
        let instant = |text: &str| Fields::new(vec![("at".to_owned(), text.to_owned())]).instant("at");
        let expected = Moment::parse("2026-03-01T08:05:00Z").unwrap();
        for text in ["2026-03-01T08:05", "2026-03-01T08:05:00", "2026-03-01T08:05:00.000000Z", "2026-03-01T09:05:00+01:00"] {
            assert_eq!(instant(text), Ok(Some(expected)), "{text}");
        }
        assert!(["yesterday", "2026-13-01T00:00", "2026-03-01"].into_iter().all(|text| instant(text) == Err(Unreadable)));
        assert_eq!(instant(""), Ok(None));
        assert_eq!(instant("1969-03-01T08:05"), Ok(Some(Moment::from_micros(0))));
    }

    #[test]
    fn a_query_has_a_bounded_number_of_fields() {
        let long = format!("/x?{}", "a=1&".repeat(MAX_FIELDS));
        assert!(matches!(Fields::of_query(&long.parse().unwrap()), Err(Error::BadRequest(_))));
    }
}
