//! Bulk action: cancels or repeats many runs, each as whoever asked for it could have done by itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{RunId, WorkspaceId};
use crate::run::{CountKey, Run, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "bulk_action",
    older_codes: &[],
    label: "Bulk action",
    // What it does to each run asks for the capability of that run's type.
    capability: Capability::WorkspaceOperationsView,
    identity: Identity::PerClick,
    identity_inputs: &["click"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(3600)),
    execution_deadline: Duration::from_secs(1800),
    max_attempts: 5,
    priority: 5,
    unit: "runs",
    counts: &[CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped],
    follow_ups: &[],
};

/// What is done to each run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is cancelled.
    Cancel,
    /// It is started again as a new run.
    Retry,
    /// What of it failed is started again as a new run.
    RetryFailed,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cancel, Self::Retry, Self::RetryFailed];

    /// The value in a form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::RetryFailed => "retry_failed",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cancel => "Cancel",
            Self::Retry => "Run again",
            Self::RetryFailed => "Run again what failed",
        }
    }
}

/// The runs are those that were counted when it was confirmed, whatever has come since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// What is done.
    pub act: Act,
    /// To which runs; at most [`Arguments::MOST`].
    pub runs: Vec<RunId>,
}

impl Arguments {
    /// Runs of one action.
    pub const MOST: usize = 1_000;

    /// Arguments as they are stored; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The wish.
    #[must_use]
    pub fn request(&self, workspace: WorkspaceId) -> RunRequest {
        let context = json!({ "act": self.act, "runs": self.runs });
        RunRequest::new(Operation::BulkAction, context, json!({ "workspace": workspace, "act": self.act }))
    }
}

/// As [`Operation::again`]: only the runs with which it failed.
pub(super) fn again(run: &Run, only: Option<&std::collections::BTreeSet<String>>) -> Option<RunRequest> {
    let mut arguments = Arguments::stored(&run.context)?;
    arguments.runs.retain(|id| only.is_none_or(|only| only.contains(&id.to_string())));
    Some(arguments.request(run.workspace_id))
}
