//! Alerts: every process looks each second whether one is due, and now and then how things stand.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::figures::failed;
use super::worker::Shared;

/// How often it is looked whether something is due.
const DUE: Duration = Duration::from_secs(1);
/// How often it is looked how things stand.
const STANDING: Duration = Duration::from_secs(20);

/// After a start it is not looked how things stand for so long: workers that start together with it have said by then that they are here.
const GRACE: Duration = Duration::from_secs(60);

/// Makes messages of what is due, and raises what stands, until shutdown is asked for. Any number of processes may; one event is one
/// delivery for each rule.
pub(super) async fn tells(shared: Arc<Shared>, shutdown: CancellationToken) {
    let store = &shared.store;
    let mut look_at: Option<Instant> = None;
    loop {
        if look_at.is_none() && shared.registered.load(Ordering::Relaxed) {
            look_at = Some(Instant::now() + GRACE);
        }
        if look_at.is_some_and(|at| at <= Instant::now()) {
            look_at = Some(Instant::now() + STANDING);
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
