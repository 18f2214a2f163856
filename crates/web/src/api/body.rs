//! Bodies. JSON: of the right kind, not too large, not too deep, no name twice, and nothing that the operation does not know. Files: read as
//! they arrive.

use axum::body::{BodyDataStream, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use futures_util::StreamExt as _;
use model::json::Json as Strict;
use serde::de::DeserializeOwned;

use super::query::invalid;
use super::shape::Shape;
use crate::backup_file::Arriving;
use crate::error::Error;
use crate::state::WebState;

/// A body that was read.
#[derive(Debug, Clone)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: Shape + DeserializeOwned> FromRequest<WebState> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Error> {
        if !is(request.headers(), "application/json") {
            return Err(Error::NotJson);
        }
        let bytes = Bytes::from_request(request, web).await.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
            _ => Error::BadRequest("The body did not arrive in full."),
        })?;
        // Ours first: it refuses names that repeat and bounds the depth, which the other reader leaves to chance.
        Strict::parse(&bytes).map_err(|error| invalid(&error.to_string()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| invalid(&error.to_string()))
    }
}

/// A file that is still to be read.
pub(crate) struct Octets(BodyDataStream);

impl std::fmt::Debug for Octets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Octets(…)")
    }
}

impl FromRequest<WebState> for Octets {
    type Rejection = Error;

    async fn from_request(request: Request, _: &WebState) -> Result<Self, Error> {
        if !is(request.headers(), "application/octet-stream") {
            return Err(Error::NotOctets);
        }
        Ok(Self(request.into_body().into_data_stream()))
    }
}

impl Arriving for Octets {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.0.next().await.transpose().map_err(|_| Error::BadRequest("The file did not arrive in full."))
    }
}

/// Whether the body says that it is of that kind.
fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|kind| kind.to_str().ok()).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.next().is_none() && kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
}
