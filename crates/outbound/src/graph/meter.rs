//! Counts what a session asked of Graph, and with it what the process asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::metric::{GRAPH_BATCHED, GRAPH_BATCHES, GRAPH_QUOTA_WAIT, GRAPH_REQUESTS, GRAPH_RETRIES, GRAPH_THROTTLES};
use model::time::Moment;
use tokio::time::Instant;

/// The counters of one session; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    token_requests: AtomicU64,
    throttled: AtomicU64,
    retries: AtomicU64,
    bytes: AtomicU64,
    waited_micros: AtomicU64,
    batches: AtomicU64,
    busy: Mutex<Busy>,
    clocks: Mutex<Option<i64>>,
}

/// The time in which any request was in flight.
#[derive(Debug, Default)]
struct Busy {
    flying: u32,
    since: Option<Instant>,
    total: Duration,
    answered: u64,
}

/// A request in flight.
pub(crate) struct Flight<'a>(&'a Meter, usize);

impl Flight<'_> {
    /// The answers to that many requests came.
    pub(crate) fn ended(mut self, requests: usize) {
        self.1 = requests;
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut busy = self.0.0.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.answered += u64::try_from(self.1).unwrap_or(0);
        busy.flying = busy.flying.saturating_sub(1);
        if busy.flying == 0
            && let Some(since) = busy.since.take()
        {
            busy.total += since.elapsed();
        }
    }
}

/// The counters at one moment, since the session was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Requests sent to Graph, each attempt and each part of a batch counted.
    pub requests: u64,
    /// Batches among them; each is one exchange for up to twenty requests.
    pub batches: u64,
    /// Requests sent to the token endpoint, each attempt counted.
    pub token_requests: u64,
    /// Answers that asked to slow down.
    pub throttled: u64,
    /// Attempts after the first one of a request.
    pub retries: u64,
    /// Bytes of answers, after decompression.
    pub bytes: u64,
    /// Time spent waiting for cool-downs and between attempts, added up over requests that waited at the same time.
    pub waited: Duration,
}

impl Meter {
    /// The counters now.
    #[must_use]
    pub fn snapshot(&self) -> Reading {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Reading {
            requests: read(&self.0.requests),
            batches: read(&self.0.batches),
            token_requests: read(&self.0.token_requests),
            throttled: read(&self.0.throttled),
            retries: read(&self.0.retries),
            bytes: read(&self.0.bytes),
            waited: Duration::from_micros(read(&self.0.waited_micros)),
        }
    }

    /// How many seconds the clock of the other side is ahead of ours, by its latest answer that told its time; negative: behind.
    #[must_use]
    pub fn clocks_apart(&self) -> Option<i64> {
        *self.0.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer said what time it is over there.
    pub(crate) fn told(&self, theirs: Moment, ours: Moment) {
        let apart = (theirs.micros() - ours.micros()) / 1_000_000;
        *self.0.clocks.lock().unwrap_or_else(PoisonError::into_inner) = Some(apart);
    }

    pub(crate) fn requests(&self, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.0.requests.fetch_add(count, Ordering::Relaxed);
        metrics::counter!(GRAPH_REQUESTS.name).increment(count);
    }

    pub(crate) fn batch(&self, parts: usize) {
        self.0.batches.fetch_add(1, Ordering::Relaxed);
        metrics::counter!(GRAPH_BATCHES.name).increment(1);
        metrics::counter!(GRAPH_BATCHED.name).increment(u64::try_from(parts).unwrap_or(u64::MAX));
    }

    /// A request is in flight until the result is dropped.
    pub(crate) fn busy(&self) -> Flight<'_> {
        let mut busy = self.0.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.flying += 1;
        busy.since.get_or_insert_with(Instant::now);
        Flight(self, 0)
    }

    /// Requests that were answered, and how long any was in flight for them.
    pub(crate) fn pace(&self) -> (u64, Duration) {
        let busy = self.0.busy.lock().unwrap_or_else(PoisonError::into_inner);
        (busy.answered, busy.total + busy.since.map_or(Duration::ZERO, |since| since.elapsed()))
    }

    /// A request waited for units of its quota.
    pub(crate) fn waited_for_quota(&self, time: Duration) {
        self.waited(time);
        metrics::histogram!(GRAPH_QUOTA_WAIT.name).record(time.as_secs_f64());
    }

    pub(crate) fn token_request(&self) {
        self.0.token_requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self, answers: usize) {
        let answers = u64::try_from(answers).unwrap_or(u64::MAX);
        self.0.throttled.fetch_add(answers, Ordering::Relaxed);
        metrics::counter!(GRAPH_THROTTLES.name).increment(answers);
    }

    pub(crate) fn retry(&self) {
        self.0.retries.fetch_add(1, Ordering::Relaxed);
        metrics::counter!(GRAPH_RETRIES.name).increment(1);
    }

    pub(crate) fn bytes(&self, count: usize) {
        self.0.bytes.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn waited(&self, time: Duration) {
        self.0.waited_micros.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
