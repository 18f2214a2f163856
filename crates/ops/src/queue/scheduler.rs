//! Firing schedules: every process that works looks each second whether something is due.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::figures::failed;
use super::worker::{Shared, jittered};

/// Schedules that are fired in one transaction.
const AT_ONCE: u32 = 100;
/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn fires(shared: Arc<Shared>, shutdown: CancellationToken) {
    loop {
        match fire(&shared).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the schedules could not be fired; trying again");
                failed("schedules");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(jittered(LOOK, shared.id())) => {}
        }
    }
}

/// `true`: there may be more to fire at once.
async fn fire(shared: &Shared) -> Result<bool, store::StoreError> {
    let queue = shared.store.queue();
    if !queue.any_due().await? {
        return Ok(false);
    }
    let done = queue.fire_due(AT_ONCE).await?;
    if done.schedules > 0 {
        tracing::info!(schedules = done.schedules, runs = done.runs, omitted = done.omitted, "fired schedules");
    }
    Ok(done.schedules > 0)
}
