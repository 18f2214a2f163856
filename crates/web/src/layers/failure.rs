//! Errors and panics become answers.

use std::any::Any;

use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::trace::RequestId;
use crate::auth::cookies;
use crate::error::{Asked, Error, Failed};
use crate::respond::wanted_regions;

/// Renders the error that a response carries.
pub(super) async fn failure(request: Request, next: Next) -> Response {
    let stream = request.headers().get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream"));
    let asked = Asked {
        here: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        reads: request.method().is_safe(),
        script: stream || wanted_regions(request.headers()).is_some(),
        theme: cookies::theme(request.headers()),
        api: crate::api::is_below(request.uri().path()),
        request_id: request.extensions().get::<RequestId>().map_or_else(String::new, ToString::to_string),
    };
    let mut response = next.run(request).await;
    let Some(Failed(error)) = response.extensions_mut().remove::<Failed>() else { return response };
    let mut answer = error.answer(&asked);
    // What came with the error (a cookie, the methods that are allowed) stays.
    for (name, value) in response.headers() {
        if *name != axum::http::header::CONTENT_LENGTH {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

/// A handler panicked: the log has the words, the answer does not.
pub(super) fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let words = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Error::Internal(format!("panic: {}", words.unwrap_or("without words")).into()).into_response()
}
