//! Forms: nobody reads what was sent before its token was verified.

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use super::cookies::Cookie;
use super::operates::on_platform;
use super::{csrf, multipart};
use crate::error::Error;
use crate::fields::{Fields, MAX_FIELDS};
use crate::state::WebState;

/// The name of the hidden field.
pub(crate) const FIELD: &str = "csrf";

/// What a form sends.
pub trait Payload: Sized {
    /// Whether it is sent by somebody who is not signed in yet.
    const BEFORE_SIGN_IN: bool = false;
    /// Whether it may hold files: it is then sent in parts.
    const FILES: bool = false;

    /// Reads it from its fields.
    fn read(fields: &Fields) -> Self;
}

/// A form without fields of its own: the button is the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Empty;

impl Payload for Empty {
    fn read(_: &Fields) -> Self {
        Self
    }
}

/// A form whose token was verified. Only this extractor makes one, and there is no other way to what was sent.
#[derive(Debug)]
pub struct Form<T>(T);

impl<T> Form<T> {
    /// What was sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Payload> FromRequest<WebState> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Error> {
        let cookie = match (T::BEFORE_SIGN_IN, on_platform(request.uri().path())) {
            (true, _) => Cookie::SignInForm,
            (false, true) => Cookie::System,
            (false, false) => Cookie::Session,
        };
        let secret = cookie.read(request.headers(), web.options()).ok_or(Error::FormExpired)?;
        let fields = fields(request, web, T::FILES).await?;
        let token = fields.one(FIELD).ok_or(Error::FormExpired)?;
        if !csrf::verify(&secret, token) {
            return Err(Error::FormExpired);
        }
        Ok(Self(T::read(&fields)))
    }
}

async fn fields(request: Request, web: &WebState, files: bool) -> Result<Fields, Error> {
    const UNREADABLE: Error = Error::BadRequest("The form cannot be understood.");
    let (parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), web).await.map_err(refused)?;
    if let Some(boundary) = multipart::boundary(&parts.headers).filter(|_| files) {
        return multipart::fields(&bytes, &boundary).ok_or(UNREADABLE);
    }
    if bytes.iter().filter(|byte| **byte == b'&').count() >= MAX_FIELDS {
        return Err(UNREADABLE);
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(request, web).await.map_err(|_| UNREADABLE)?;
    Ok(Fields::new(pairs))
}

fn refused(rejection: BytesRejection) -> Error {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        _ => Error::BadRequest("The form did not arrive in full."),
    }
}
