//! Graph's error bodies.

use model::json::Json;
use model::time::Moment;

use crate::message::Response;

/// Which service answers; they word their errors differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Intune,
    Directory,
    ConditionalAccess,
}

impl Service {
    /// The service behind a path with its version.
    pub(crate) fn of(path: &str) -> Self {
        match path.split('/').find(|segment| !matches!(*segment, "" | "v1.0" | "beta")) {
            Some("deviceManagement" | "deviceAppManagement") => Self::Intune,
            Some("identity") => Self::ConditionalAccess,
            _ => Self::Directory,
        }
    }
}

/// What every error body names.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    /// Grows by one with every exchange and every part of a batch.
    pub(crate) number: u64,
    pub(crate) request_id: String,
    pub(crate) client_request_id: String,
    pub(crate) at: Moment,
}

/// An error to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// Intune's own error as JSON text inside the message.
    pub(crate) nested: bool,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), nested: false }
    }

    /// An error of Intune, nested.
    pub(crate) fn intune(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { nested: true, ..Self::new(status, code, message) }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn no_segment(segment: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    pub(crate) fn not_supported() -> Self {
        Self::new(400, "No method match route template", "No OData route exists that match template of the request")
    }

    pub(crate) fn not_found(service: Service, id: &str) -> Self {
        match service {
            Service::Intune => Self::intune(404, "ResourceNotFound", format!("Resource {id} was not found")),
            Service::Directory => Self::new(
                404,
                "Request_ResourceNotFound",
                format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present."),
            ),
            Service::ConditionalAccess => Self::new(404, "ResourceNotFound", format!("{id} is not found in the directory")),
        }
    }

    pub(crate) fn forbidden(service: Service) -> Self {
        match service {
            Service::Intune => Self::intune(
                403,
                "Forbidden",
                "Application is not authorized to perform this operation. Application must have one of the following scopes",
            ),
            Service::Directory => {
                Self::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
            }
            Service::ConditionalAccess => Self::new(
                403,
                "AccessDenied",
                "You cannot perform the requested operation, required scopes are missing in the token.",
            ),
        }
    }

    pub(crate) fn token(message: &str) -> Self {
        Self::new(401, "InvalidAuthenticationToken", message)
    }

    pub(crate) fn too_many_requests(service: Service) -> Self {
        match service {
            Service::Intune => Self::intune(429, "TooManyRequests", "Too many requests"),
            _ => Self::new(429, "TooManyRequests", "Too many requests."),
        }
    }

    /// The body.
    pub(crate) fn body(&self, stamp: &Stamp) -> String {
        let message = if self.nested { nested(&self.message, stamp) } else { self.message.clone() };
        let date = stamp.at.to_fixed_text();
        let inner = Json::from([
            // Graph writes seconds and no zone here.
            ("date", Json::text(date.get(..19).unwrap_or(&date))),
            ("request-id", Json::text(&stamp.request_id)),
            ("client-request-id", Json::text(&stamp.client_request_id)),
        ]);
        let error = Json::from([("code", Json::text(&self.code)), ("message", Json::text(message)), ("innerError", inner)]);
        Json::from([("error", error)]).to_text()
    }

    /// The response.
    pub(crate) fn response(&self, stamp: &Stamp) -> Response {
        let response = Response::json(self.status, self.body(stamp));
        if self.status == 401 {
            let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";
            return response.header("WWW-Authenticate", challenge);
        }
        response
    }
}

/// Intune's error as it stands, as JSON text, inside `message`.
fn nested(message: &str, stamp: &Stamp) -> String {
    let sentence = format!(
        "{message} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: {} - Url: https://fef.internal.invalid/StatelessService/deviceManagement?api-version=2018-05-24",
        stamp.request_id
    );
    let inner = Json::from([
        ("_version", Json::int(3)),
        ("Message", Json::text(sentence)),
        ("CustomApiErrorPhrase", Json::text("")),
        ("RetryAfter", Json::Null),
        ("ErrorSourceService", Json::text("")),
        ("HttpHeaders", Json::text("{}")),
    ]);
    inner.to_pretty().replace('\n', "\r\n")
}
