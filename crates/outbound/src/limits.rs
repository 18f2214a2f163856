//! Bounds of every outbound call.

use std::time::Duration;

/// How long, how often, how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// From sending a request to the last byte of its answer.
    pub request_timeout: Duration,
    /// How often one request is sent before its failure counts.
    pub max_attempts: u32,
    /// The longest wait that a service may ask for. One that asks for more makes the request fail as throttled at once.
    pub max_wait: Duration,
    /// The first wait after a server error or a lost connection; it doubles with every attempt.
    pub base_delay: Duration,
    /// The first wait after a throttled request that names no time; it doubles with every attempt. Throttled requests
    /// count against the quota, hence it is longer than `base_delay`.
    pub throttle_delay: Duration,
    /// The longest wait of our own choice.
    pub max_delay: Duration,
    /// Bytes of one answer, after decompression.
    pub max_body: usize,
    /// Pages of one list.
    pub max_pages: usize,
    /// Requests in flight for one connection (application registration in one tenant).
    pub concurrency: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(100),
            max_attempts: 5,
            max_wait: Duration::from_secs(300),
            base_delay: Duration::from_secs(1),
            throttle_delay: Duration::from_secs(5),
            max_delay: Duration::from_secs(60),
            max_body: 64 * 1024 * 1024,
            max_pages: 10_000,
            concurrency: 16,
        }
    }
}
