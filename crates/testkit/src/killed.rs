//! Processes that tests kill.

use std::time::Duration;

/// Waits until whoever started this process is gone: a test that was itself killed leaves nobody behind.
pub async fn orphaned() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
