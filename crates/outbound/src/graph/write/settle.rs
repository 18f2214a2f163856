//! What the answer to a batch means for each of its writes.

use std::sync::Arc;
use std::time::Duration;

use model::failure::Failure;

use super::alone::Tries;
use super::judge::{Answered, Content, Verdict, of_answer};
use super::{Write, Written};
use crate::graph::answer::Refusal;
use crate::graph::batch::PartAnswer;
use crate::graph::error::Then;
use crate::graph::recorder::{Part as Counted, Sent};
use crate::graph::retry::asked_wait;
use crate::graph::route::Route;
use crate::graph::session::GraphSession;
use crate::graph::token::Token;

/// Writes with their places among all, and what came of them.
pub(super) type Settled = Vec<(usize, Written)>;

/// A write that is still open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Its place among all writes.
    pub(super) index: usize,
    /// Bytes of its body.
    pub(super) size: usize,
    pub(super) tries: Tries,
}

/// What came of a batch.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) settled: Settled,
    /// To be sent again: those that were not sent, and those that the gate holds back or a new token may help.
    pub(super) again: Vec<Part>,
    /// To be sent again after the wait, together.
    pub(super) later: Vec<Part>,
    pub(super) wait: Duration,
    /// To be sent one by one.
    pub(super) alone: Vec<Part>,
    /// The longest wait of those that asked to slow down, and how many did.
    cool_down: Duration,
    throttled: usize,
}

/// A batch that was sent.
pub(super) struct Exchange<'a> {
    pub(super) session: &'a GraphSession,
    pub(super) writes: &'a [Write],
    pub(super) token: Arc<Token>,
    pub(super) sent: Sent,
    pub(super) route: Route,
}

impl Exchange<'_> {
    /// The batch itself was refused, or there is no answer; `sure`: it was not sent.
    pub(super) fn refused(&self, refusal: Refusal, sure: bool, parts: Vec<Part>, outcome: &mut Outcome) {
        let status = self.sent.status.unwrap_or(0);
        // What was turned away at the door did nothing: 401, 429, and every other status that finds fault with the batch.
        let certain = sure || ((400..=499).contains(&status) && status != 408);
        if refusal.then == Then::NewToken {
            self.session.registration.tokens.refused(&self.token);
        }
        let refusal = Refusal { failure: self.sent.named(refusal.failure), ..refusal };
        for mut part in parts {
            part.tries.uncertain |= !certain;
            match refusal.then {
                // Whatever is wrong with the batch, the writes in it may be right.
                Then::GiveUp => outcome.alone.push(part),
                _ => self.put_off(&self.route, refusal.clone(), part, outcome),
            }
        }
        // One answer, not one for each.
        outcome.throttled = outcome.throttled.min(1);
        self.heed(outcome);
    }

    /// Each part has an answer of its own, or none.
    pub(super) fn answered(&self, parts: impl Iterator<Item = (Part, Option<PartAnswer>)>, outcome: &mut Outcome) {
        for (mut part, answer) in parts {
            match answer {
                Some(answer) => self.settle(part, answer, outcome),
                None => {
                    part.tries.uncertain = true;
                    outcome.alone.push(part);
                }
            }
        }
        self.heed(outcome);
    }

    fn settle(&self, mut part: Part, answer: PartAnswer, outcome: &mut Outcome) {
        let write = &self.writes[part.index];
        let PartAnswer { status, retry_after, date, request_id, body, bytes, approval_code, .. } = answer;
        let wait = asked_wait(retry_after.as_deref(), date.as_deref(), self.session.shared.clock.now());
        let body = body.map_or(Content::Nothing, Content::Json);
        let verdict = of_answer(write, Answered { status, wait, approval: approval_code, body });
        let counted =
            Counted { method: write.method.as_str(), route: &write.route, status, bytes, request_id: request_id.clone() };
        self.session.observer.recorder.part(&self.sent, counted, verdict.failure().map(Failure::code));
        let sent = Sent { request_id, ..Sent::like(&self.sent) };
        match verdict {
            Verdict::Settled(written) => outcome.settled.push((part.index, part.tries.end(write, written.named(&sent)))),
            Verdict::Again { refusal, certain } => {
                part.tries.uncertain |= !certain;
                if refusal.then == Then::NewToken {
                    self.session.registration.tokens.refused(&self.token);
                }
                let refusal = Refusal { failure: sent.named(refusal.failure), ..refusal };
                self.put_off(&write.route, refusal, part, outcome);
            }
        }
    }

    /// A part that was refused for now is sent again, or has been sent often enough.
    fn put_off(&self, route: &Route, refusal: Refusal, part: Part, outcome: &mut Outcome) {
        let (then, tries) = (refusal.then, part.tries);
        if then == Then::NewToken {
            return match tries.renewed {
                true => outcome.settled.push((part.index, tries.give_up(refusal.failure))),
                false => outcome.again.push(Part { tries: Tries { renewed: true, ..tries }, ..part }),
            };
        }
        let wait = self.session.wait_of(&refusal, tries.attempt);
        if then == Then::CoolDown {
            outcome.cool_down = outcome.cool_down.max(wait);
            outcome.throttled += 1;
        }
        let most = self.session.shared.limits.max_attempts;
        if let Err(failure) = self.session.asks_again(refusal, wait, tries.attempt, most, route) {
            return outcome.settled.push((part.index, tries.give_up(failure)));
        }
        let part = Part { tries: Tries { attempt: tries.attempt + 1, ..tries }, ..part };
        // After a cool-down the gate holds it back, else it waits by itself.
        if then == Then::CoolDown {
            outcome.again.push(part);
        } else {
            outcome.later.push(part);
            outcome.wait = outcome.wait.max(wait);
        }
    }

    /// Once for all parts that were refused: the longest of their waits is everybody's.
    fn heed(&self, outcome: &Outcome) {
        if outcome.throttled > 0 {
            self.session.cool_down(self.route.service, outcome.cool_down, outcome.throttled);
        }
    }
}
