//! What a collection brought so far. It counts once the collection is through: an attempt that dies in the middle of one leaves no
//! figure behind that the next attempt would count again.

use std::collections::BTreeMap;

use model::failure::{Failure, FailureLine, add_line};
use model::run::{CountKey, Counts};
use outbound::graph::GraphSession;

use crate::context::Context;

/// Different failures of one collection that are kept.
const MAX_FAILURES: usize = 100;
const TRAFFIC: [CountKey; 3] = [CountKey::Requests, CountKey::Throttled, CountKey::Bytes];

/// Figures and failures of one collection.
#[derive(Debug, Default)]
pub(super) struct Pending {
    counts: BTreeMap<CountKey, i64>,
    failures: Vec<FailureLine>,
}

impl Pending {
    pub(super) fn add(&mut self, key: CountKey, by: i64) {
        *self.counts.entry(key).or_default() += by;
    }

    pub(super) fn failure(&mut self, failure: &Failure, item: &str) {
        add_line(&mut self.failures, FailureLine::of(failure, Some(item)), MAX_FAILURES);
    }

    /// The collection is through.
    pub(super) fn settle(self, context: &mut Context) {
        self.counts.into_iter().for_each(|(key, by)| context.counts.add(key, by));
        self.failures.into_iter().for_each(|line| context.failure_line(line));
    }
}

/// What earlier attempts asked of Graph.
pub(super) struct Traffic([i64; 3]);

impl Traffic {
    pub(super) fn before(counts: &Counts) -> Self {
        Self(TRAFFIC.map(|key| counts.get(key).unwrap_or(0)))
    }

    /// Brings the figures of the traffic with Graph up to date.
    pub(super) fn update(&self, context: &mut Context, session: &GraphSession) {
        let reading = session.meter().snapshot();
        for ((key, now), base) in TRAFFIC.iter().zip([reading.requests, reading.throttled, reading.bytes]).zip(self.0) {
            context.counts.set(*key, base.saturating_add(i64::try_from(now).unwrap_or(i64::MAX)));
        }
    }
}
