//! Notices: one per run, to the person who started it.

use crate::ids::{NoticeId, RunId, TenantId};
use crate::run::{Outcome, Status};
use crate::time::Moment;

/// A notice as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// The run that it speaks of.
    pub run_id: RunId,
    /// The tenant of that run.
    pub tenant_id: Option<TenantId>,
    /// The run's type in words.
    pub label: &'static str,
    /// Where the run was when the notice was written.
    pub status: Status,
    /// How it ended.
    pub outcome: Outcome,
    /// When it was written or replaced.
    pub at: Moment,
    /// Whether it was read.
    pub read: bool,
}
