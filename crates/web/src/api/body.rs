//! JSON bodies: of the right kind, not too large, not too deep, no name twice, and nothing that the operation does not know.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use model::json::Json as Strict;
use serde::de::DeserializeOwned;

use super::query::invalid;
use super::shape::Shape;
use crate::error::Error;
use crate::state::WebState;

/// A body that was read.
#[derive(Debug, Clone)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: Shape + DeserializeOwned> FromRequest<WebState> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Error> {
        if !is_json(request.headers()) {
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

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|kind| kind.to_str().ok()).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.next().is_none() && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
}
