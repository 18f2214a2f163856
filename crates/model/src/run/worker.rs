//! The processes that work.

use std::time::Duration;

use super::Run;
use crate::time::Moment;

/// A process that works, or worked lately.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    /// Its id, as on the runs that it holds.
    pub id: String,
    /// The machine's name.
    pub host: String,
    /// The program's version.
    pub version: String,
    /// Runs at the same time.
    pub slots: u32,
    /// Since when.
    pub started_at: Moment,
    /// When it was last heard of.
    pub seen_at: Moment,
    /// When it ended by itself.
    pub stopped_at: Option<Moment>,
    /// What it holds of the workspace, as far as the person is entitled to it.
    pub held: Vec<Run>,
    /// What it holds in all.
    pub busy: u32,
}

impl Worker {
    /// A process that was not heard of for this long counts as gone.
    pub const ALIVE: Duration = Duration::from_secs(30);

    /// Whether it was heard of lately and did not end.
    #[must_use]
    pub fn alive(&self, now: Moment) -> bool {
        self.stopped_at.is_none() && now.since(self.seen_at) <= Self::ALIVE
    }
}
