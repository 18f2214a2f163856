//! The figures of the traffic with Graph, over the attempts of a run.

use model::run::{CountKey, Counts, NewEvent};
use model::time::Moment;
use outbound::graph::GraphSession;
use tokio::sync::watch;

use crate::context::Context;

const KEYS: [CountKey; 3] = [CountKey::Requests, CountKey::Throttled, CountKey::Bytes];

/// What earlier attempts asked, and until when Graph asked us to wait.
pub(crate) struct Traffic {
    before: [i64; 3],
    throttled: watch::Receiver<Option<Moment>>,
}

impl Traffic {
    pub(crate) fn of(counts: &Counts, session: &GraphSession) -> Self {
        Self { before: KEYS.map(|key| counts.get(key).unwrap_or(0)), throttled: session.throttled_until() }
    }

    /// Brings the figures up to date, and tells of a wait.
    pub(crate) fn update(&mut self, context: &mut Context, session: &GraphSession) {
        let reading = session.meter().snapshot();
        for ((key, now), before) in KEYS.iter().zip([reading.requests, reading.throttled, reading.bytes]).zip(self.before) {
            context.counts.set(*key, before.saturating_add(i64::try_from(now).unwrap_or(i64::MAX)));
        }
        if self.throttled.has_changed().unwrap_or(false)
            && let Some(until) = *self.throttled.borrow_and_update()
        {
            let words = format!("Microsoft Graph asked us to wait until {} UTC.", until.to_utc_words());
            context.event(NewEvent::warning("throttled", words));
        }
    }
}
