//! One write by itself, with what may be repeated of it.

use std::sync::Arc;

use model::failure::{Code, Failure};
use model::json::Json;
use model::restore::Effect;
use url::Url;

use super::judge::{Answered, Content, Verdict, of_answer, of_lost};
use super::{Refused, Write, Written};
use crate::graph::error::Then;
use crate::graph::exchange::Want;
use crate::graph::retry::asked_wait;
use crate::graph::service::Access;
use crate::graph::session::GraphSession;
use crate::graph::turn::Waited;
use crate::http::Ask;

/// How far a write got.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tries {
    /// How often it was sent, this time included.
    pub(super) attempt: u32,
    /// Whether a new token was got for it.
    pub(super) renewed: bool,
    /// Whether it may have been carried out by an attempt that has no answer.
    pub(super) uncertain: bool,
}

impl Tries {
    pub(super) const FIRST: Self = Self { attempt: 1, renewed: false, uncertain: false };

    /// What is known in the end, with what earlier attempts may have done.
    pub(super) fn end(self, write: &Write, written: Written) -> Written {
        match written {
            // The attempt before removed it, or somebody else did: it is gone.
            Written::Refused(Refused { failure, .. })
                if self.uncertain && write.effect == Effect::Remove && failure.code() == Code::GraphNotFound =>
            {
                Written::Done { status: 404, body: None }
            }
            Written::Refused(refused) => Written::Refused(Refused { uncertain: self.uncertain, ..refused }),
            known => known,
        }
    }

    /// It is not sent again.
    pub(super) fn give_up(self, failure: Failure) -> Written {
        if self.uncertain { Written::Lost { failure } } else { Written::refused(failure) }
    }
}

impl GraphSession {
    /// Sends one write. Repeated only as [`Write::is_repeatable`] says; what is not may still be sent again where it is certain that
    /// nothing was carried out. Dropping the future leaves open what came of it, so note down what is about to be sent before.
    pub async fn write(&self, write: &Write) -> Written {
        self.write_alone(write, Tries::FIRST).await
    }

    pub(super) async fn write_alone(&self, write: &Write, mut tries: Tries) -> Written {
        let url = match self.address_of(write) {
            Ok(url) => url,
            Err(failure) => return tries.give_up(failure),
        };
        let mut waited = Waited::default();
        loop {
            if let Some(written) = self.send_write(write, &url, &mut tries, &mut waited).await {
                return tries.end(write, written);
            }
        }
    }

    /// Sends once; `None`: it is to be sent again, now.
    async fn send_write(&self, write: &Write, url: &Url, tries: &mut Tries, waited: &mut Waited) -> Option<Written> {
        let route = &write.route;
        let costs = [write.cost(false)];
        let mut turn = match self.turn(route.service, Access::Write, &costs, waited).await {
            Ok(turn) => turn,
            Err(failure) => return Some(tries.give_up(failure)),
        };
        self.meter.requests(1);
        turn.taken.sending();
        let busy = self.meter.busy();
        let ask = Ask::Write {
            bearer: &turn.token.header,
            method: write.method,
            body: write.body.as_ref().map(Json::to_text),
            approval: write.approval.header(&route.template),
        };
        let (sent, answered) = self.exchange(url, ask, Want::Whole, route, tries.attempt).await;
        busy.ended(1);
        let head = answered.as_ref().ok().map(|got| &got.head);
        let (cost, told) = (head.and_then(|head| head.units), head.and_then(|head| head.used_part));
        let scope = head.and_then(|head| head.throttle_scope.clone());
        let verdict = match answered {
            Err(lost) => of_lost(lost),
            Ok(got) => {
                let (head, now) = (&got.head, self.shared.clock.now());
                let (status, approval) = (head.status, head.approval_code.clone());
                let wait = asked_wait(head.retry_after.as_deref(), head.date.as_deref(), now);
                of_answer(write, Answered { status, wait, approval, body: Content::read(&got.whole()) })
            }
        };
        let token = Arc::clone(&turn.token);
        let refused = matches!(&verdict, Verdict::Again { refusal, .. } if refusal.is_throttle());
        self.answered(turn, &[(cost, refused)], told, scope.as_deref());
        let failure = verdict.failure();
        self.observer.recorder.record(&sent, route, &std::mem::take(waited), 0, failure);
        let (mut refusal, certain) = match verdict {
            Verdict::Settled(written) => return Some(written.named(&sent)),
            Verdict::Again { refusal, certain } => (refusal, certain),
        };
        refusal.failure = sent.named(refusal.failure);
        tries.uncertain |= !certain;
        if refusal.then == Then::NewToken {
            self.registration.tokens.refused(&token);
            let again = !std::mem::replace(&mut tries.renewed, true);
            return (!again).then(|| tries.give_up(refusal.failure));
        }
        if !certain && !write.is_repeatable() {
            // Whatever comes next waits all the same.
            if refusal.then == Then::CoolDown {
                self.cool_down(route.service, self.wait_of(&refusal, tries.attempt), 1);
            }
            return Some(Written::Lost { failure: refusal.failure });
        }
        let max = self.shared.limits.max_attempts;
        match self.back_off(refusal, tries.attempt, max, route, waited).await {
            Ok(()) => {
                tries.attempt += 1;
                None
            }
            Err(failure) => Some(tries.give_up(failure)),
        }
    }

    fn address_of(&self, write: &Write) -> Result<Url, Failure> {
        let path = format!("/{}{}", write.version.segment(), write.path);
        self.registration.endpoints.graph_url(&path).ok_or_else(|| Failure::new(Code::Internal))
    }
}
