//! How long a restore takes at least.

/// Microsoft's limit of one app in one tenant: so many writes in [`WINDOW_SECONDS`].
pub const WRITES_PER_WINDOW: u64 = 100;
/// The length of the window in which writes are counted.
pub const WINDOW_SECONDS: u64 = 20;

/// Seconds that so many writes take at least: the first window's writes go out at once, the others wait for their window.
#[must_use]
pub const fn least_seconds(writes: u64) -> u64 {
    writes.saturating_sub(1) / WRITES_PER_WINDOW * WINDOW_SECONDS
}
