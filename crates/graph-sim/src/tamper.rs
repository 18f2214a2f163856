//! What faults do to a response.

use std::time::Duration;

use model::json::Json;

use crate::errors::{GraphError, Service, Stamp};
use crate::faults::Effect;
use crate::message::{Body, Delivery, Request, Response};
use crate::query::Position;

/// The response that a fault gives instead of an answer; `None` for faults that change the answer.
pub(crate) fn instead(effect: &Effect, service: Service, stamp: &Stamp) -> Option<Response> {
    let error = match effect {
        Effect::Throttled { retry_after } => {
            let response = GraphError::too_many_requests(service).response(stamp);
            return Some(retry_after.iter().fold(response, |response, value| response.header("Retry-After", value)));
        }
        Effect::Html => {
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>We are sorry</h1></body></html>";
            return Some(Response::with_body(200, "text/html; charset=utf-8", page.as_bytes().to_vec()));
        }
        Effect::ErrorBodyWith200 => {
            let error = GraphError::intune(200, "InternalError", "An error has occurred");
            return Some(error.response(stamp));
        }
        Effect::OversizedBody { bytes } => {
            let mut response = Response::json(200, "");
            response.body = Body::Filled {
                head: br#"{"value":[{"id":"oversized","displayName":""#.to_vec(),
                fill: *bytes,
                tail: br#""}]}"#.to_vec(),
            };
            return Some(response);
        }
        Effect::Ignored => return Some(Response::empty(204)),
        Effect::Expired => GraphError::token("Lifetime validation failed, the token is expired."),
        Effect::Forbidden => GraphError::forbidden(service),
        Effect::NotFound => GraphError::not_found(service, "00000000-0000-0000-0000-000000000000"),
        Effect::ServerError { status } => {
            let code = if *status == 503 { "ServiceUnavailable" } else { "InternalServerError" };
            GraphError::new(*status, code, "The service could not answer.")
        }
        Effect::Conflict => match service {
            Service::Intune => GraphError::intune(409, "Conflict", "The object was changed in the meantime"),
            _ => GraphError::new(
                409,
                "Directory_ConcurrencyViolation",
                "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
            ),
        },
        Effect::PreconditionFailed => match service {
            Service::Intune => GraphError::intune(412, "ConditionNotMet", "The condition is not met"),
            _ => GraphError::new(412, "ConditionNotMet", "The condition is not met."),
        },
        Effect::ReadOnlyProperty { name } => match service {
            Service::Intune => {
                GraphError::intune(400, "BadRequest", format!("'{name}' is a readonly field and cannot be updated"))
            }
            _ => GraphError::bad_request(format!("1001: '{name}' is a readonly field and cannot be updated.")),
        },
        Effect::LostBefore | Effect::HungBefore => GraphError::new(503, "ServiceUnavailable", "The service could not answer."),
        Effect::NotLicensed => GraphError::intune(400, "BadRequest", "Request not applicable to target tenant"),
        Effect::NestedError { status } => GraphError::intune(*status, "InternalError", "An error has occurred"),
        _ => return None,
    };
    Some(error.response(stamp))
}

/// Changes an answer as a fault says.
pub(crate) fn tamper(effect: &Effect, mut response: Response, request: &Request, base: &str, stamp: &Stamp) -> Response {
    match effect {
        Effect::DroppedConnection => response.delivery = Delivery::Dropped,
        Effect::SlowBody { pause_ms } => response.delivery = Delivery::Slow(Duration::from_millis(*pause_ms)),
        Effect::Hang | Effect::HungBefore => response.delivery = Delivery::Hang,
        Effect::AnswerLost | Effect::LostBefore => response.delivery = Delivery::Lost,
        Effect::Late { ms } => response.delivery = Delivery::Late(Duration::from_millis(*ms)),
        Effect::ErrorAfterEffect { status } => {
            response = GraphError::new(*status, "InternalServerError", "The service could not answer.").response(stamp);
        }
        Effect::TruncatedJson => {
            if let Body::Bytes(bytes) = &mut response.body {
                bytes.truncate(bytes.len() / 2);
            }
        }
        Effect::ForeignNextLink { base_url } => {
            set_next_link(&mut response, &format!("{base_url}{}?$skiptoken={}", request.path(), Position::default().token()));
        }
        Effect::LoopingNextLink => set_next_link(&mut response, &format!("{base}{}", request.path_and_query)),
        Effect::EndlessNextLink => {
            let seen = crate::query::Query::parse(request.query()).ok().and_then(|query| query.position).unwrap_or_default();
            let next = Position { endless: seen.endless + 1, ..Position::default() };
            set_next_link(&mut response, &format!("{base}{}?$skiptoken={}", request.path(), next.token()));
        }
        Effect::HostileStrings => change_json(&mut response, hostile),
        _ => {}
    }
    response
}

fn change_json(response: &mut Response, change: impl FnOnce(&mut Json)) {
    if let Body::Bytes(bytes) = &mut response.body
        && response.status == 200
        && let Ok(mut json) = Json::parse(bytes)
    {
        change(&mut json);
        *bytes = json.to_text().into_bytes();
    }
}

fn set_next_link(response: &mut Response, link: &str) {
    change_json(response, |json| {
        if json.get("value").is_some() {
            json.set("@odata.nextLink", Json::text(link));
        }
    });
}

/// Markup, bidirectional controls, and a megabyte.
fn hostile(json: &mut Json) {
    let item = |item: &mut Json| {
        for name in ["displayName", "name"] {
            if let Some(value) = item.get_mut(name) {
                *value =
                    Json::text("<script>alert(\"1\")</script>' OR 1=1 -- \u{202e}gpj.exe\u{2066} \u{0}\u{7} {{7*7}} é漢字🙂");
            }
        }
        item.set("description", Json::text("<img src=x onerror=alert(1)> ".repeat(40_000)));
    };
    match json.get_mut("value") {
        Some(Json::Array(items)) => items.iter_mut().for_each(item),
        _ => item(json),
    }
}
