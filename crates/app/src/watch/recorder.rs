//! What receives the counts of this process.

use anyhow::{Context as _, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use model::metric::{ALL, BUILD, Kind};
use store::Backend;

/// Installs it for the whole process.
pub(super) fn install() -> Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in ALL {
        if let Kind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    let handle = builder.install_recorder().context("metrics cannot be counted")?;
    for metric in ALL {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram(_) => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
    Ok(handle)
}

/// Every counter begins at nought where it can be seen: a first step from nothing to one is no rise to whoever computes rates.
pub(super) fn start(backend: Backend) {
    for metric in ALL.iter().filter(|metric| metric.kind == Kind::Counter) {
        for labels in metric.series() {
            metrics::counter!(metric.name, &labels).increment(0);
        }
    }
    let database = match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    };
    metrics::gauge!(BUILD.name, "version" => env!("CARGO_PKG_VERSION"), "database" => database).set(1.0);
}
