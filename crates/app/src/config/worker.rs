//! `[worker]`

use std::path::PathBuf;
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
    /// The folder below which Git mirrors of backup sets may be.
    pub(crate) mirror_folder: Option<PathBuf>,
}

impl Default for Worker {
    fn default() -> Self {
        Self { enabled: true, slots: 8, lease_seconds: 20, grace_seconds: 10, mirror_folder: None }
    }
}

impl Worker {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["enabled", "slots", "lease_seconds", "grace_seconds", "mirror_folder"];

    pub(crate) fn check(&self) -> Result<()> {
        if !(1..=256).contains(&self.slots) {
            bail!("worker.slots must be between 1 and 256");
        }
        if self.mirror_folder.as_ref().is_some_and(|folder| !folder.is_dir()) {
            bail!("worker.mirror_folder is no folder; make it, for the user that this process runs as");
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
            mirror_folder: self.mirror_folder.clone(),
            ..WorkerOptions::default()
        }
    }
}
