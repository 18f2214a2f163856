//! An item while it is being written.

use std::collections::{BTreeMap, VecDeque};

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::ResourceType;
use model::restore::{Outcome, Step};
use tokio::time::Instant;

/// An item while it is being written.
pub(super) struct Job {
    pub(super) number: u32,
    pub(super) kind: &'static ResourceType,
    pub(super) name: String,
    /// The object; `None` until it is made.
    pub(super) id: Option<String>,
    /// What it shall be, without secrets; `None`: it shall go.
    pub(super) wanted: Option<Json>,
    /// Secrets in clear, by where they belong. Never kept anywhere else.
    pub(super) secrets: BTreeMap<String, String>,
    /// The writes that are left.
    pub(super) steps: VecDeque<Step>,
    /// How many were sent.
    pub(super) sent: u32,
    /// Whether the object, or something that it refers to, was made by this restore: Graph may not show it everywhere yet.
    pub(super) young: bool,
    /// Whether the object was made by this restore.
    pub(super) made: bool,
    pub(super) stripped: Vec<String>,
    /// How often a write of it was put off because Graph did not show something yet, or somebody else was writing.
    pub(super) put_off: u32,
    /// It is to be read again, and the writes that are left found anew: an answer was lost.
    pub(super) unsure: bool,
    /// How often that was done.
    pub(super) rereads: u32,
    /// Since when nobody knows what came of its create.
    pub(super) lost_at: Option<Instant>,
    /// What came of it, where that is known before it is read back.
    pub(super) outcome: Option<(Outcome, Option<Code>)>,
    /// As it was read back.
    pub(super) after: Option<Json>,
    /// Properties that were read back otherwise than they were wanted.
    pub(super) differs: Vec<String>,
}

impl Job {
    /// Whether there is something to write.
    pub(super) fn is_open(&self) -> bool {
        self.outcome.is_none() && !self.unsure && !self.steps.is_empty()
    }

    pub(super) fn ends(&mut self, outcome: Outcome, code: Option<Code>) {
        self.outcome = Some((outcome, code));
        self.steps.clear();
    }

    /// By what its next write, as it is sent, is known again.
    pub(super) fn mark(&self, ready: &Step) -> (u32, String) {
        (self.number, ready.mark(!self.secrets.is_empty()))
    }

    pub(super) fn fails(&mut self, failure: &Failure) {
        self.ends(Outcome::Failed, Some(failure.code()));
    }
}
