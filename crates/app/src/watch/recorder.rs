//! What receives the counts of this process.

use anyhow::{Result, anyhow};
use metrics::Recorder;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use model::metric::{ALL, BUILD, Kind};
use opentelemetry::metrics::Meter;
use store::Backend;

use super::pushed::Pushed;
use super::several::Several;

/// Installs for the whole process what is scraped, what is pushed, or both.
pub(super) fn install(scraped: bool, pushed: Option<&Meter>) -> Result<Option<PrometheusHandle>> {
    let mut recorders: Vec<Box<dyn Recorder + Send + Sync>> = Vec::new();
    let mut handle = None;
    if scraped {
        let recorder = for_prometheus()?;
        handle = Some(recorder.handle());
        recorders.push(Box::new(recorder));
    }
    if let Some(meter) = pushed {
        recorders.push(Box::new(Pushed::to(meter)));
    }
    metrics::set_global_recorder(Several::new(recorders)).map_err(|_| anyhow!("metrics are counted by somebody else already"))?;
    for metric in ALL {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram(_) => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
    Ok(handle)
}

fn for_prometheus() -> Result<PrometheusRecorder> {
    let mut builder = PrometheusBuilder::new();
    for metric in ALL {
        if let Kind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    Ok(builder.build_recorder())
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
