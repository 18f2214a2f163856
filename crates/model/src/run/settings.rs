//! What a workspace chose for its runs: how many at a time, and how long they are kept (the setting `runs.keep_days`).

use std::ops::RangeInclusive;

/// Limits and retention of a workspace's runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSettings {
    /// Runs of one tenant at a time.
    pub tenant_limit: u32,
    /// Runs of the workspace at a time.
    pub workspace_limit: u32,
    /// Days for which ended runs are kept.
    pub keep_days: u32,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self { tenant_limit: 4, workspace_limit: 32, keep_days: Self::KEPT_DAYS }
    }
}

impl RunSettings {
    /// What `tenant_limit` may be.
    pub const TENANT_LIMIT: RangeInclusive<u32> = 1..=100;
    /// What `workspace_limit` may be.
    pub const WORKSPACE_LIMIT: RangeInclusive<u32> = 1..=1000;
    /// How many days runs are kept unless somebody chose otherwise.
    pub const KEPT_DAYS: u32 = 90;
    /// What `keep_days` may be.
    pub const KEEP_DAYS: RangeInclusive<u32> = 7..=3650;

    /// Whether all figures are within their bounds.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        Self::TENANT_LIMIT.contains(&self.tenant_limit)
            && Self::WORKSPACE_LIMIT.contains(&self.workspace_limit)
            && Self::KEEP_DAYS.contains(&self.keep_days)
    }
}
