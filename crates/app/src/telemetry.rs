//! Spans and metrics for a collector, where one is configured. Nothing is made for it otherwise.

use std::time::Duration;

use anyhow::{Context as _, Result};
use model::ids::ThingId;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use outbound::telemetry::Collector;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;

use crate::config;
use crate::log::BoxedLayer;

const NAME: &str = "tenantatlas";

/// Spans of ours and nothing else: those of libraries may hold addresses and values. What is in ours is what may be logged.
const SPANS_OF: [(&str, LevelFilter); 3] =
    [("web", LevelFilter::INFO), ("ops", LevelFilter::INFO), ("outbound::graph", LevelFilter::DEBUG)];

/// What is told to a collector, until [`Telemetry::end`].
#[derive(Debug, Default)]
pub(crate) struct Telemetry {
    spans: Option<SdkTracerProvider>,
    metrics: Option<(SdkMeterProvider, Duration)>,
}

/// Metrics that are sent by themselves.
#[derive(Debug, Clone)]
pub(crate) struct Pushing {
    pub(crate) meter: Meter,
    /// How often.
    pub(crate) every: Duration,
}

impl Telemetry {
    /// As configured: without a collector nothing.
    pub(crate) fn start(config: &config::Telemetry) -> Result<Self> {
        let Some(address) = &config.endpoint else { return Ok(Self::default()) };
        let collector = Collector::at(address).context("telemetry.endpoint")?;
        let resource = Resource::builder_empty()
            .with_service_name(NAME)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("service.instance.id", ThingId::generate().to_string()))
            .build();
        let mut telemetry = Self::default();
        if config.traces {
            let builder = SdkTracerProvider::builder().with_resource(resource.clone());
            telemetry.spans = Some(builder.with_batch_exporter(collector.spans()?).build());
        }
        if config.metrics {
            let every = Duration::from_secs(config.interval_seconds);
            let reader = PeriodicReader::builder(collector.metrics()?).with_interval(every).build();
            telemetry.metrics = Some((SdkMeterProvider::builder().with_resource(resource).with_reader(reader).build(), every));
        }
        Ok(telemetry)
    }

    /// What listens to spans.
    pub(crate) fn layer(&self) -> Option<BoxedLayer> {
        let tracer = self.spans.as_ref()?.tracer(NAME);
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
        Some(layer.with_filter(Targets::new().with_targets(SPANS_OF)).boxed())
    }

    /// What metrics are told to.
    pub(crate) fn pushing(&self) -> Option<Pushing> {
        let (provider, every) = self.metrics.as_ref()?;
        Some(Pushing { meter: provider.meter(NAME), every: *every })
    }

    /// Sends what is left. A collector that does not answer is waited for as long as one export may take.
    pub(crate) async fn end(self) {
        let ending = tokio::task::spawn_blocking(move || {
            let spans = self.spans.map_or(Ok(()), |spans| spans.shutdown());
            let metrics = self.metrics.map_or(Ok(()), |(metrics, _)| metrics.shutdown());
            spans.is_ok() && metrics.is_ok()
        });
        if !ending.await.unwrap_or(false) {
            tracing::warn!("the last spans and metrics could not be sent");
        }
    }
}
