//! Indexing the settings of new contents: every process that works looks each second whether one waits.

use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;

use super::figures::failed;

/// Contents of one transaction: few enough that nobody waits long for the writer of a SQLite file, and many, as each transaction writes
/// most buckets of a block again.
const AT_ONCE: u32 = 64;
/// What was observed within this time is left alone: a sync that is under way needs the processor for itself.
const REST: Duration = Duration::from_secs(10);
/// How often it is looked whether a content waits.
const LOOK: Duration = Duration::from_secs(1);

/// Takes what waits into the index, in small portions, until shutdown is asked for. Any number of processes may.
pub(super) async fn indexes(store: Store, shutdown: CancellationToken) {
    loop {
        match store.setting_search().index(AT_ONCE, REST).await {
            // There may be more.
            Ok(taken) if taken > 0 && !shutdown.is_cancelled() => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "settings could not be indexed for searching; trying again");
                failed("settings");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
