//! "Run N changed": a hint to live pages and idle workers of this process. Nothing depends on it being delivered.

use model::ids::{RunId, TenantId, WorkspaceId};
use tokio::sync::{broadcast, watch};

/// A run whose row changed, and where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunChanged {
    /// Which run.
    pub run_id: RunId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its tenant.
    pub tenant_id: Option<TenantId>,
    /// Whether it waits for a worker now.
    pub queued: bool,
    /// Whether it runs and was asked to stop.
    pub stopping: bool,
}

/// Sends and receives hints. A receiver that lags loses the oldest and should look at everything again.
#[derive(Debug, Clone)]
pub struct Changes {
    runs: broadcast::Sender<RunChanged>,
    /// Counts how often this process put something into the queue: what other processes are told of.
    queued_here: watch::Sender<u64>,
    /// Counts the reasons to look at the queue, from here and from elsewhere.
    queue: watch::Sender<u64>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { runs: broadcast::channel(1024).0, queued_here: watch::channel(0).0, queue: watch::channel(0).0 }
    }
}

impl Changes {
    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<RunChanged> {
        self.runs.subscribe()
    }

    /// Tells when there is reason to look at the queue.
    #[must_use]
    pub fn queue(&self) -> watch::Receiver<u64> {
        self.queue.subscribe()
    }

    /// Tells when this process gave reason to look at the queue, or asked a run to stop.
    pub(crate) fn queued_here(&self) -> watch::Receiver<u64> {
        self.queued_here.subscribe()
    }

    /// Tells all listeners; nobody listening is fine.
    pub fn send(&self, change: RunChanged) {
        let _ = self.runs.send(change);
        if change.queued || change.stopping {
            self.wake_workers();
        }
    }

    /// Something that was held back may be claimed now.
    pub(crate) fn wake_workers(&self) {
        self.queued_here.send_modify(|count| *count += 1);
        self.woken();
    }

    /// Another process said that there is reason to look at the queue.
    pub(crate) fn woken(&self) {
        self.queue.send_modify(|count| *count += 1);
    }
}
