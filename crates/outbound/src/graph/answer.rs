//! From bytes to a JSON object, or to a failure.

use bytes::Bytes;
use model::failure::{Code, Failure};
use model::json::Json;
use model::time::Moment;
use std::time::Duration;

use super::error::{self, Then};
use super::exchange::{Body, Got};
use super::retry::asked_wait;
use super::split::{Broken, Split};

/// Bodies above this many bytes are parsed off the runtime's own threads, so that a large page delays nobody else.
const LARGE: usize = 256 * 1024;

/// A request that did not succeed.
#[derive(Debug, Clone)]
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

    /// Whether the quota was what refused it.
    pub(crate) fn is_throttle(&self) -> bool {
        self.failure.code() == Code::GraphThrottled && self.then == Then::CoolDown
    }
}

/// The JSON of an answer, taken apart where that was wanted; else all of it is around.
///
/// `counts`: the answer is a bare number, as `/$count` gives.
pub(crate) async fn judge(got: Got, counts: bool, now: Moment) -> Result<Split, Refusal> {
    let Got { head, body } = got;
    let wait = asked_wait(head.retry_after.as_deref(), head.date.as_deref(), now);
    match body {
        Body::Whole(body) => {
            let around = judged(head.status, parse(body).await?, wait, counts)?;
            Ok(Split { around, elements: Vec::new(), odd: 0 })
        }
        Body::Split(Err(Broken::TooLarge)) => Err(Refusal::new((Failure::new(Code::GraphResponseTooLarge), Then::GiveUp))),
        Body::Split(Err(Broken::Malformed)) => Err(Refusal::new((error::malformed(head.status), Then::GiveUp))),
        Body::Split(Ok(mut split)) => {
            split.around = judged(head.status, Some(split.around), wait, false)?;
            // Under a name written with escapes, the array was not seen as one.
            match split.around.remove("value").or_else(|| split.around.remove("responses")) {
                Some(Json::Array(more)) => split.elements.extend(more),
                _ => return Err(Refusal::new((error::malformed(head.status), Then::GiveUp))),
            }
            Ok(split)
        }
    }
}

/// The object of an answer that was read, or why it is none. `wait`: what its header asks for.
pub(crate) fn judged(status: u16, parsed: Option<Json>, wait: Option<Duration>, counts: bool) -> Result<Json, Refusal> {
    if !(200..=299).contains(&status) {
        let told = parsed.as_ref().map(error::told).unwrap_or_default();
        let (failure, then) = error::of_status(status, told.code);
        let wait = wait.or(told.wait);
        return Err(Refusal { failure, then: cooled(status, wait, then), wait });
    }
    match parsed {
        Some(body) if is_error(&body) => {
            let told = error::told(&body);
            let (failure, then) = error::of_code(told.code);
            Err(Refusal { failure, then, wait: wait.or(told.wait) })
        }
        Some(body) if body.as_object().is_some() && !counts => Ok(body),
        Some(Json::Number(count)) if counts => Ok(Json::Number(count)),
        _ => Err(Refusal::new((error::malformed(status), Then::GiveUp))),
    }
}

/// A 503 that names a time is a cool-down: everybody else would be turned away as well.
pub(crate) fn cooled(status: u16, wait: Option<Duration>, then: Then) -> Then {
    if status == 503 && wait.is_some() { Then::CoolDown } else { then }
}

/// The JSON of a body; `None` when it is none.
pub(crate) async fn parse(body: Bytes) -> Result<Option<Json>, Failure> {
    if body.len() <= LARGE {
        return Ok(Json::parse(&body).ok());
    }
    let parsed = tokio::task::spawn_blocking(move || Json::parse(&body).ok()).await;
    parsed.map_err(|_| Failure::new(Code::Internal))
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::new((failure, Then::GiveUp))
    }
}

fn is_error(body: &Json) -> bool {
    body.get("error").is_some_and(|error| error.get("code").is_some() || error.get("message").is_some())
}
