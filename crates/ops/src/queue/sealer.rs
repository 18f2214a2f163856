//! Sealing the audit trail: every process looks twice a second whether an entry waits for its place in the chain.

use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;

use super::figures::failed;

/// How often it is looked whether something waits.
const LOOK: Duration = Duration::from_millis(500);

/// Seals what is committed, at most a second later, until shutdown is asked for. Any number of processes may; they take turns.
pub async fn seal_audit(store: Store, shutdown: CancellationToken) {
    loop {
        match store.audit().seal().await {
            // There may be more.
            Ok(sealed) if sealed > 0 => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the audit trail could not be sealed; trying again");
                failed("seal");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
