//! Operations for tests of the engine: each has one of the rules that a type can have, and does what its arguments say. Only with
//! the feature `testing`, which no normal dependency edge may enable.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::run::{CountKey, Outcome, Run, RunRequest};

/// The probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Probe {
    /// Reused while active; waits for a worker for ever.
    Plain,
    /// As plain, but waits two minutes at most.
    Hasty,
    /// As plain, ten minutes ahead of the others.
    Urgent,
    /// One click, one run.
    Click,
    /// Holds the tenant's write lane.
    Writer,
    /// At most one, ever, for each record.
    Record,
    /// Followed by a plain one of the same name when it succeeded.
    Chain,
}

/// Every probe.
pub const ALL: &[Operation] = &[
    Operation::Probe(Probe::Plain),
    Operation::Probe(Probe::Hasty),
    Operation::Probe(Probe::Urgent),
    Operation::Probe(Probe::Click),
    Operation::Probe(Probe::Writer),
    Operation::Probe(Probe::Record),
    Operation::Probe(Probe::Chain),
];

const BASE: Entry = Entry {
    code: "probe",
    older_codes: &[],
    label: "Probe",
    capability: Capability::InventorySync,
    identity: Identity::WhileActive,
    identity_inputs: &["name"],
    write_lane: false,
    needs_connection: false,
    start_deadline: None,
    execution_deadline: Duration::from_secs(600),
    max_attempts: 3,
    priority: 0,
    unit: "items",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};
static PLAIN: Entry = BASE;
static HASTY: Entry = Entry { code: "probe_hasty", start_deadline: Some(Duration::from_secs(120)), ..BASE };
static URGENT: Entry = Entry { code: "probe_urgent", priority: 10, ..BASE };
static CLICK: Entry = Entry { code: "probe_click", identity: Identity::PerClick, ..BASE };
static WRITER: Entry = Entry { code: "probe_writer", write_lane: true, ..BASE };
static CHAIN: Entry = Entry { code: "probe_chain", follow_ups: &[super::FollowUp::always(then_plain)], ..BASE };
static RECORD: Entry = Entry { code: "probe_record", identity: Identity::PerRecord, ..BASE };

impl Probe {
    pub(super) const fn entry(self) -> &'static Entry {
        match self {
            Self::Plain => &PLAIN,
            Self::Hasty => &HASTY,
            Self::Urgent => &URGENT,
            Self::Click => &CLICK,
            Self::Writer => &WRITER,
            Self::Record => &RECORD,
            Self::Chain => &CHAIN,
        }
    }

    /// The wish to run it.
    #[must_use]
    pub fn request(self, arguments: &Arguments) -> RunRequest {
        let context = serde_json::to_value(arguments).unwrap_or_default();
        let request = RunRequest::new(Operation::Probe(self), context, json!({ "name": arguments.name }));
        if self == Self::Record { request.once(format!("probe:{}", arguments.name)) } else { request }
    }
}

/// What a probe does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arguments {
    /// What makes it the same run.
    pub name: String,
    /// Items to work through, each recorded by itself.
    #[serde(default)]
    pub items: u32,
    /// How long each item takes, in milliseconds.
    #[serde(default)]
    pub item_millis: u64,
    /// Steps of each item; where an attempt dies, the next one goes on with the step.
    #[serde(default)]
    pub steps: u32,
    /// Every so many-th item fails; 0: none.
    #[serde(default)]
    pub fail_every: u32,
    /// A file that gets a line for each item that is done, before it is recorded: `run item token`. What reaches the outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<String>,
    /// Only these items, where a run is repeated for some.
    #[serde(default)]
    pub only: Option<BTreeSet<String>>,
}

impl Arguments {
    /// Nothing to do.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

fn then_plain(run: &Run) -> Option<RunRequest> {
    let arguments: Arguments = serde_json::from_value(run.context.clone()).ok()?;
    (run.outcome == Outcome::Succeeded).then(|| Probe::Plain.request(&arguments))
}

/// As [`Operation::again`].
pub(super) fn again(probe: Probe, run: &Run, only: Option<&BTreeSet<String>>) -> Option<RunRequest> {
    let mut arguments: Arguments = serde_json::from_value(run.context.clone()).ok()?;
    arguments.only = only.cloned();
    Some(probe.request(&arguments))
}
