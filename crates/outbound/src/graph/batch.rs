//! Many questions in few requests: `$batch`, each of its answers judged by itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt, stream};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::ApiVersion;

use super::answer::{Refusal, judge, judged};
use super::error::{self, Then};
use super::exchange::Want;
use super::question::Question;
use super::quota::Cost;
use super::recorder::{self, Sent};
use super::retry::asked_wait;
use super::route::Route;
use super::service::{Access, Service};
use super::session::GraphSession;
use super::turn::Waited;
use super::write::APPROVAL_CODE;
use crate::http::{Ask, is_plain_id};

/// Requests in one batch: Microsoft's limit.
pub(super) const MOST: usize = 20;
/// Fewer are asked one by one: a batch would save nothing.
pub(super) const FEWEST: usize = 3;
/// Questions that are asked one by one, at once; the session bounds the requests.
const SINGLES: usize = 8;

/// The method of every question.
const GET: &str = "GET";

type Answers = Vec<(usize, Result<Json, Failure>)>;

/// A question that is still open.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Its place among all questions.
    index: usize,
    /// How often it was asked, this time included.
    attempt: u32,
    /// Whether a new token was got for it.
    renewed: bool,
}

/// What came of a batch.
#[derive(Default)]
struct Outcome {
    done: Answers,
    /// To be asked again: those that were not sent, and those that failed and may succeed.
    again: Vec<Part>,
    /// To be asked again after a while, together.
    later: Vec<Part>,
    wait: Duration,
    /// To be asked one by one.
    alone: Vec<usize>,
    /// The longest wait of those that asked to slow down, and how many did.
    cool_down: Duration,
    throttled: usize,
}

impl GraphSession {
    /// The answers to many questions, in their order.
    pub(super) async fn answers(&self, questions: Vec<Question>) -> Vec<Result<Json, Failure>> {
        let questions: Arc<[Question]> = questions.into();
        // One version for each batch, and one service, so that its units are those of one quota.
        let mut groups: BTreeMap<(ApiVersion, Service), Vec<usize>> = BTreeMap::new();
        for (index, question) in questions.iter().enumerate() {
            groups.entry((question.version, question.route.service)).or_default().push(index);
        }
        let asked: Vec<_> = groups
            .into_iter()
            .map(|((version, service), members)| {
                let (session, questions) = (self.clone(), Arc::clone(&questions));
                async move {
                    if members.len() < FEWEST || !service.batches() {
                        session.one_by_one(questions, members).await
                    } else {
                        session.in_batches(questions, version, service, members).await
                    }
                }
                .boxed()
            })
            .collect();
        let answered: Vec<Answers> = stream::iter(asked).buffer_unordered(SINGLES).collect().await;
        let mut all: Vec<_> = questions.iter().map(|_| Err(Failure::new(Code::Internal))).collect();
        for (index, answer) in answered.into_iter().flatten() {
            all[index] = answer;
        }
        all
    }

    async fn one_by_one(&self, questions: Arc<[Question]>, members: Vec<usize>) -> Answers {
        let asked: Vec<_> = members
            .into_iter()
            .map(|index| {
                let (session, questions) = (self.clone(), Arc::clone(&questions));
                async move { (index, session.answer(&questions[index]).await) }
            })
            .collect();
        stream::iter(asked).buffer_unordered(SINGLES).collect().await
    }

    async fn in_batches(
        &self,
        questions: Arc<[Question]>,
        version: ApiVersion,
        service: Service,
        members: Vec<usize>,
    ) -> Answers {
        let mut open: VecDeque<Part> = members.into_iter().map(|index| Part { index, attempt: 1, renewed: false }).collect();
        let mut under_way: FuturesUnordered<BoxFuture<'static, Outcome>> = FuturesUnordered::new();
        // What waits to be asked again, or is asked one by one, takes no place of a batch.
        let mut sleeping: FuturesUnordered<BoxFuture<'static, Vec<Part>>> = FuturesUnordered::new();
        let mut singles: FuturesUnordered<BoxFuture<'static, Answers>> = FuturesUnordered::new();
        let mut done = Answers::new();
        loop {
            while !open.is_empty() && under_way.len() < self.shared.limits.concurrency.div_ceil(2).max(1) {
                let parts: Vec<Part> = open.drain(..open.len().min(MOST)).collect();
                let (session, questions) = (self.clone(), Arc::clone(&questions));
                under_way.push(async move { session.batch(&questions, version, service, parts).await }.boxed());
            }
            let outcome = tokio::select! {
                Some(outcome) = under_way.next() => outcome,
                Some(again) = sleeping.next() => Outcome { again, ..Outcome::default() },
                Some(done) = singles.next() => Outcome { done, ..Outcome::default() },
                else => return done,
            };
            done.extend(outcome.done);
            outcome.again.into_iter().rev().for_each(|part| open.push_front(part));
            if !outcome.later.is_empty() {
                let session = self.clone();
                let waited = async move {
                    session.pause(outcome.wait).await;
                    outcome.later
                };
                sleeping.push(waited.boxed());
            }
            if !outcome.alone.is_empty() {
                let (session, questions) = (self.clone(), Arc::clone(&questions));
                singles.push(async move { session.one_by_one(questions, outcome.alone).await }.boxed());
            }
        }
    }

    /// Sends the first of the parts, as many as there are units for, as one batch.
    async fn batch(&self, questions: &[Question], version: ApiVersion, service: Service, mut parts: Vec<Part>) -> Outcome {
        let mut outcome = Outcome::default();
        let route = Route { template: "/$batch".into(), service, eventual: false };
        let Some(url) = self.registration.endpoints.graph_url(&format!("/{}/$batch", version.segment())) else {
            outcome.alone = parts.iter().map(|part| part.index).collect();
            return outcome;
        };
        let cost = |(number, part): (usize, &Part)| questions[part.index].cost(number == 0);
        let costs: Vec<Cost> = parts.iter().enumerate().map(cost).collect();
        let mut waited = Waited::default();
        let mut turn = match self.turn(service, Access::of(GET), &costs, &mut waited).await {
            Ok(turn) => turn,
            Err(failure) => {
                outcome.done = parts.iter().map(|part| (part.index, Err(failure.clone()))).collect();
                return outcome;
            }
        };
        outcome.again = parts.split_off(turn.taken.count().min(parts.len()));
        let attempt = parts.iter().map(|part| part.attempt).max().unwrap_or(1);
        self.meter.requests(parts.len());
        self.meter.batch(parts.len());
        turn.taken.sending();
        let busy = self.meter.busy();
        let ask = Ask::Json { bearer: &turn.token.header, body: body_of(questions, &parts) };
        let (sent, answered) = self.exchange(&url, ask, Want::Elements("responses"), &route, attempt).await;
        busy.ended(parts.len());
        let (told, scope) = match &answered {
            Ok(got) => (got.head.used_part, got.head.throttle_scope.clone()),
            Err(_) => (None, None),
        };
        let judged = match answered {
            Ok(got) => judge(got, false, self.shared.clock.now()).await,
            Err(lost) => Err(Refusal::new(error::of_lost(lost))),
        };
        let token = Arc::clone(&turn.token);
        self.observer.recorder.record(&sent, &route, &waited, parts.len(), judged.as_ref().err().map(|refusal| &refusal.failure));
        let elements = match judged {
            Ok(split) => split.elements,
            Err(refusal) => {
                let refused = refusal.is_throttle();
                self.answered(turn, &parts.iter().map(|_| (None, refused)).collect::<Vec<_>>(), told, scope.as_deref());
                self.whole_refused(refusal, &sent, &token, &route, parts, &mut outcome);
                outcome.throttled = outcome.throttled.min(1);
                self.heed(service, &outcome);
                return outcome;
            }
        };
        let mut answers: Vec<Option<PartAnswer>> = parts.iter().map(|_| None).collect();
        for answer in elements.into_iter().filter_map(PartAnswer::read) {
            // What was not asked for, and what is answered a second time, is no answer.
            if let Some(slot) = answers.get_mut(answer.number).filter(|slot| slot.is_none()) {
                *slot = Some(answer);
            }
        }
        let costs: Vec<_> = answers.iter().map(|answer| answer.as_ref().map_or((None, false), PartAnswer::cost)).collect();
        let scope = scope.or_else(|| answers.iter().flatten().find_map(|answer| answer.scope.clone()));
        let told = told.or_else(|| answers.iter().flatten().filter_map(|answer| answer.used_part).reduce(f64::max));
        self.answered(turn, &costs, told, scope.as_deref());
        for (part, answer) in parts.into_iter().zip(answers) {
            match answer {
                Some(answer) => self.settle(questions, part, answer, &sent, &token, &mut outcome),
                None => outcome.alone.push(part.index),
            }
        }
        self.heed(service, &outcome);
        outcome
    }

    /// Once for all parts that were refused: the longest of their waits is everybody's.
    fn heed(&self, service: Service, outcome: &Outcome) {
        if outcome.throttled > 0 {
            self.cool_down(service, outcome.cool_down, outcome.throttled);
        }
    }

    /// The batch itself was refused, or there is no answer.
    fn whole_refused(
        &self,
        refusal: Refusal,
        sent: &Sent,
        token: &Arc<super::token::Token>,
        route: &Route,
        parts: Vec<Part>,
        outcome: &mut Outcome,
    ) {
        match refusal.then {
            Then::NewToken => {
                self.registration.tokens.refused(token);
                for part in parts {
                    match part.renewed {
                        true => outcome.done.push((part.index, Err(sent.named(refusal.failure.clone())))),
                        false => outcome.again.push(Part { renewed: true, ..part }),
                    }
                }
            }
            // Whatever is wrong with the batch, the requests in it may be right.
            Then::GiveUp => outcome.alone.extend(parts.iter().map(|part| part.index)),
            // Each part as often as it was asked itself.
            Then::CoolDown | Then::AskAgain => {
                let refusal = Refusal { failure: sent.named(refusal.failure), ..refusal };
                parts.into_iter().for_each(|part| self.put_off(refusal.clone(), part, route, outcome));
            }
        }
    }

    /// A part that was refused is asked again, or has been asked often enough.
    fn put_off(&self, refusal: Refusal, part: Part, route: &Route, outcome: &mut Outcome) {
        let (then, wait) = (refusal.then, self.wait_of(&refusal, part.attempt));
        if then == Then::CoolDown {
            outcome.cool_down = outcome.cool_down.max(wait);
            outcome.throttled += 1;
        }
        match self.asks_again(refusal, wait, part.attempt, self.shared.limits.max_attempts, route) {
            Ok(()) => outcome.repeat(part, then, wait),
            Err(failure) => outcome.done.push((part.index, Err(failure))),
        }
    }

    /// What one answer of a batch means for its question.
    fn settle(
        &self,
        questions: &[Question],
        part: Part,
        answer: PartAnswer,
        sent: &Sent,
        token: &Arc<super::token::Token>,
        outcome: &mut Outcome,
    ) {
        let route = &questions[part.index].route;
        let PartAnswer { status, retry_after, date, request_id, body, bytes, .. } = answer;
        let wait = asked_wait(retry_after.as_deref(), date.as_deref(), self.shared.clock.now());
        let judged = judged(status, body, wait, route.counts());
        let code = judged.as_ref().err().map(|refusal| refusal.failure.code());
        let counted = recorder::Part { method: GET, route, status, bytes, request_id: request_id.clone() };
        self.observer.recorder.part(sent, counted, code);
        let refusal = match judged {
            Ok(body) => return outcome.done.push((part.index, Ok(body))),
            Err(refusal) => refusal,
        };
        let named = Sent { request_id, ..Sent::like(sent) }.named(refusal.failure.clone());
        match refusal.then {
            Then::NewToken if !part.renewed => {
                self.registration.tokens.refused(token);
                outcome.again.push(Part { renewed: true, ..part });
            }
            _ => self.put_off(Refusal { failure: named, ..refusal }, part, route, outcome),
        }
    }
}

impl Outcome {
    /// The part is to be asked again: after a cool-down the gate holds it back, else it waits by itself.
    fn repeat(&mut self, part: Part, then: Then, wait: Duration) {
        let part = Part { attempt: part.attempt + 1, ..part };
        if then == Then::CoolDown {
            self.again.push(part);
        } else {
            self.later.push(part);
            self.wait = self.wait.max(wait);
        }
    }
}

/// An answer inside the answer.
pub(super) struct PartAnswer {
    /// The number of its part.
    pub(super) number: usize,
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    pub(super) date: Option<String>,
    pub(super) request_id: Option<String>,
    units: Option<u32>,
    pub(super) used_part: Option<f64>,
    pub(super) scope: Option<String>,
    pub(super) approval_code: Option<String>,
    pub(super) body: Option<Json>,
    pub(super) bytes: usize,
}

impl PartAnswer {
    pub(super) fn read(mut answer: Json) -> Option<Self> {
        let number = answer.get("id")?.as_str()?.parse().ok()?;
        let status = u16::try_from(answer.get("status")?.as_i64()?).ok()?;
        let body = answer.remove("body").and_then(of_body);
        let header = |name: &str| {
            let headers = answer.get("headers").and_then(Json::as_object).unwrap_or_default();
            let (_, value) = headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name))?;
            match value {
                Json::String(text) => Some(text.clone()),
                Json::Number(text) => Some(text.to_string()),
                _ => None,
            }
        };
        Some(Self {
            number,
            status,
            retry_after: header("Retry-After"),
            date: header("Date"),
            request_id: header("request-id").filter(|id| is_plain_id(id)),
            units: header("x-ms-resource-unit").and_then(|units| units.parse().ok()).filter(|units| *units <= 1000),
            used_part: header("x-ms-throttle-limit-percentage").and_then(|part| part.parse().ok()),
            scope: header("x-ms-throttle-scope"),
            approval_code: header(APPROVAL_CODE).filter(|code| is_plain_id(code)),
            // Its bytes are not told apart from those of the batch without writing it out again.
            bytes: 0,
            body,
        })
    }

    pub(super) fn cost(&self) -> (Option<u32>, bool) {
        (self.units, self.status == 429)
    }
}

/// The body of an answer: JSON as it is; what is no JSON for the service comes as text or in base64.
fn of_body(body: Json) -> Option<Json> {
    match body {
        Json::Null => None,
        Json::String(text) => {
            let bytes = STANDARD.decode(&text).unwrap_or_else(|_| text.clone().into_bytes());
            Json::parse(&bytes).ok().or_else(|| Json::parse(text.as_bytes()).ok())
        }
        body => Some(body),
    }
}

/// The batch as it is sent. Ids are the numbers of the parts: no two are equal.
fn body_of(questions: &[Question], parts: &[Part]) -> String {
    let request = |(number, part): (usize, &Part)| {
        let question = &questions[part.index];
        let mut request = Json::from([
            ("id", Json::text(number.to_string())),
            ("method", Json::text(GET)),
            ("url", Json::text(question.path.as_str())),
        ]);
        if question.route.eventual {
            request.set("headers", Json::from([("ConsistencyLevel", Json::text("eventual"))]));
        }
        request
    };
    Json::from([("requests", Json::Array(parts.iter().enumerate().map(request).collect()))]).to_text()
}
