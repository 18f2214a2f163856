//! Why a queued run waits.

use std::time::Duration;

use super::Pause;
use crate::ids::RunId;
use crate::time::{Moment, duration_words};

/// The first reason that holds, in the order in which a person would want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// No process that works was heard of lately.
    NoWorker {
        /// For how long, where one was ever heard of.
        since: Option<Moment>,
    },
    /// No worker of this installation knows the type.
    UnknownType,
    /// Its type or its tenant is paused.
    Paused(Pause),
    /// It is to be tried again later: a back-off, or Microsoft Graph asked to wait.
    NotBefore(Moment),
    /// Another run writes to the same tenant.
    LaneBusy(RunId),
    /// As many runs of the tenant run as may.
    TenantLimit(u32),
    /// As many runs of the workspace run as may.
    WorkspaceLimit(u32),
    /// Others are before it; at most 1,000 are counted.
    Behind(u32),
    /// Nothing holds it back: it is about to be picked up.
    Next,
}

impl Waiting {
    /// In words.
    #[must_use]
    pub fn words(&self, now: Moment) -> String {
        match self {
            Self::NoWorker { since: Some(seen) } => {
                format!("No worker is alive; the last one was heard of {} ago.", duration_words(now.since(*seen)))
            }
            Self::NoWorker { since: None } => "No worker was ever started.".to_owned(),
            Self::UnknownType => "No worker of this version knows this type.".to_owned(),
            Self::Paused(pause) if pause.reason.is_empty() => format!("Paused by {}.", pause.by),
            Self::Paused(pause) => format!("Paused by {}: {}", pause.by, pause.reason),
            Self::NotBefore(at) if at.since(now) > Duration::ZERO => {
                format!("Waiting until {} UTC before it is tried again.", at.to_utc_words())
            }
            Self::NotBefore(_) | Self::Next => "Next in line: it is about to be picked up.".to_owned(),
            Self::LaneBusy(_) => "Another operation writes to this tenant; only one may at a time.".to_owned(),
            Self::TenantLimit(limit) => format!("{limit} operations of this tenant are running, as many as may at a time."),
            Self::WorkspaceLimit(limit) => format!("{limit} operations of this workspace are running, as many as may at a time."),
            Self::Behind(1) => "One operation is before it.".to_owned(),
            Self::Behind(others) if *others >= 1000 => "More than 1,000 operations are before it.".to_owned(),
            Self::Behind(others) => format!("{others} operations are before it."),
        }
    }
}
