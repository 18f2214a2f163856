//! What an answer says of a write: whether it was carried out, and whether that is certain.

use std::time::Duration;

use bytes::Bytes;
use model::failure::{Code, Failure, GraphCode};
use model::json::Json;
use model::restore::Effect;

use super::approval::{texts_of, wanted};
use super::property::named;
use super::{Refused, Write, Written};
use crate::graph::answer::{Refusal, cooled};
use crate::graph::error::{self, Then};
use crate::http::Lost;

/// An answer, of a request or of a part of a batch.
pub(super) struct Answered {
    pub(super) status: u16,
    /// The wait that its header asks for.
    pub(super) wait: Option<Duration>,
    /// The code of a request for approval, as the header has it.
    pub(super) approval: Option<String>,
    pub(super) body: Content,
}

/// The body of an answer.
pub(super) enum Content {
    Nothing,
    Json(Json),
    /// No JSON at all: something else answered in place of Graph, or the end is missing.
    Other,
}

impl Content {
    /// The body of a request's answer.
    pub(super) fn read(bytes: &Bytes) -> Self {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Self::Nothing;
        }
        Json::parse(bytes).map_or(Self::Other, Self::Json)
    }
}

/// What follows from an answer.
pub(super) enum Verdict {
    /// All is known that will be.
    Settled(Written),
    /// It may be sent again; `certain`: nothing was carried out.
    Again { refusal: Refusal, certain: bool },
}

impl Verdict {
    /// What there is to record.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Settled(Written::Done { .. }) => None,
            Self::Settled(Written::Refused(Refused { failure, .. }) | Written::Lost { failure }) => Some(failure),
            Self::Again { refusal, .. } => Some(&refusal.failure),
        }
    }
}

/// What follows from there being no answer.
pub(super) fn of_lost(lost: Lost) -> Verdict {
    let (failure, then) = error::of_lost(lost);
    match lost {
        // There was no connection to send it by.
        Lost::Unreachable => Verdict::Again { refusal: Refusal::new((failure, then)), certain: true },
        Lost::NoClient => Verdict::Settled(Written::refused(failure)),
        Lost::TimedOut | Lost::Broken => Verdict::Again { refusal: Refusal::new((failure, then)), certain: false },
        Lost::TooLarge => Verdict::Settled(Written::Lost { failure }),
    }
}

/// What follows from an answer.
pub(super) fn of_answer(write: &Write, answered: Answered) -> Verdict {
    let status = answered.status;
    if !(200..=299).contains(&status) {
        return of_error(write, answered);
    }
    match answered.body {
        Content::Json(body) if body.get("error").is_some_and(|error| error.as_object().is_some()) => {
            of_error_in_success(write, &body, answered.wait)
        }
        Content::Json(body) => {
            Verdict::Settled(Written::Done { status, body: Some(body).filter(|body| body.as_object().is_some()) })
        }
        Content::Nothing => Verdict::Settled(Written::Done { status, body: None }),
        Content::Other => Verdict::Settled(Written::Lost { failure: error::malformed(status) }),
    }
}

fn of_error(write: &Write, answered: Answered) -> Verdict {
    let Answered { status, wait, approval, body } = answered;
    let body = match body {
        Content::Json(body) => body,
        Content::Nothing | Content::Other => Json::Null,
    };
    let told = error::told(&body);
    let (failure, then) = error::of_status(status, told.code);
    let wait = wait.or(told.wait);
    match then {
        Then::GiveUp if (400..=499).contains(&status) => {
            Verdict::Settled(Written::Refused(refused(write, status, failure, told.code, approval.as_deref(), &body)))
        }
        // Something that is not Graph, or a server that gave up on it: it may have got through before.
        Then::GiveUp => Verdict::Settled(Written::Lost { failure }),
        Then::NewToken => Verdict::Again { refusal: Refusal { failure, then, wait }, certain: true },
        Then::CoolDown | Then::AskAgain => {
            let refusal = Refusal { failure, then: cooled(status, wait, then), wait };
            Verdict::Again { refusal, certain: status == 429 }
        }
    }
}

/// An error with a status of success: its code says which error it is.
fn of_error_in_success(write: &Write, body: &Json, wait: Option<Duration>) -> Verdict {
    let told = error::told(body);
    let (failure, then) = error::of_code(told.code);
    let wait = wait.or(told.wait);
    match (then, failure.code()) {
        (Then::GiveUp, Code::GraphMalformedResponse) => Verdict::Settled(Written::Lost { failure }),
        (Then::GiveUp, _) => Verdict::Settled(Written::Refused(refused(write, 200, failure, told.code, None, body))),
        (Then::AskAgain, _) => Verdict::Again { refusal: Refusal { failure, then, wait }, certain: false },
        (Then::NewToken | Then::CoolDown, _) => Verdict::Again { refusal: Refusal { failure, then, wait }, certain: true },
    }
}

fn refused(
    write: &Write,
    status: u16,
    failure: Failure,
    code: Option<GraphCode>,
    approval_header: Option<&str>,
    body: &Json,
) -> Refused {
    let texts = texts_of(body);
    let (approval, approval_code) = wanted(code, approval_header, &texts);
    let meant = match (status, code) {
        _ if approval => Code::GraphApprovalRequired,
        (_, Some(GraphCode::MultipleObjectsWithSameKeyValue)) => Code::GraphAlreadyExists,
        // Of two that write at once, the directory refuses one in the same way as a name that is taken.
        (409, Some(GraphCode::DirectoryConcurrencyViolation)) => Code::GraphConflict,
        (409, _) if matches!(write.effect, Effect::Create | Effect::Add) => Code::GraphAlreadyExists,
        (412, _) => Code::GraphPreconditionFailed,
        _ => failure.code(),
    };
    let ours = write.body.as_ref().filter(|_| meant == Code::GraphBadRequest);
    let names = ours.and_then(|body| named(&texts, body));
    Refused { failure: failure.meaning(meant), names, approval, approval_code, uncertain: false }
}
