//! Logging to standard error.

mod json;

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::Log;
use crate::telemetry::Telemetry;

/// Something that listens to what happens.
pub(crate) type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging. Standard output stays free for what a command prints.
pub(crate) fn start(log: &Log) -> Result<()> {
    start_with(log, &Telemetry::default())
}

/// The same, and a collector hears of spans.
pub(crate) fn start_with(log: &Log, telemetry: &Telemetry) -> Result<()> {
    let filter = EnvFilter::try_new(&log.filter).context("log.filter cannot be read")?;
    // Where standard error is gone, a line is lost; to complain about it there would end the task that logged.
    let base = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let lines = if log.json {
        base.fmt_fields(JsonFields::new()).event_format(json::Lines).with_filter(filter).boxed()
    } else {
        base.with_target(false).with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed()
    };
    let layers: Vec<BoxedLayer> = std::iter::once(lines).chain(telemetry.layer()).collect();
    let started = tracing_subscriber::registry().with(layers).try_init();
    started.map_err(|error| anyhow::anyhow!("logging cannot be started: {error}"))
}
