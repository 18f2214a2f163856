//! One request, from waiting for its turn to the JSON object, with its retries; and the token request, likewise.

use std::time::Duration;

use model::failure::{Code, Failure};
use model::json::Json;
use model::run::WaitCause;
use std::sync::Arc;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, debug, debug_span, field, info};
use url::Url;

use super::answer::{Refusal, cooled, judge, parse};
use super::error::{self, Then};
use super::quota::Cost;
use super::recorder::Sent;
use super::retry;
use super::route::Route;
use super::service::{self, Access, Service};
use super::session::GraphSession;
use super::split::{Broken, Split, Splitter};
use super::token::{self, Token};
use super::turn::Waited;
use crate::http::{Answer, Ask, Head, Lost, Open};

/// Bytes of an element above which it is read off the runtime's own threads.
const LARGE: usize = 256 * 1024;

/// What is wanted of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// One object, or a number.
    Whole,
    /// An object whose array of that name is taken apart while it arrives.
    Elements(&'static str),
}

/// An answer.
pub(super) struct Got {
    pub(super) head: Head,
    pub(super) body: Body,
}

pub(super) enum Body {
    Whole(bytes::Bytes),
    Split(Result<Split, Broken>),
}

impl GraphSession {
    /// The JSON object at an address, which must be below the Graph root.
    pub(super) async fn get(&self, url: &Url, route: &Route) -> Result<Json, Failure> {
        self.ask(url, route, Want::Whole).await.map(|split| split.around)
    }

    /// The page at an address: elements of its `value`, and what is around.
    pub(super) async fn get_elements(&self, url: &Url, route: &Route) -> Result<Split, Failure> {
        self.ask(url, route, Want::Elements("value")).await
    }

    async fn ask(&self, url: &Url, route: &Route, want: Want) -> Result<Split, Failure> {
        if !self.registration.endpoints.holds(url) {
            return Err(Failure::new(Code::GraphForeignLink));
        }
        let units = service::units(route.service, &route.template, url.query().unwrap_or_default());
        let access = Access::of("GET");
        let costs = [Cost { requests: 1, units, write: access == Access::Write }];
        let (mut attempt, mut renewed) = (1, false);
        let mut waited = Waited::default();
        loop {
            let mut turn = self.turn(route.service, access, &costs, &mut waited).await?;
            self.meter.requests(1);
            turn.taken.sending();
            let busy = self.meter.busy();
            let ask = Ask::Get { bearer: &turn.token.header, eventual: route.eventual };
            let (sent, answered) = self.exchange(url, ask, want, route, attempt).await;
            busy.ended(1);
            let cost = answered.as_ref().ok().and_then(|got| got.head.units);
            let told = answered.as_ref().ok().and_then(|got| got.head.used_part);
            let scope = answered.as_ref().ok().and_then(|got| got.head.throttle_scope.clone());
            let judged = match answered {
                Ok(got) => judge(got, route.counts(), self.shared.clock.now()).await,
                Err(lost) => Err(Refusal::new(error::of_lost(lost))),
            };
            let token = Arc::clone(&turn.token);
            let refused = judged.as_ref().is_err_and(Refusal::is_throttle);
            self.answered(turn, &[(cost, refused)], told, scope.as_deref());
            self.observer.recorder.record(
                &sent,
                route,
                &std::mem::take(&mut waited),
                0,
                judged.as_ref().err().map(|r| &r.failure),
            );
            match judged {
                Ok(body) => return Ok(body),
                Err(refusal) if refusal.then == Then::NewToken => {
                    self.registration.tokens.refused(&token);
                    if renewed {
                        return Err(sent.named(refusal.failure));
                    }
                    renewed = true;
                }
                Err(mut refusal) => {
                    refusal.failure = sent.named(refusal.failure);
                    self.back_off(refusal, attempt, self.shared.limits.max_attempts, route, &mut waited).await?;
                    attempt += 1;
                }
            }
        }
    }

    /// The token of the session's credentials.
    pub(super) async fn token(&self) -> Result<Arc<Token>, Failure> {
        let now = || self.shared.clock.now();
        let ask = |patient| self.ask_token(if patient { self.shared.limits.max_attempts } else { 1 });
        self.registration.tokens.get(now, ask).await
    }

    /// Waits until the service is open.
    pub(super) async fn pass(&self, service: Service, waited: &mut Waited) -> Result<(), Failure> {
        while let Some(left) = self.registration.gate.closed_for(service) {
            if left > self.shared.limits.max_wait {
                return Err(Failure::new(Code::GraphThrottled).with("retry_after", left));
            }
            let _shown = self.observer.shown.cool_down(self.shared.clock.now().plus(left));
            self.pause(left).await;
            waited.add(WaitCause::CoolDown, left);
        }
        Ok(())
    }

    pub(super) async fn pause(&self, time: Duration) {
        sleep(time).await;
        self.meter.waited(time);
    }

    /// Decides what follows a refusal: returns after the wait when the request is to be sent again.
    pub(super) async fn back_off(
        &self,
        refusal: Refusal,
        attempt: u32,
        attempts: u32,
        route: &Route,
        waited: &mut Waited,
    ) -> Result<(), Failure> {
        let then = refusal.then;
        let wait = self.wait_of(&refusal, attempt);
        if then == Then::CoolDown {
            self.cool_down(route.service, wait, 1);
        }
        self.asks_again(refusal, wait, attempt, attempts, route)?;
        // After a cool-down the gate holds back this request like any other.
        if then == Then::AskAgain {
            self.pause(wait).await;
            waited.add(WaitCause::Retry, wait);
        }
        Ok(())
    }

    /// The wait before a request that was refused may be sent again.
    pub(super) fn wait_of(&self, refusal: &Refusal, attempt: u32) -> Duration {
        retry::wait(&self.shared.limits, attempt, refusal.then == Then::CoolDown, refusal.wait)
    }

    /// So many answers asked to slow down: closes the gate, and tells the other processes where that makes it stay closed longer.
    pub(super) fn cool_down(&self, service: Service, wait: Duration, answers: usize) {
        self.meter.throttled(answers);
        if self.registration.gate.close(service, wait, self.shared.clock.now()) {
            self.shared.installation.tell(&self.cool_down_of(service), wait);
        }
    }

    /// Whether a request that was refused is to be sent again after that wait, which for a cool-down the gate keeps.
    pub(super) fn asks_again(
        &self,
        refusal: Refusal,
        wait: Duration,
        attempt: u32,
        attempts: u32,
        route: &Route,
    ) -> Result<(), Failure> {
        let Refusal { failure, then, .. } = refusal;
        if matches!(then, Then::GiveUp | Then::NewToken) {
            return Err(failure);
        }
        if wait > self.shared.limits.max_wait {
            return Err(Failure::new(Code::GraphThrottled).with("retry_after", wait));
        }
        if attempt >= attempts {
            return Err(failure.with("attempts", i64::from(attempts)));
        }
        self.meter.retry();
        info!(code = failure.code().code(), path = %route.template, attempt, wait_ms = millis(wait), "asking again after a wait");
        Ok(())
    }

    async fn ask_token(&self, attempts: u32) -> Result<Token, Failure> {
        let route = Route::sign_in();
        let credentials = &self.registration.credentials;
        let tenant = credentials.entra_tenant_id.to_string();
        let url = self.registration.endpoints.token_url(&tenant).ok_or_else(|| Failure::new(Code::Internal))?;
        let mut attempt = 1;
        let mut waited = Waited::default();
        let cools = self.cool_down_of(Service::SignIn);
        loop {
            let gate = &self.registration.gate;
            self.shared.installation.hear(&cools, Service::SignIn, gate, self.shared.clock.now()).await;
            self.pass(Service::SignIn, &mut waited).await?;
            // Made anew for each try: an assertion is good once, and a token file may have been replaced meanwhile.
            let body = credentials.form(&self.registration.endpoints.scope(), &url, self.shared.clock.now()).await?;
            self.meter.token_request();
            let asked_at = self.shared.clock.now();
            let (sent, answered) = self.exchange(&url, Ask::Form { body }, Want::Whole, &route, attempt).await;
            let read = match answered {
                Err(lost) => Err(Refusal::new(error::of_lost(lost))),
                Ok(got) => {
                    let (head, now) = (&got.head, self.shared.clock.now());
                    let wait = retry::asked_wait(head.retry_after.as_deref(), head.date.as_deref(), now);
                    let status = head.status;
                    match parse(got.whole()).await? {
                        Some(body) if (200..=299).contains(&status) => {
                            Token::read(&body, asked_at).map_err(|failure| Refusal::new((failure, Then::GiveUp)))
                        }
                        body => {
                            let (failure, then) = token::refusal(status, body.as_ref());
                            Err(Refusal { wait, ..Refusal::new((failure, cooled(status, wait, then))) })
                        }
                    }
                }
            };
            self.observer.recorder.record(
                &sent,
                &route,
                &std::mem::take(&mut waited),
                0,
                read.as_ref().err().map(|r| &r.failure),
            );
            match read {
                Ok(token) => return Ok(token),
                Err(refusal) => self.back_off(refusal, attempt, attempts, &route, &mut waited).await?,
            }
            attempt += 1;
        }
    }

    /// Sends once, in a span that holds nothing but the template of the path and figures.
    pub(super) async fn exchange(
        &self,
        url: &Url,
        ask: Ask<'_>,
        want: Want,
        route: &Route,
        attempt: u32,
    ) -> (Sent, Result<Got, Lost>) {
        let method = ask.method();
        let span = debug_span!(
            "graph_request",
            method,
            path = %route.template,
            attempt,
            status = field::Empty,
            ms = field::Empty,
            bytes = field::Empty,
            request_id = field::Empty,
        );
        let at = self.shared.clock.now();
        let started = Instant::now();
        let mut bytes = 0;
        let answered = async {
            let open = self.shared.http.open(url, ask).await?;
            self.receive(open, want, &mut bytes).await
        }
        .instrument(span.clone())
        .await;
        let time = started.elapsed();
        self.meter.bytes(bytes);
        span.record("ms", millis(time)).record("bytes", bytes);
        let head = answered.as_ref().ok().map(|got| &got.head);
        let request_id = head.and_then(|head| head.request_id.clone());
        if let Some(head) = head {
            span.record("status", head.status);
            if let Some(date) = head.date.as_deref().and_then(retry::http_date) {
                self.meter.told(date, self.shared.clock.now());
            }
        }
        if let Some(id) = &request_id {
            span.record("request_id", id.as_str());
        }
        span.in_scope(|| debug!(answered = answered.is_ok(), "request ended"));
        (Sent { at, method, status: head.map(|head| head.status), time, bytes, request_id }, answered)
    }

    async fn receive(&self, mut open: Open, want: Want, bytes: &mut usize) -> Result<Got, Lost> {
        let limit = self.shared.limits.max_body;
        let (Want::Elements(array), true) = (want, open.succeeded()) else {
            let Answer { head, body } = open.whole(limit).await?;
            *bytes = body.len();
            return Ok(Got { head, body: Body::Whole(body) });
        };
        let mut splitter = Splitter::new(array, limit);
        let (mut elements, mut odd) = (Vec::new(), 0);
        while let Some(chunk) = open.chunk().await? {
            *bytes += chunk.len();
            if *bytes > limit.saturating_mul(PAGE) {
                return Err(Lost::TooLarge);
            }
            let done = match splitter.feed(&chunk) {
                Ok(done) => done,
                Err(Broken::TooLarge) => return Err(Lost::TooLarge),
                Err(broken) => return Ok(Got { head: open.into_head(), body: Body::Split(Err(broken)) }),
            };
            for element in done {
                match parse_element(element).await {
                    Some(element) => elements.push(element),
                    None => odd += 1,
                }
            }
        }
        let split = splitter.finish().map(|around| Split { around, elements, odd });
        Ok(Got { head: open.into_head(), body: Body::Split(split) })
    }
}

/// A page may have so many times the bytes of one answer: each object of it is held to that limit.
const PAGE: usize = 16;

async fn parse_element(element: Vec<u8>) -> Option<Json> {
    if element.len() <= LARGE {
        return Json::parse(&element).ok();
    }
    tokio::task::spawn_blocking(move || Json::parse(&element).ok()).await.ok().flatten()
}

impl Got {
    /// The body of an answer that was not taken apart.
    pub(super) fn whole(self) -> bytes::Bytes {
        match self.body {
            Body::Whole(body) => body,
            Body::Split(_) => bytes::Bytes::new(),
        }
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
