//! "Run N changed": a hint to live pages and idle workers of this process. Nothing depends on it being delivered.

use model::ids::{RunId, TenantId, WorkspaceId};
use tokio::sync::broadcast;

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
}

/// Sends and receives hints. A receiver that lags loses the oldest and should look at everything again.
#[derive(Debug, Clone)]
pub struct Changes(broadcast::Sender<RunChanged>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Changes {
    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<RunChanged> {
        self.0.subscribe()
    }

    /// Tells all listeners; nobody listening is fine.
    pub fn send(&self, change: RunChanged) {
        let _ = self.0.send(change);
    }
}
