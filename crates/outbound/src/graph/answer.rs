//! From bytes to a JSON object, or to a failure.

use bytes::Bytes;
use model::failure::{Code, Failure};
use model::json::Json;
use model::time::Moment;
use std::time::Duration;

use super::error::{self, Then};
use super::retry::asked_wait;
use crate::http::Answer;

/// Bodies above this many bytes are parsed off the runtime's own threads, so that a large page delays nobody else.
const LARGE: usize = 256 * 1024;

/// A request that did not succeed.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) failure: Failure,
    pub(crate) then: Then,
    /// The wait that the service asked for.
    pub(crate) wait: Option<Duration>,
}

impl Refusal {
    /// A refusal that names no time.
    pub(crate) fn new((failure, then): (Failure, Then)) -> Self {
        Self { failure, then, wait: None }
    }
}

/// The JSON object of an answer.
pub(crate) async fn judge(answer: Answer, now: Moment) -> Result<Json, Refusal> {
    let wait = asked_wait(answer.retry_after.as_deref(), answer.date.as_deref(), now);
    let parsed = parse(answer.body).await?;
    if !(200..=299).contains(&answer.status) {
        let told = parsed.as_ref().map(error::told).unwrap_or_default();
        let (failure, then) = error::of_status(answer.status, told.code);
        return Err(Refusal { failure, then: cooled(answer.status, wait.or(told.wait), then), wait: wait.or(told.wait) });
    }
    match parsed {
        Some(body) if is_error(&body) => {
            let told = error::told(&body);
            let (failure, then) = error::of_code(told.code);
            Err(Refusal { failure, then, wait: wait.or(told.wait) })
        }
        Some(body) if body.as_object().is_some() => Ok(body),
        _ => Err(Refusal::new((error::malformed(answer.status), Then::GiveUp))),
    }
}

/// A 503 that names a time is a cool-down: everybody else would be turned away as well.
pub(crate) fn cooled(status: u16, wait: Option<Duration>, then: Then) -> Then {
    if status == 503 && wait.is_some() { Then::CoolDown } else { then }
}

/// The JSON of a body; `None` when it is none.
pub(crate) async fn parse(body: Bytes) -> Result<Option<Json>, Refusal> {
    if body.len() <= LARGE {
        return Ok(Json::parse(&body).ok());
    }
    let parsed = tokio::task::spawn_blocking(move || Json::parse(&body).ok()).await;
    parsed.map_err(|_| Refusal::new((Failure::new(Code::Internal), Then::GiveUp)))
}

fn is_error(body: &Json) -> bool {
    body.get("error").is_some_and(|error| error.get("code").is_some() || error.get("message").is_some())
}
