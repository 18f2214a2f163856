//! Watching audit logs: every process that works looks now and then which tenants it is time for.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::figures::failed;
use super::worker::{Shared, jittered};

/// Tenants of which the logs are asked for in one transaction.
const AT_ONCE: u32 = 100;
/// How often it is looked.
const LOOK: Duration = Duration::from_secs(15);

pub(super) async fn watches(shared: Arc<Shared>, shutdown: CancellationToken) {
    loop {
        match shared.store.queue().watch_due(AT_ONCE).await {
            Ok(0) => {}
            Ok(runs) => tracing::info!(runs, "reading the audit logs of tenants that are watched"),
            Err(error) => {
                tracing::warn!(%error, "the audit logs could not be watched; trying again");
                failed("watches");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(jittered(LOOK, shared.id())) => {}
        }
    }
}
