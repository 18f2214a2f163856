//! Waiting for what another task or process does: the one place where tests look more than once.

use std::time::Duration;

/// How long something may take before the test gives it up.
pub const DEADLINE: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_millis(20);

/// Looks until there is something.
///
/// # Panics
/// With `what`, when there is nothing after [`DEADLINE`].
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let looking = async {
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(DEADLINE, looking).await.unwrap_or_else(|_| panic!("not within {DEADLINE:?}: {what}"))
}
