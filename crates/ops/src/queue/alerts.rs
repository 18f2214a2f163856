//! Alerts: every process looks each second whether one is due, and now and then how things stand.

use std::time::Duration;

use store::Store;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::figures::failed;

/// How often it is looked whether something is due.
const DUE: Duration = Duration::from_secs(1);
/// How often it is looked how things stand.
const STANDING: Duration = Duration::from_secs(20);

/// Makes messages of what is due, and raises what stands, until shutdown is asked for. Any number of processes may; one event is one
/// delivery for each rule.
pub(super) async fn tells(store: Store, shutdown: CancellationToken) {
    let mut looked: Option<Instant> = None;
    loop {
        if looked.is_none_or(|at| at.elapsed() >= STANDING) {
            looked = Some(Instant::now());
            if let Err(error) = store.alerts().look().await {
                tracing::warn!(%error, "how things stand could not be looked at; trying again");
                failed("alerts");
            }
        }
        match store.alerts().dispatch().await {
            Ok(done) if done.messages > 0 => tracing::info!(messages = done.messages, "alerts are on their way"),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "alerts could not be sent on their way; trying again");
                failed("alerts");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(DUE) => {}
        }
    }
}
