//! Moving contents to an object storage, and removing objects there that nobody needs: every process that works, where one is
//! configured.

use std::time::Duration;

use store::{ContentPlace, Store, StoreError};
use tokio_util::sync::CancellationToken;

use super::figures::failed;

/// Contents of one portion.
const AT_ONCE: u32 = 64;
/// How often it is looked whether there is something to move.
const LOOK: Duration = Duration::from_secs(600);

/// What is moved, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moving {
    /// For how long a content was not stored again when it is moved; `None`: none is moved.
    pub rest: Option<Duration>,
    /// How long an object is kept to which no content refers any more.
    pub keep: Duration,
}

/// Moves what is old enough, in small portions, and looks again some time later, until shutdown is asked for.
pub(super) async fn moves(store: Store, moving: Moving, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match pass(&store, moving, &shutdown).await {
            Ok(0) => {}
            Ok(moved) => tracing::info!(moved, "contents were moved to the object storage"),
            Err(error) => {
                tracing::warn!(%error, "contents could not be moved to the object storage; trying again");
                failed("contents");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// All that can be moved now; how many contents that was.
async fn pass(store: &Store, moving: Moving, shutdown: &CancellationToken) -> Result<i64, StoreError> {
    let mut moved = 0;
    if let Some(rest) = moving.rest {
        let (mut after, mut damaged): (Option<ContentPlace>, i64) = (None, 0);
        while !shutdown.is_cancelled() {
            let part = store.contents().move_out(rest, after.as_ref(), AT_ONCE).await?;
            moved += part.contents;
            damaged += part.damaged;
            let Some(last) = part.last else { break };
            after = Some(last);
        }
        if damaged > 0 {
            tracing::warn!(damaged, "contents are not what was stored and stay in the database; verify the backups");
        }
    }
    while !shutdown.is_cancelled() && store.contents().tidy(moving.keep, AT_ONCE).await?.looked > 0 {}
    Ok(moved)
}
