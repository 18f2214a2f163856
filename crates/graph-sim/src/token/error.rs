//! Errors of the token endpoint.

use model::json::Json;

use crate::errors::Stamp;
use crate::message::Response;

/// An error of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenError {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) number: u32,
    pub(crate) words: &'static str,
}

impl TokenError {
    pub(crate) const fn new(status: u16, error: &'static str, number: u32, words: &'static str) -> Self {
        Self { status, error, number, words }
    }

    /// The credential is not taken.
    pub(crate) const fn client(number: u32, words: &'static str) -> Self {
        Self::new(401, "invalid_client", number, words)
    }

    pub(crate) const NO_TENANT: Self =
        Self::new(400, "invalid_request", 90002, "Tenant not found. Check to make sure you have the correct tenant ID.");

    pub(crate) const NO_APP: Self = Self::new(400, "unauthorized_client", 700_016, "Application was not found in the directory.");

    pub(crate) const DISABLED: Self = Self::new(400, "unauthorized_client", 7_000_112, "Application is disabled.");

    pub(crate) const REPLAYED: Self =
        Self::client(700_027, "Client assertion failed signature validation. [Reason - The assertion was used before.]");

    pub(crate) fn response(self, stamp: &Stamp) -> Response {
        let at = stamp.at.to_utc_words();
        let description = format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {at}Z",
            self.number, self.words, stamp.request_id, stamp.client_request_id
        );
        let body = Json::from([
            ("error", Json::text(self.error)),
            ("error_description", Json::text(description)),
            ("error_codes", Json::Array(vec![Json::int(i64::from(self.number))])),
            ("timestamp", Json::text(format!("{at}Z"))),
            ("trace_id", Json::text(&stamp.request_id)),
            ("correlation_id", Json::text(&stamp.client_request_id)),
            ("error_uri", Json::text(format!("https://login.microsoftonline.com/error?code={}", self.number))),
        ]);
        Response::with_body(self.status, "application/json; charset=utf-8", body.to_text().into_bytes())
    }
}
