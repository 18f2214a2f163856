//! What can go wrong with a request, and how it is answered: one function, for pages and streams alike.
//!
//! A handler's error travels to the layer `layers::failure` inside the response, because the answer also depends on the request: on
//! its theme, on whether it was a page or a script that asked, and on the id under which the log has the cause.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::access::Capability;
use model::time::Moment;
use pages::errors::{Forbidden, NoInvitation, NotFound, Problem};
use pages::href::{self, Query};
use pages::{Bare, Frame, Page as _, Theme};
use store::StoreError;

use crate::local_path::{local_path, system_path};
use crate::respond::{self, see_other};

/// Why a request was not answered with what it asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Unknown, not theirs, or no address of ours: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// The link of an invitation that cannot be accepted, whyever.
    #[error("no invitation")]
    NoInvitation,
    /// They see it but may not do this.
    #[error("the capability {0} is missing")]
    Forbidden(Capability),
    /// Nobody is signed in.
    #[error("not signed in")]
    SignedOut,
    /// A form without its token, with an old one, or sent from another site.
    #[error("the form cannot be accepted")]
    FormExpired,
    /// A request that cannot be understood.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// The same, with what of the request is wrong. Its words may come from the request: they are shown to nobody else.
    #[error("invalid request")]
    Invalid(Arc<str>),
    /// The body is of another kind than `application/json`.
    #[error("the body is not JSON")]
    NotJson,
    /// The body is of another kind than `application/octet-stream`.
    #[error("the body is no file")]
    NotOctets,
    /// The version that is meant was not said.
    #[error("no version is named")]
    PreconditionRequired,
    /// Another version is meant than the one that stands.
    #[error("it has changed since")]
    PreconditionFailed,
    /// Another operation holds the tenant's write lane.
    #[error("another operation writes to the tenant")]
    ScopeBusy,
    /// The body is larger than the limit.
    #[error("the body is too large")]
    TooLarge,
    /// The address exists, the method does not.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The request names a host that is not ours.
    #[error("not a host of ours")]
    Misdirected,
    /// Once more after so long.
    #[error("too many requests")]
    TooMany(Duration),
    /// It is there already, or changed meanwhile.
    #[error("{0}")]
    Conflict(&'static str),
    /// The idempotency key of a start was sent before, with another request.
    #[error("the idempotency key was used for another request")]
    KeyMismatch,
    /// The database did not answer, or the answer took too long.
    #[error("unavailable: {0}")]
    Unavailable(Arc<str>),
    /// Something of ours failed.
    #[error("internal: {0}")]
    Internal(Arc<str>),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotVisible => Self::NotFound,
            StoreError::Forbidden(capability) => Self::Forbidden(capability),
            StoreError::Conflict(what) => Self::Conflict(what),
            StoreError::KeyMismatch => Self::KeyMismatch,
            // Messages of the store hold no value of a row; the database's own words, which may, are not among them.
            StoreError::Database { .. }
            | StoreError::ObjectStorage(_)
            | StoreError::Unusable(_)
            | StoreError::NewerSchema { .. }
            | StoreError::OlderSchema { .. } => Self::Unavailable(error.to_string().into()),
            StoreError::LeaseLost | StoreError::Corrupt(_) => Self::Internal(error.to_string().into()),
        }
    }
}

/// The error on its way to the layer that renders it.
#[derive(Debug, Clone)]
pub(crate) struct Failed(pub(crate) Error);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(Failed(self));
        response
    }
}

/// What the answer to an error depends on beside the error.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) here: String,
    /// Whether it was a plain GET (or HEAD) of a page.
    pub(crate) reads: bool,
    /// Whether a script asked, which follows no redirect to a form: a stream, or regions of a page.
    pub(crate) script: bool,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// The id under which the log has the cause.
    pub(crate) request_id: String,
    /// Whether it was asked of the API, which answers in JSON.
    pub(crate) api: bool,
}

impl Error {
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NoInvitation => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::FormExpired => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::NotJson | Self::NotOctets => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Conflict(_) | Self::ScopeBusy => StatusCode::CONFLICT,
            Self::KeyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The answer. Needs no database, so that it works without one; holds nothing of the request but what 5xx pages say, so that
    /// the same words come for what is absent and for what is not theirs.
    pub(crate) fn answer(&self, asked: &Asked) -> Response {
        if matches!(self, Self::SignedOut) && !asked.script && !asked.api {
            // After sign-in somebody goes on to what they asked for, if it can be asked for again.
            let (form, home, next) = match system_path(&asked.here) {
                Some(next) => (href::SYSTEM_SIGN_IN, href::SYSTEM, Some(next)),
                None => (href::SIGN_IN, href::HOME, local_path(&asked.here)),
            };
            let next = next.filter(|path| asked.reads && *path != home);
            return see_other(&String::from(Query::new(form).with_some("next", next)));
        }
        if let Self::Unavailable(_) | Self::Internal(_) = self {
            tracing::error!(error = %self, "the request failed");
        }
        if asked.api {
            return self.waiting(crate::api::problem::Problem::answer(self, &asked.request_id));
        }
        // These pages show no time; a fixed one keeps equal answers equal.
        let frame = Frame::from(Bare { csrf: String::new(), theme: asked.theme, now: Moment::from_micros(0) });
        let html = match self {
            Self::NotFound => NotFound.render(&frame),
            Self::NoInvitation => NoInvitation.render(&frame),
            Self::Forbidden(capability) => Forbidden { capability: *capability }.render(&frame),
            other => other.problem(&asked.request_id).render(&frame),
        };
        let mut response = self.waiting(respond::html(self.status(), html));
        if matches!(self, Self::SignedOut) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Session"));
        }
        response
    }

    /// Says when to try again, where that helps.
    fn waiting(&self, mut response: Response) -> Response {
        match self {
            Self::TooMany(wait) => respond::retry_after(&mut response, *wait),
            Self::Unavailable(_) => respond::retry_after(&mut response, Duration::from_secs(5)),
            _ => {}
        }
        response
    }

    fn problem(&self, request_id: &str) -> Problem {
        let say = |title: &str, what: &str, remedy: &str| Problem {
            title: title.to_owned(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
            request_id: request_id.to_owned(),
        };
        match self {
            Self::SignedOut => say("Your session has ended", "Nobody is signed in.", "Sign in and try again."),
            Self::FormExpired => Problem::form_expired(request_id),
            Self::BadRequest(what) => Problem::bad_request(*what, request_id),
            // These are the API's own; a page does not give them.
            Self::Invalid(_)
            | Self::NotJson
            | Self::NotOctets
            | Self::PreconditionRequired
            | Self::PreconditionFailed
            | Self::ScopeBusy => Problem::bad_request("The request cannot be understood.", request_id),
            Self::TooLarge => Problem::bad_request("What was sent is larger than a form of ours can be.", request_id),
            Self::MethodNotAllowed => Problem::bad_request("This address does not take that kind of request.", request_id),
            Self::Misdirected => Problem::bad_request("This host name is not one of this installation.", request_id),
            Self::TooMany(_) => say("Too many requests", "You asked too often in a short time.", "Wait a moment and try again."),
            Self::Conflict(what) => {
                say("That has changed meanwhile", &sentence(what), "Go back, load the page again, and look at how it stands now.")
            }
            Self::KeyMismatch => say(
                "This request was sent before with other values",
                "Its key belongs to another request.",
                "Open the form again and send it once more.",
            ),
            Self::Unavailable(_) => Problem::unavailable(request_id),
            // Answered above in their own words.
            Self::NotFound | Self::NoInvitation | Self::Forbidden(_) | Self::Internal(_) => Problem::internal(request_id),
        }
    }
}

/// A message of the store as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(here: &str) -> Asked {
        Asked {
            here: here.to_owned(),
            reads: true,
            script: false,
            theme: Theme::System,
            request_id: "r-1".to_owned(),
            api: false,
        }
    }

    fn location(response: &Response) -> Option<&str> {
        response.headers().get(header::LOCATION)?.to_str().ok()
    }

    #[test]
    fn signed_out_people_come_back_to_what_they_asked_for() {
        let response = Error::SignedOut.answer(&asked("/admin/t/1?q=a b".replace(' ', "%20").as_str()));
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), Some("/sign-in?next=%2Fadmin%2Ft%2F1%3Fq%3Da%2520b"));
        assert_eq!(location(&Error::SignedOut.answer(&asked("/admin"))), Some("/sign-in"));
        let posted = Asked { reads: false, ..asked("/admin/t/1") };
        assert_eq!(location(&Error::SignedOut.answer(&posted)), Some("/sign-in"));
    }

    #[test]
    fn a_script_is_told_that_nobody_is_signed_in() {
        let response = Error::SignedOut.answer(&Asked { script: true, ..asked("/admin/events") });
        assert_eq!((response.status(), location(&response)), (StatusCode::UNAUTHORIZED, None));
    }

    #[test]
    fn what_the_database_said_is_not_shown() {
        let source: Box<dyn std::error::Error + Send + Sync> = "duplicate key: ada@example.test".into();
        let error = Error::from(StoreError::Database { kind: "code 23505".to_owned(), source });
        assert!(!format!("{error} {error:?}").contains("ada@"));
    }
}
