//! `[worker]`

use std::time::Duration;

use anyhow::{Result, bail};
use ops::WorkerOptions;
use serde::Deserialize;

/// How runs are worked on.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Worker {
    /// Whether `serve` works on runs in its own process.
    pub(crate) enabled: bool,
    /// Runs at the same time.
    pub(crate) slots: usize,
    /// How long a lease holds without a heartbeat, in seconds.
    pub(crate) lease_seconds: u64,
    /// How long handlers may take to reach a checkpoint at shutdown, in seconds.
    pub(crate) grace_seconds: u64,
}

impl Default for Worker {
    fn default() -> Self {
        Self { enabled: true, slots: 8, lease_seconds: 20, grace_seconds: 10 }
    }
}

impl Worker {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["enabled", "slots", "lease_seconds", "grace_seconds"];

    pub(crate) fn check(&self) -> Result<()> {
        if !(1..=256).contains(&self.slots) {
            bail!("worker.slots must be between 1 and 256");
        }
        if !(1..=3600).contains(&self.lease_seconds) || self.grace_seconds > 3600 {
            bail!("worker.lease_seconds must be between 1 and 3600, worker.grace_seconds at most 3600");
        }
        Ok(())
    }

    /// A heartbeat is due four times within a lease, a sweep as often.
    pub(crate) fn options(&self) -> WorkerOptions {
        let lease = Duration::from_secs(self.lease_seconds);
        WorkerOptions {
            slots: self.slots,
            lease,
            heartbeat: lease / 4,
            sweep: lease / 4,
            grace: Duration::from_secs(self.grace_seconds),
            ..WorkerOptions::default()
        }
    }
}
