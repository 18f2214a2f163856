//! Graph's errors → failure codes. The only place where they are sorted; what passes are a status, a code from the
//! allow-list and lengths of time.

use std::ops::RangeInclusive;
use std::time::Duration;

use model::failure::{Code, Failure, GraphCode, SafeValue};
use model::json::Json;

use crate::http::Lost;

/// What to do about a failed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing: it would fail again.
    GiveUp,
    /// Get one new token, then ask once more.
    NewToken,
    /// Hold back every request of the service, then ask again.
    CoolDown,
    /// Ask again after a while.
    AskAgain,
}

/// By HTTP status; the first row that holds it counts.
const BY_STATUS: &[(RangeInclusive<u16>, Code, Then)] = &[
    (401..=401, Code::GraphUnauthorized, Then::NewToken),
    (403..=403, Code::GraphForbidden, Then::GiveUp),
    (404..=404, Code::GraphNotFound, Then::GiveUp),
    (408..=408, Code::GraphTimeout, Then::AskAgain),
    (409..=409, Code::GraphConflict, Then::GiveUp),
    (412..=412, Code::GraphConflict, Then::GiveUp),
    (429..=429, Code::GraphThrottled, Then::CoolDown),
    (400..=499, Code::GraphBadRequest, Then::GiveUp),
    (500..=500, Code::GraphUnavailable, Then::AskAgain),
    (502..=504, Code::GraphUnavailable, Then::AskAgain),
    (505..=599, Code::GraphUnavailable, Then::GiveUp),
    (501..=501, Code::GraphUnavailable, Then::GiveUp),
];

/// The status that an error inside a 200 stands for.
const STATUS_OF: &[(GraphCode, u16)] = &[
    (GraphCode::TooManyRequests, 429),
    (GraphCode::Forbidden, 403),
    (GraphCode::AccessDenied, 403),
    (GraphCode::AuthorizationRequestDenied, 403),
    (GraphCode::InvalidAuthenticationToken, 401),
    (GraphCode::ResourceNotFound, 404),
    (GraphCode::NotFound, 404),
    (GraphCode::RequestResourceNotFound, 404),
    (GraphCode::BadRequest, 400),
    (GraphCode::RequestBadRequest, 400),
    (GraphCode::RequestUnsupportedQuery, 400),
    (GraphCode::InternalError, 500),
    (GraphCode::InternalServerError, 500),
    (GraphCode::ServiceUnavailable, 503),
    (GraphCode::ConditionNotMet, 412),
    (GraphCode::DirectoryConcurrencyViolation, 409),
];

/// Errors of the token endpoint by their number (AADSTS…); their text is never read.
const BY_ENTRA_CODE: &[(i64, Code)] = &[
    // Wrong secret; malformed secret or assertion; no credential for this application at all.
    (7_000_215, Code::CredentialsInvalid),
    (50_012, Code::CredentialsInvalid),
    (7_000_218, Code::CredentialsInvalid),
    // Expired secret.
    (7_000_222, Code::CredentialExpired),
    // Assertion not signed by a certificate that is registered; assertion outside of its time.
    (700_027, Code::CertificateUnknown),
    (700_024, Code::ClockWrong),
    // No federated credential with that issuer, subject or audience.
    (70_021, Code::FederationUnknown),
    (700_211, Code::FederationUnknown),
    (700_212, Code::FederationUnknown),
    (700_213, Code::FederationUnknown),
    // Application not in the tenant; disabled there; its service principal missing.
    (700_016, Code::ApplicationMissing),
    (7_000_112, Code::ApplicationDisabled),
    (7_000_229, Code::ApplicationMissing),
    // Tenant not found; no id of a tenant; application or tenant of another cloud.
    (90_002, Code::TenantUnknown),
    (900_023, Code::TenantUnknown),
    (900_382, Code::CloudWrong),
    (900_439, Code::CloudWrong),
    // No consent; blocked by conditional access; request loop.
    (65_001, Code::ConsentMissing),
    (53_003, Code::SignInBlocked),
    (50_196, Code::GraphThrottled),
];

/// Errors of the token endpoint by their OAuth code, where the number tells nothing.
const BY_OAUTH_CODE: &[(GraphCode, Code)] = &[
    (GraphCode::InvalidClient, Code::CredentialsInvalid),
    (GraphCode::UnauthorizedClient, Code::CredentialsInvalid),
    (GraphCode::InvalidScope, Code::GraphBadRequest),
    (GraphCode::InvalidRequest, Code::GraphBadRequest),
];

/// What an error's body told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The innermost code of the allow-list; [`GraphCode::Unknown`] for any other text; `None` without one.
    pub(crate) code: Option<GraphCode>,
    /// The wait that Intune puts into the JSON text inside its message.
    pub(crate) wait: Option<Duration>,
}

/// Reads the `error` member of a body.
pub(crate) fn told(body: &Json) -> Told {
    let mut told = Told::default();
    let mut level = body.get("error");
    for _ in 0..4 {
        let Some(error) = level else { break };
        if let Some(text) = error.get("code").and_then(Json::as_str).filter(|text| !text.is_empty()) {
            let code = GraphCode::from_code(text);
            if code != GraphCode::Unknown || told.code.is_none() {
                told.code = Some(code);
            }
        }
        if let Some(message) = error.get("message").and_then(Json::as_str) {
            told.wait = told.wait.or_else(|| wait_in(message));
        }
        level = error.get("innerError").or_else(|| error.get("innererror"));
    }
    told
}

fn wait_in(message: &str) -> Option<Duration> {
    let nested = Json::parse(message.trim_start().starts_with('{').then_some(message)?.as_bytes()).ok()?;
    let seconds = match nested.get("RetryAfter")? {
        Json::Number(text) => text.parse::<u64>().ok()?,
        Json::String(text) => text.parse::<u64>().ok()?,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

/// The failure of a Graph answer with an error status.
pub(crate) fn of_status(status: u16, code: Option<GraphCode>) -> (Failure, Then) {
    let row = BY_STATUS.iter().find(|(statuses, ..)| statuses.contains(&status));
    // 1xx, 2xx and 3xx: a redirect is not followed, Graph sends none; something stands in between.
    let (failure, then) = row.map_or((Code::GraphMalformedResponse, Then::GiveUp), |(_, code, then)| (*code, *then));
    (with_code(Failure::new(failure).with("status", status), code), then)
}

/// The failure of an error inside an answer with status 200.
pub(crate) fn of_code(code: Option<GraphCode>) -> (Failure, Then) {
    let status = code.and_then(|code| STATUS_OF.iter().find(|(known, _)| *known == code)).map(|(_, status)| *status);
    match status {
        Some(status) => {
            let (failure, then) = of_status(status, None);
            (with_code(Failure::new(failure.code()).with("status", 200_u16), code), then)
        }
        None => (with_code(malformed(200), code), Then::GiveUp),
    }
}

/// The failure of a token answer with an error status.
pub(crate) fn of_token(status: u16, body: Option<&Json>) -> (Failure, Then) {
    let (by_status, then) = of_status(status, None);
    if matches!(then, Then::CoolDown | Then::AskAgain) || !(400..=499).contains(&status) {
        return (by_status, then);
    }
    let oauth = body.and_then(|body| body.get("error")?.as_str()).map(GraphCode::from_code);
    let numbers = body.and_then(|body| body.get("error_codes")?.as_array()).unwrap_or_default();
    let row = numbers.iter().filter_map(Json::as_i64).find_map(|number| BY_ENTRA_CODE.iter().find(|(known, _)| *known == number));
    let failure = match (row, oauth) {
        (Some((number, code)), _) => Failure::new(*code).with("status", status).with("entra_code", *number),
        (None, Some(oauth)) => {
            let code = BY_OAUTH_CODE.iter().find(|(known, _)| *known == oauth).map_or(Code::GraphUnauthorized, |(_, code)| *code);
            Failure::new(code).with("status", status)
        }
        // No OAuth error at all: whatever answered, it was no token endpoint.
        (None, None) => return (malformed(status), Then::GiveUp),
    };
    (with_code(failure, oauth), Then::GiveUp)
}

/// Whether a failed page looks like one whose token expired: 400 or 410. The list must begin anew then.
pub(crate) fn is_expired_page(failure: &Failure) -> bool {
    failure.code() == Code::GraphBadRequest && matches!(status(failure), Some(400 | 410))
}

/// Whether the service did not understand the question: status 400.
pub(crate) fn is_bad_request(failure: &Failure) -> bool {
    failure.code() == Code::GraphBadRequest && status(failure) == Some(400)
}

fn status(failure: &Failure) -> Option<i64> {
    failure.params().iter().find_map(|(name, value)| match value {
        SafeValue::Number(number) if *name == "status" => Some(*number),
        _ => None,
    })
}

/// The failure of a request without an answer.
pub(crate) fn of_lost(lost: Lost) -> (Failure, Then) {
    let (code, then) = match lost {
        Lost::Unreachable | Lost::Broken => (Code::GraphUnavailable, Then::AskAgain),
        Lost::TimedOut => (Code::GraphTimeout, Then::AskAgain),
        Lost::TooLarge => (Code::GraphResponseTooLarge, Then::GiveUp),
        Lost::NoClient => (Code::Internal, Then::GiveUp),
    };
    (Failure::new(code), then)
}

/// The failure of an answer that is not what Graph sends.
pub(crate) fn malformed(status: u16) -> Failure {
    Failure::new(Code::GraphMalformedResponse).with("status", status)
}

fn with_code(failure: Failure, code: Option<GraphCode>) -> Failure {
    match code {
        Some(code) => failure.with("graph_code", code),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_status_has_a_code() {
        for status in 400..600 {
            let (failure, _) = of_status(status, None);
            assert_ne!(failure.code(), Code::GraphMalformedResponse, "{status}");
        }
        let repeated: Vec<u16> =
            (100..600).filter(|s| matches!(of_status(*s, None).1, Then::AskAgain | Then::CoolDown)).collect();
        assert_eq!(repeated, [408, 429, 500, 502, 503, 504]);
        assert_eq!(of_status(302, None).0.code(), Code::GraphMalformedResponse);
    }

    #[test]
    fn only_codes_of_the_allow_list_pass() {
        let body = json(r#"{"error":{"code":"","message":"secret words","innerError":{"code":"Forbidden"}}}"#);
        assert_eq!(told(&body).code, Some(GraphCode::Forbidden));
        let body = json(r#"{"error":{"code":"<script>","message":"x"}}"#);
        let (failure, _) = of_status(403, told(&body).code);
        assert_eq!(
            failure.message(),
            "Microsoft Graph denied access: a permission or licence is missing (status: 403, graph code: other)."
        );
        assert_eq!(told(&json(r#"{"error":"invalid_client"}"#)), Told::default());
    }

    #[test]
    fn intunes_nested_wait_is_read() {
        let nested = r#"{\r\n \"_version\": 3,\r\n \"Message\": \"x\",\r\n \"RetryAfter\": 17\r\n}"#;
        let body = json(&format!(r#"{{"error":{{"code":"TooManyRequests","message":"{nested}"}}}}"#));
        assert_eq!(told(&body), Told { code: Some(GraphCode::TooManyRequests), wait: Some(Duration::from_secs(17)) });
        let body = json(&format!(r#"{{"error":{{"code":"x","message":"{}"}}}}"#, nested.replace("17", "null")));
        assert_eq!(told(&body).wait, None);
    }

    #[test]
    fn token_errors_are_sorted_by_number_then_by_code() {
        let of = |status, text: &str| of_token(status, Some(&json(text))).0.code();
        assert_eq!(of(401, r#"{"error":"invalid_client","error_codes":[7000215]}"#), Code::CredentialsInvalid);
        assert_eq!(of(400, r#"{"error":"invalid_request","error_codes":[90002]}"#), Code::TenantUnknown);
        assert_eq!(of(400, r#"{"error":"invalid_grant","error_codes":[65001]}"#), Code::ConsentMissing);
        assert_eq!(of(401, r#"{"error":"invalid_client"}"#), Code::CredentialsInvalid);
        assert_eq!(of(400, r#"{"error":"invalid_scope","error_codes":[1]}"#), Code::GraphBadRequest);
        assert_eq!(of(400, r#"{"error":"something"}"#), Code::GraphUnauthorized);
        assert_eq!(of(404, r#"{"weird":true}"#), Code::GraphMalformedResponse);
        assert_eq!(of_token(503, None).1, Then::AskAgain);
        assert_eq!(of_token(429, None).1, Then::CoolDown);
    }

    #[test]
    fn an_error_inside_a_200_is_sorted_by_its_code() {
        assert_eq!(of_code(Some(GraphCode::TooManyRequests)).1, Then::CoolDown);
        assert_eq!(of_code(Some(GraphCode::Forbidden)).0.code(), Code::GraphForbidden);
        assert_eq!(of_code(Some(GraphCode::Unknown)).0.code(), Code::GraphMalformedResponse);
        assert_eq!(of_code(None).0.code(), Code::GraphMalformedResponse);
    }
}
