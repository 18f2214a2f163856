//! Why a handler ends before its work is done.

use model::failure::{Code, Failure};
use store::StoreError;

/// A wish from outside that a handler heeds at its next checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A person asked.
    Cancel,
    /// The lease is gone: somebody else may hold the run. Write nothing any more.
    LeaseLost,
    /// The process ends: hand the run back.
    Shutdown,
    /// The execution deadline passed.
    Overdue,
    /// What it works by was taken away: the connection was switched off or removed.
    Withdrawn(Code),
}

/// Why a handler ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    /// It was stopped.
    Stop(Stop),
    /// It cannot go on.
    Failure(Failure),
    /// It goes on when its children have ended; what it waits for, in words.
    Children(String),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::LeaseLost => Self::Stop(Stop::LeaseLost),
            _ => {
                tracing::error!(%error, "the store refused a handler's request");
                Self::Failure(Failure::from(&error))
            }
        }
    }
}
