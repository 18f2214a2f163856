//! Answers with JSON in them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use model::page::Page;
use model::run::Started;
use serde::Serialize;
use serde_json::{Value, json};

use super::headers::IfNoneMatch;
use super::query::Query;
use super::shape::{Schemas, Shape};
use crate::error::Error;

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct List<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl<T: Shape> Shape for List<T> {
    fn name() -> Option<String> {
        T::name().map(|name| format!("{name}List"))
    }

    fn schema(all: &mut Schemas) -> Value {
        let items = json!({ "type": "array", "items": T::reference(all) });
        let next = json!({
            "type": ["string", "null"],
            "description": "The `cursor` of the page that follows; `null` on the last one. The header `Link` has its address.",
        });
        json!({
            "type": "object", "properties": { "items": items, "next": next }, "required": ["items", "next"],
            "additionalProperties": false,
        })
    }
}

/// JSON with that status.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Error> {
    let body = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string().into()))?;
    Ok(of_bytes(status, body))
}

pub(crate) fn of_bytes(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// `200` with it.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn ok<T: Serialize>(value: &T) -> Result<Response, Error> {
    json(StatusCode::OK, value)
}

/// `204`.
pub(crate) fn nothing() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A page of a list, with the way to the next one.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn page<T: Serialize, Q>(query: &Query<Q>, page: Page<T>) -> Result<Response, Error> {
    let next = page.next.as_ref().map(|cursor| query.at(cursor));
    let mut response = ok(&List { items: page.rows, next: page.next.map(|cursor| cursor.to_token()) })?;
    if let Some(link) = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// A list that is whole.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn whole<T: Serialize>(items: Vec<T>) -> Result<Response, Error> {
    ok(&List { items, next: None })
}

/// The tag of a body: of its bytes, so that equal tags are equal bodies.
pub(crate) fn tag(body: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(body).to_hex()[..32])
}

/// `200` with the tag of the body, or `304` when the asker has it already.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn tagged<T: Serialize>(value: &T, known: &IfNoneMatch) -> Result<Response, Error> {
    let mut response = ok(value)?;
    let body = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string().into()))?;
    let tag = tag(&body);
    if known.has(&tag) {
        response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    set(&mut response, header::ETAG, &tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Sets a header. What is no value of one is left out: all of ours are ASCII.
pub(crate) fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Where a run is followed.
pub(crate) fn location(run: &model::run::Run) -> String {
    format!("/api/v1/runs/{}", run.id)
}

/// The answer to whatever starts something: `202` with the run, or `409` with the run that is in the way.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn started(started: &Started) -> Result<Response, Error> {
    use axum::response::IntoResponse as _;
    let answer = match started {
        Started::Accepted(_) => "accepted",
        Started::Deduplicated(_) => "deduplicated",
        Started::Blocked(_) => "blocked",
        Started::ScopeBusy(holder) => {
            let mut response = Error::ScopeBusy.into_response();
            set(&mut response, header::LOCATION, &location(holder));
            return Ok(response);
        }
    };
    let run = started.run();
    let steps = if matches!(started, Started::Blocked(_)) { pages::runs::next_steps(run) } else { Vec::new() };
    let next_steps = steps.into_iter().map(|(message, page)| super::runs::shapes::NextStep { message, page }).collect();
    let mut response = json(StatusCode::ACCEPTED, &super::runs::shapes::StartAnswer { answer, run: run.into(), next_steps })?;
    set(&mut response, header::LOCATION, &location(run));
    if run.is_active() {
        crate::respond::retry_after(&mut response, super::runs::show::POLL_AFTER);
    }
    Ok(response)
}
