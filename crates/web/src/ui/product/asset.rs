//! Stylesheet, script and pictures. Their names hold a hash of their content, so that they are kept for ever.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::auth::Public;
use crate::error::Error;

/// `GET /assets/{name}`
pub(crate) async fn asset(_: Public, request: Request) -> Result<Response, Error> {
    let path = request.uri().path();
    let asset = pages::assets().iter().find(|asset| asset.path == path).ok_or(Error::NotFound)?;
    let mut response = asset.bytes.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}
