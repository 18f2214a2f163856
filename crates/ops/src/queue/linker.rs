//! Links of items that were there before this version: each process that works makes them when it starts, and is done.

use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;

use super::figures::failed;

/// Items of one transaction: few enough that nobody waits long for the writer of a SQLite file.
const AT_ONCE: u32 = 64;
/// How long it waits before it tries again what went wrong.
const AGAIN: Duration = Duration::from_secs(1);

/// Makes the links that this version would make otherwise, in small portions, until there are none or shutdown is asked for. Whatever is
/// written from now on has them.
pub(super) async fn links(store: Store, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match store.links().relink(AT_ONCE).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "links of earlier items could not be made; trying again");
                failed("links");
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
        }
    }
}
