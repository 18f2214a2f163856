//! An operation run: the one record of a long-running action. What its states, outcomes and figures mean is decided here;
//! only `store::runs` writes them.

mod backoff;
mod call;
mod counts;
mod depth;
mod identity;
mod item;
mod pause;
mod request;
mod settings;
mod state;
mod waiting;
mod worker;

pub use backoff::backoff;
pub use call::{Call, CallTotal, NewCalls, WaitCause};
pub use counts::{CountKey, Counts, InconsistentCounts};
pub use depth::QueueDepth;
pub use identity::identity_bytes;
pub use item::{ItemStatus, NewItem, RunItem};
pub use pause::{Pause, PauseTarget};
pub use request::{InvalidStartKey, RunRequest, StartBy, StartKey, Started};
pub use settings::RunSettings;
pub use state::{Outcome, Status, Trigger, may_move, outcome_of};
pub use waiting::Waiting;
pub use worker::Worker;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::FailureLine;
use crate::ids::{RunEventId, RunId, TenantId, UserId, WorkspaceId};
use crate::operations::Operation;
use crate::time::Moment;

/// A run as stored. Times are the database's.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The public handle.
    pub id: RunId,
    /// Where it belongs.
    pub workspace_id: WorkspaceId,
    /// Which tenant; `None` for runs of the workspace.
    pub tenant_id: Option<TenantId>,
    /// The stored type code; `operation` is `None` when this version does not know it.
    pub type_code: String,
    /// The catalogue's entry for the type code.
    pub operation: Option<Operation>,
    /// Where it is.
    pub status: Status,
    /// How it ended; pending until completed.
    pub outcome: Outcome,
    /// Why it ended so: a code of [`crate::failure::Code`].
    pub reason_code: Option<String>,
    /// What started it.
    pub trigger: Trigger,
    /// Who started it; `None` for the system.
    pub user_id: Option<UserId>,
    /// Name of who started it, as it was then.
    pub initiator_name: String,
    /// The figures.
    pub counts: Counts,
    /// The failures, counted.
    pub failures: Vec<FailureLine>,
    /// Ids and parameters; never a secret, never a payload.
    pub context: serde_json::Value,
    /// What it is doing right now, in the handler's words (a resource type's label, e.g.).
    pub phase: Option<String>,
    /// How often it was claimed.
    pub attempt: u32,
    /// How often it may be claimed.
    pub max_attempts: u32,
    /// Not to be claimed before.
    pub available_at: Moment,
    /// When it stops waiting for a worker.
    pub start_deadline: Option<Moment>,
    /// Which process holds it.
    pub lease_owner: Option<String>,
    /// When cancellation was asked for.
    pub cancel_requested_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it was first claimed.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub completed_at: Option<Moment>,
    /// When the row last changed.
    pub updated_at: Moment,
    /// The run of which this is a retry.
    pub retry_of_run_id: Option<RunId>,
    /// The run that was split into this one and others.
    pub parent_run_id: Option<RunId>,
    /// The run whose end started this one.
    pub caused_by_run_id: Option<RunId>,
    /// The schedule that fired it, or whose "Run now" was pressed.
    pub schedule_id: Option<uuid::Uuid>,
    /// The tenant to which it writes, alone.
    pub write_lane: Option<TenantId>,
    /// How many times it was leased; grows with every claim.
    pub lease_token: i64,
}

impl Run {
    /// The words for its type.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.operation.map_or("Unknown operation", |operation| operation.entry().label)
    }

    /// Whether it is queued or running.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.status, Status::Queued | Status::Running)
    }

    /// How long it ran, or has been running at `now`; `None` before it started.
    #[must_use]
    pub fn duration(&self, now: Moment) -> Option<Duration> {
        Some(self.completed_at.unwrap_or(now).since(self.started_at?))
    }

    /// Progress in percent, only while running and only when both figures are known; never guessed.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        let (total, processed) = (self.counts.get(CountKey::Total)?, self.counts.get(CountKey::Processed)?);
        let known = self.status == Status::Running && total > 0;
        known.then(|| u8::try_from((processed.saturating_mul(100) / total).clamp(0, 100)).unwrap_or(100))
    }

    /// Whether it is queued for so long that no worker seems to be there.
    #[must_use]
    pub fn likely_stale(&self, now: Moment) -> bool {
        self.status == Status::Queued && self.start_deadline.is_some_and(|deadline| now > deadline)
    }
}

/// How much an event weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Part of the normal course.
    Info,
    /// Something to know.
    Warning,
    /// Something that failed.
    Error,
}

/// One line of a run's timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct RunEvent {
    /// Its id; events sort by it.
    pub id: RunEventId,
    /// When, by the database's clock.
    pub at: Moment,
    /// How much it weighs.
    pub level: Level,
    /// What kind: `queued`, `claimed`, `phase`, `throttled`, `type_failed`, `lease_lost`, `cancelled`, `completed` …
    pub code: String,
    /// In words.
    pub message: String,
    /// Figures that belong to it.
    pub data: serde_json::Value,
}

/// An event to be written. Its words are ours: text from outside goes in only as [`crate::failure::SafeValue`] or a label.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// How much it weighs.
    pub level: Level,
    /// What kind.
    pub code: &'static str,
    /// In words.
    pub message: String,
    /// Figures that belong to it.
    pub data: serde_json::Value,
}

impl NewEvent {
    /// An event of the normal course, without figures.
    #[must_use]
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Info, code, message: message.into(), data: serde_json::json!({}) }
    }

    /// A warning, without figures.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::info(code, message) }
    }

    /// A failure, without figures.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Error, ..Self::info(code, message) }
    }

    /// The same with figures (a flat object of numbers and ids).
    #[must_use]
    pub fn with_data(mut self, data: serde_json::Value) -> Self {
        self.data = data;
        self
    }
}
