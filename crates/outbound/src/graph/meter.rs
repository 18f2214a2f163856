//! Counts what a session asked of Graph, and with it what the process asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::metric::{GRAPH_REQUESTS, GRAPH_RETRIES, GRAPH_THROTTLES};

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
}

/// The counters at one moment, since the session was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Requests sent to Graph, each attempt counted.
    pub requests: u64,
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
            token_requests: read(&self.0.token_requests),
            throttled: read(&self.0.throttled),
            retries: read(&self.0.retries),
            bytes: read(&self.0.bytes),
            waited: Duration::from_micros(read(&self.0.waited_micros)),
        }
    }

    pub(crate) fn request(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        metrics::counter!(GRAPH_REQUESTS.name).increment(1);
    }

    pub(crate) fn token_request(&self) {
        self.0.token_requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.0.throttled.fetch_add(1, Ordering::Relaxed);
        metrics::counter!(GRAPH_THROTTLES.name).increment(1);
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
