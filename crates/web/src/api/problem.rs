//! Errors of the API: RFC 9457, from the same [`Error`] as the pages.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::shape::answers;
use crate::error::Error;

answers! {
    /// What went wrong (RFC 9457).
    Problem {
        /// Always `about:blank`: the code says which problem it is.
        r#type: &'static str,
        /// The problem in a few words.
        title: &'static str,
        /// The HTTP status.
        status: u32,
        /// A stable code, for programs.
        code: &'static str,
        /// What of this request is wrong, for people; `null` where the title says all.
        detail: Option<String>,
        /// The capability that is missing, with the code `forbidden`.
        capability: Option<&'static str>,
        /// The id under which the server's log has the cause, with 5xx.
        request_id: Option<String>,
    }
}

impl Problem {
    pub(crate) const MEDIA_TYPE: &'static str = "application/problem+json";

    /// Every code with its title. They are only ever added to.
    pub(crate) const CODES: [(&'static str, &'static str); 18] = [
        ("request.invalid", "The request cannot be understood"),
        ("token.invalid", "No valid API token"),
        ("forbidden", "A capability is missing"),
        ("origin", "Sent from another site"),
        ("not_found", "Not found"),
        ("method.not_allowed", "This address does not take that method"),
        ("conflict", "In conflict with how it stands now"),
        ("scope_busy", "Another operation writes to this tenant"),
        ("precondition.failed", "It has changed since"),
        ("body.too_large", "The body is too large"),
        ("body.not_json", "The body is not application/json"),
        ("host.unknown", "Not a host of this installation"),
        ("idempotency.mismatch", "This idempotency key was used for another request"),
        ("precondition.required", "Say which version is meant: If-Match is missing"),
        ("rate.limited", "Too many requests"),
        ("internal", "Something of ours failed"),
        ("unavailable", "Not available right now"),
        ("body.not_octets", "The body is not application/octet-stream"),
    ];

    const fn code(error: &Error) -> &'static str {
        match error {
            Error::BadRequest(_) | Error::Invalid(_) => "request.invalid",
            Error::SignedOut => "token.invalid",
            Error::Forbidden(_) => "forbidden",
            Error::FormExpired => "origin",
            Error::NotFound | Error::NoInvitation => "not_found",
            Error::MethodNotAllowed => "method.not_allowed",
            Error::Conflict(_) => "conflict",
            Error::ScopeBusy => "scope_busy",
            Error::PreconditionFailed => "precondition.failed",
            Error::TooLarge => "body.too_large",
            Error::NotJson => "body.not_json",
            Error::NotOctets => "body.not_octets",
            Error::Misdirected => "host.unknown",
            Error::KeyMismatch => "idempotency.mismatch",
            Error::PreconditionRequired => "precondition.required",
            Error::TooMany(_) => "rate.limited",
            Error::Internal(_) => "internal",
            Error::Unavailable(_) => "unavailable",
        }
    }

    fn of(error: &Error, request_id: &str) -> Self {
        let code = Self::code(error);
        let title = Self::CODES.iter().find(|(known, _)| *known == code).map_or("Problem", |(_, title)| title);
        Self {
            r#type: "about:blank",
            title,
            status: u32::from(error.status().as_u16()),
            code,
            detail: match error {
                Error::BadRequest(what) => Some((*what).to_owned()),
                Error::Invalid(what) => Some(what.to_string()),
                Error::Conflict(what) => Some(crate::error::sentence(what)),
                _ => None,
            },
            capability: match error {
                Error::Forbidden(capability) => Some(capability.code()),
                _ => None,
            },
            request_id: matches!(error, Error::Unavailable(_) | Error::Internal(_)).then(|| request_id.to_owned()),
        }
    }

    /// The answer to an error. Holds nothing of the request that could tell what is absent from what is not theirs.
    pub(crate) fn answer(error: &Error, request_id: &str) -> Response {
        let body = serde_json::to_vec(&Self::of(error, request_id)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = error.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Self::MEDIA_TYPE));
        if matches!(error, Error::SignedOut) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"TenantAtlas\""));
        }
        response
    }
}
