//! Where a sync got to, and its figures.

use std::collections::BTreeSet;

use model::failure::FailureLine;
use model::run::{CountKey, Counts};
use outbound::graph::GraphSession;
use serde_json::{Value, json};

use crate::context::Context;

/// The collections that were gone through, in this attempt or in earlier ones.
#[derive(Debug, Default)]
pub(super) struct Done {
    paths: BTreeSet<String>,
    /// What earlier attempts asked of Graph.
    base: [i64; 3],
}

const TRAFFIC: [CountKey; 3] = [CountKey::Requests, CountKey::Throttled, CountKey::Bytes];

impl Done {
    /// Goes on where an earlier attempt of the run stopped: with its figures and failures as of its last whole collection.
    pub(super) fn resume(context: &mut Context) -> Self {
        let cursor: Value = context.cursor.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        context.counts = Counts::from_value(&cursor["counts"]);
        context.failures = serde_json::from_value::<Vec<FailureLine>>(cursor["failures"].clone()).unwrap_or_default();
        let paths = cursor["done"].as_array().into_iter().flatten();
        Self {
            paths: paths.filter_map(|path| path.as_str().map(str::to_owned)).collect(),
            base: TRAFFIC.map(|key| context.counts.get(key).unwrap_or(0)),
        }
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    pub(super) fn add(&mut self, path: &str) {
        self.paths.insert(path.to_owned());
    }

    pub(super) fn to_cursor(&self, context: &Context) -> String {
        json!({ "done": self.paths, "counts": context.counts.to_value(), "failures": context.failures }).to_string()
    }
}

/// Brings the figures of the traffic with Graph up to date.
pub(super) fn figures(context: &mut Context, session: &GraphSession, done: &Done) {
    let reading = session.meter().snapshot();
    for ((key, now), base) in TRAFFIC.iter().zip([reading.requests, reading.throttled, reading.bytes]).zip(done.base) {
        context.counts.set(*key, base.saturating_add(i64::try_from(now).unwrap_or(i64::MAX)));
    }
}
