//! Many writes at once: what may be repeated goes in batches, what may not goes alone.
//!
//! A batch whose answer is lost leaves open what came of each of its parts. For a change or an assignment that is no harm, it is sent
//! again; for a create it would be twenty searches for objects that may have been made, in place of one. By arithmetic: 5,000 creates
//! at 50 ms, 16 in flight, take 16 s, and 5,000 assignments in 250 batches, 8 in flight, 1.6 s. Under Microsoft's quota of 100 writes
//! in 20 s neither matters.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use futures_util::{FutureExt, future};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::ApiVersion;

use super::alone::Tries;
use super::settle::{Exchange, Outcome, Part, Settled};
use super::{Write, Written};
use crate::graph::answer::{Refusal, judge};
use crate::graph::batch::{FEWEST, MOST, PartAnswer};
use crate::graph::error;
use crate::graph::exchange::Want;
use crate::graph::quota::Cost;
use crate::graph::route::Route;
use crate::graph::service::{Access, Service};
use crate::graph::session::GraphSession;
use crate::graph::turn::Waited;
use crate::http::{Ask, Lost};

/// Bytes of the bodies in one batch; Microsoft takes 4 MB.
const LARGEST: usize = 1024 * 1024;

/// Those of one version and service that wait to be sent; whoever sends takes the next.
type Queue = Mutex<VecDeque<Part>>;

impl GraphSession {
    /// What came of many writes, in their order. They are sent side by side and in no order, so none may need another one or be for
    /// the same object. See [`GraphSession::write`].
    pub async fn write_many(&self, writes: Vec<Write>) -> Vec<Written> {
        let mut alone = Vec::new();
        let mut groups: BTreeMap<(ApiVersion, Service), VecDeque<Part>> = BTreeMap::new();
        for (index, write) in writes.iter().enumerate() {
            let size = write.body.as_ref().map_or(0, |body| body.to_text().len());
            let service = write.route.service;
            let part = Part { index, size, tries: Tries::FIRST };
            if write.is_repeatable() && service.batches() && size <= LARGEST {
                groups.entry((write.version, service)).or_default().push_back(part);
            } else {
                alone.push(part);
            }
        }
        groups.retain(|_, parts| {
            let enough = parts.len() >= FEWEST;
            if !enough {
                alone.extend(parts.drain(..));
            }
            enough
        });
        let writes: Arc<[Write]> = writes.into();
        let mut work: Vec<BoxFuture<'static, Settled>> = vec![self.clone().each_alone(Arc::clone(&writes), alone).boxed()];
        for ((version, service), parts) in groups {
            let batches = parts.len().div_ceil(MOST).min(self.shared.limits.concurrency.div_ceil(2)).max(1);
            let queue: Arc<Queue> = Arc::new(Mutex::new(parts));
            for _ in 0..batches {
                let sender = self.clone().send_batches(Arc::clone(&writes), Arc::clone(&queue), version, service);
                work.push(sender.boxed());
            }
        }
        let mut all: Vec<_> = writes.iter().map(|_| None).collect();
        for (index, written) in future::join_all(work).await.into_iter().flatten() {
            all[index] = Some(written);
        }
        // Each was put into one queue, and what is taken from one is put back or settled.
        let internal = || Written::Lost { failure: Failure::new(Code::Internal) };
        all.into_iter().map(|written| written.unwrap_or_else(internal)).collect()
    }

    async fn each_alone(self, writes: Arc<[Write]>, parts: Vec<Part>) -> Settled {
        let most = self.shared.limits.concurrency.max(1);
        let sent: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let (session, writes) = (self.clone(), Arc::clone(&writes));
                async move { (part.index, session.write_alone(&writes[part.index], part.tries).await) }.boxed()
            })
            .collect();
        stream::iter(sent).buffer_unordered(most).collect().await
    }

    /// Sends batches until nothing waits. Whoever puts something back looks again.
    async fn send_batches(self, writes: Arc<[Write]>, queue: Arc<Queue>, version: ApiVersion, service: Service) -> Settled {
        let mut settled = Settled::new();
        loop {
            let parts = take(&mut lock(&queue));
            if parts.is_empty() {
                return settled;
            }
            let mut outcome = self.send_batch(&writes, version, service, parts).await;
            settled.append(&mut outcome.settled);
            outcome.again.into_iter().rev().for_each(|part| lock(&queue).push_front(part));
            if !outcome.later.is_empty() {
                self.pause(outcome.wait).await;
                lock(&queue).extend(outcome.later);
            }
            settled.extend(self.clone().each_alone(Arc::clone(&writes), outcome.alone).await);
        }
    }

    /// Sends the first of the parts, as many as there are units for, as one batch.
    async fn send_batch(&self, writes: &[Write], version: ApiVersion, service: Service, mut parts: Vec<Part>) -> Outcome {
        let mut outcome = Outcome::default();
        let route = Route { template: "/$batch".into(), service, eventual: false };
        let Some(url) = self.registration.endpoints.graph_url(&format!("/{}/$batch", version.segment())) else {
            outcome.alone = parts;
            return outcome;
        };
        let costs: Vec<Cost> = parts.iter().enumerate().map(|(number, part)| writes[part.index].cost(number == 0)).collect();
        let mut waited = Waited::default();
        let mut turn = match self.turn(service, Access::Write, &costs, &mut waited).await {
            Ok(turn) => turn,
            Err(failure) => {
                outcome.settled = parts.iter().map(|part| (part.index, part.tries.give_up(failure.clone()))).collect();
                return outcome;
            }
        };
        outcome.again = parts.split_off(turn.taken.count().min(parts.len()));
        let attempt = parts.iter().map(|part| part.tries.attempt).max().unwrap_or(1);
        self.meter.requests(parts.len());
        self.meter.batch(parts.len());
        turn.taken.sending();
        let busy = self.meter.busy();
        let ask = Ask::Json { bearer: &turn.token.header, body: body_of(writes, &parts) };
        let (sent, answered) = self.exchange(&url, ask, Want::Elements("responses"), &route, attempt).await;
        busy.ended(parts.len());
        let (told, scope) = match &answered {
            Ok(got) => (got.head.used_part, got.head.throttle_scope.clone()),
            Err(_) => (None, None),
        };
        let sure = matches!(answered, Err(Lost::Unreachable | Lost::NoClient));
        let judged = match answered {
            Ok(got) => judge(got, false, self.shared.clock.now()).await,
            Err(lost) => Err(Refusal::new(error::of_lost(lost))),
        };
        self.observer.recorder.record(&sent, &route, &waited, parts.len(), judged.as_ref().err().map(|refusal| &refusal.failure));
        let exchange = Exchange { session: self, writes, token: Arc::clone(&turn.token), sent, route };
        let elements = match judged {
            Ok(split) => split.elements,
            Err(refusal) => {
                let refused = refusal.is_throttle();
                self.answered(turn, &parts.iter().map(|_| (None, refused)).collect::<Vec<_>>(), told, scope.as_deref());
                exchange.refused(refusal, sure, parts, &mut outcome);
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
        exchange.answered(parts.into_iter().zip(answers), &mut outcome);
        outcome
    }
}

/// As many of those that wait as a batch has room for.
fn take(queue: &mut VecDeque<Part>) -> Vec<Part> {
    let (mut parts, mut size): (Vec<Part>, usize) = (Vec::new(), 0);
    while parts.len() < MOST
        && queue.front().is_some_and(|part| parts.is_empty() || size + part.size <= LARGEST)
        && let Some(part) = queue.pop_front()
    {
        size += part.size;
        parts.push(part);
    }
    parts
}

fn lock(queue: &Queue) -> MutexGuard<'_, VecDeque<Part>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The batch as it is sent. Ids are the numbers of the parts: no two are equal.
fn body_of(writes: &[Write], parts: &[Part]) -> String {
    let request = |(number, part): (usize, &Part)| {
        let write = &writes[part.index];
        let mut request = Json::from([
            ("id", Json::text(number.to_string())),
            ("method", Json::text(write.method.as_str())),
            ("url", Json::text(write.path.as_str())),
        ]);
        let mut headers = Vec::new();
        if let Some(body) = &write.body {
            headers.push(("Content-Type".to_owned(), Json::text("application/json")));
            request.set("body", body.clone());
        }
        headers.extend(write.approval.header(&write.route.template).map(|(name, value)| (name.to_owned(), Json::text(value))));
        if !headers.is_empty() {
            request.set("headers", Json::Object(headers));
        }
        request
    };
    Json::from([("requests", Json::Array(parts.iter().enumerate().map(request).collect()))]).to_text()
}
