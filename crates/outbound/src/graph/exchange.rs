//! One GET, from waiting at the gate to the JSON object, with its retries; and the token request, likewise.

use std::sync::Arc;
use std::time::Duration;

use model::failure::{Code, Failure};
use model::json::Json;
use secrecy::ExposeSecret;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, debug, debug_span, field, info};
use url::Url;

use super::answer::{Refusal, cooled, judge, parse};
use super::error::{self, Then};
use super::retry;
use super::route::{Route, Service};
use super::session::GraphSession;
use super::token::{self, Token};
use crate::http::{Answer, Ask, Lost};

impl GraphSession {
    /// The JSON object at an address, which must be below the Graph root.
    pub(super) async fn get(&self, url: &Url, route: &Route) -> Result<Json, Failure> {
        if !self.registration.endpoints.holds(url) {
            return Err(Failure::new(Code::GraphForeignLink));
        }
        let (mut attempt, mut renewed) = (1, false);
        loop {
            let (token, slot) = self.admitted(route.service).await?;
            self.meter.request();
            let answered = self.exchange(url, Ask::Get { bearer: &token.header }, "GET", route, attempt).await;
            drop(slot);
            let judged = match answered {
                Ok(answer) => judge(answer, self.shared.clock.now()).await,
                Err(lost) => Err(Refusal::new(error::of_lost(lost))),
            };
            match judged {
                Ok(body) => return Ok(body),
                Err(refusal) if refusal.then == Then::NewToken => {
                    self.registration.tokens.refused(&token);
                    if renewed {
                        return Err(refusal.failure);
                    }
                    renewed = true;
                }
                Err(refusal) => {
                    self.back_off(refusal, attempt, self.shared.limits.max_attempts, route).await?;
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

    /// A token and a place among the requests in flight, while the service is open.
    async fn admitted(&self, service: Service) -> Result<(Arc<Token>, SemaphorePermit<'_>), Failure> {
        loop {
            self.pass(service).await?;
            let token = self.token().await?;
            let slot = self.registration.slots.acquire().await.map_err(|_| Failure::new(Code::Internal))?;
            // It may have closed while this request waited for its turn.
            if self.registration.gate.closed_for(service).is_none() {
                return Ok((token, slot));
            }
        }
    }

    /// Waits until the service is open.
    async fn pass(&self, service: Service) -> Result<(), Failure> {
        while let Some(left) = self.registration.gate.closed_for(service) {
            if left > self.shared.limits.max_wait {
                return Err(Failure::new(Code::GraphThrottled).with("retry_after", left));
            }
            self.pause(left).await;
        }
        Ok(())
    }

    async fn pause(&self, time: Duration) {
        sleep(time).await;
        self.meter.waited(time);
    }

    /// Decides what follows a refusal: returns after the wait when the request is to be sent again.
    async fn back_off(&self, refusal: Refusal, attempt: u32, attempts: u32, route: &Route) -> Result<(), Failure> {
        let Refusal { failure, then, wait: asked } = refusal;
        if matches!(then, Then::GiveUp | Then::NewToken) {
            return Err(failure);
        }
        let limits = &self.shared.limits;
        let wait = retry::wait(limits, attempt, then == Then::CoolDown, asked);
        if then == Then::CoolDown {
            self.meter.throttled();
            self.registration.gate.close(route.service, wait, self.shared.clock.now());
        }
        if wait > limits.max_wait {
            return Err(Failure::new(Code::GraphThrottled).with("retry_after", wait));
        }
        if attempt >= attempts {
            return Err(failure.with("attempts", i64::from(attempts)));
        }
        self.meter.retry();
        info!(code = failure.code().code(), path = %route.template, attempt, wait_ms = millis(wait), "asking again after a wait");
        // After a cool-down the gate holds back this request like any other.
        if then == Then::AskAgain {
            self.pause(wait).await;
        }
        Ok(())
    }

    async fn ask_token(&self, attempts: u32) -> Result<Token, Failure> {
        let route = Route::sign_in();
        let credentials = &self.registration.credentials;
        let tenant = credentials.entra_tenant_id.to_string();
        let url = self.registration.endpoints.token_url(&tenant).ok_or_else(|| Failure::new(Code::Internal))?;
        let mut attempt = 1;
        loop {
            self.pass(Service::SignIn).await?;
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("grant_type", "client_credentials")
                .append_pair("client_id", &credentials.client_id)
                .append_pair("client_secret", credentials.secret.expose_secret())
                .append_pair("scope", &self.registration.endpoints.scope())
                .finish();
            self.meter.token_request();
            let asked_at = self.shared.clock.now();
            let refusal = match self.exchange(&url, Ask::Form { body }, "POST", &route, attempt).await {
                Err(lost) => Refusal::new(error::of_lost(lost)),
                Ok(answer) => {
                    let (status, now) = (answer.status, self.shared.clock.now());
                    let wait = retry::asked_wait(answer.retry_after.as_deref(), answer.date.as_deref(), now);
                    let body = parse(answer.body).await.map_err(|refusal| refusal.failure)?;
                    match body {
                        Some(body) if (200..=299).contains(&status) => return Token::read(&body, asked_at),
                        body => {
                            let (failure, then) = token::refusal(status, body.as_ref());
                            Refusal { failure, then: cooled(status, wait, then), wait }
                        }
                    }
                }
            };
            self.back_off(refusal, attempt, attempts, &route).await?;
            attempt += 1;
        }
    }

    /// Sends once, in a span that holds nothing but the template of the path and figures.
    async fn exchange(&self, url: &Url, ask: Ask<'_>, method: &'static str, route: &Route, attempt: u32) -> Result<Answer, Lost> {
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
        let started = Instant::now();
        let answered = self.shared.http.send(url, ask).instrument(span.clone()).await;
        span.record("ms", millis(started.elapsed()));
        if let Ok(answer) = &answered {
            self.meter.bytes(answer.body.len());
            span.record("status", answer.status).record("bytes", answer.body.len());
            if let Some(id) = &answer.request_id {
                span.record("request_id", id.as_str());
            }
        }
        span.in_scope(|| debug!(answered = answered.is_ok(), "request ended"));
        answered
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
