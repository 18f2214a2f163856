//! What a start surface hands to the store, and what it gets back.

use serde_json::Value;

use super::Run;
use crate::operations::Operation;

/// A wish to start an operation: made only from the typed arguments of an operation (`model::operations`).
#[derive(Debug, Clone, PartialEq)]
pub struct RunRequest {
    operation: Operation,
    context: Value,
    identity: Value,
}

impl RunRequest {
    pub(crate) const fn new(operation: Operation, context: Value, identity: Value) -> Self {
        Self { operation, context, identity }
    }

    /// What is to be done.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Ids and parameters for the handler; stored with the run.
    #[must_use]
    pub const fn context(&self) -> &Value {
        &self.context
    }

    /// What makes a second start the same run; hashed by the store.
    #[must_use]
    pub const fn identity(&self) -> &Value {
        &self.identity
    }
}

/// What became of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum Started {
    /// A new run is queued.
    Accepted(Run),
    /// An equal run is already queued or running: this one.
    Deduplicated(Run),
    /// Another operation holds the tenant's write lane: this one. No run was made.
    ScopeBusy(Run),
    /// A prerequisite is missing: a completed run says why.
    Blocked(Run),
}

impl Started {
    /// The run to link to.
    #[must_use]
    pub const fn run(&self) -> &Run {
        match self {
            Self::Accepted(run) | Self::Deduplicated(run) | Self::ScopeBusy(run) | Self::Blocked(run) => run,
        }
    }
}
