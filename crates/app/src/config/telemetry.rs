//! `[telemetry]`

use anyhow::{Result, bail};
use serde::Deserialize;

/// What is told to a collector.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// Address of a collector that takes OTLP over HTTP; without it nothing is sent anywhere.
    pub(crate) endpoint: Option<String>,
    /// Whether spans are sent.
    pub(crate) traces: bool,
    /// Whether metrics are sent.
    pub(crate) metrics: bool,
    /// How often metrics are sent, in seconds.
    pub(crate) interval_seconds: u64,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { endpoint: None, traces: true, metrics: true, interval_seconds: 60 }
    }
}

impl Telemetry {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["endpoint", "traces", "metrics", "interval_seconds"];

    pub(crate) fn check(&self) -> Result<()> {
        if !(1..=3600).contains(&self.interval_seconds) {
            bail!("telemetry.interval_seconds is from 1 to 3600");
        }
        Ok(())
    }
}
