//! Counts that are sent to a collector. Only metrics of the list are: names, labels and buckets are the same as where they are scraped.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use model::metric::{ALL, Kind};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{self as otlp, Meter};

enum Instrument {
    Counter(otlp::Counter<u64>),
    Gauge(otlp::Gauge<f64>),
    Histogram(otlp::Histogram<f64>),
}

/// Every metric of the list, as the collector knows it.
pub(super) struct Pushed {
    instruments: BTreeMap<&'static str, Instrument>,
    /// Gauges are told as they are, and counted up and down by who has them.
    levels: Mutex<HashMap<Key, Arc<Level>>>,
}

impl Pushed {
    pub(super) fn to(meter: &Meter) -> Self {
        let instrument = |metric: &model::metric::Metric| match metric.kind {
            Kind::Counter => Instrument::Counter(meter.u64_counter(metric.name).with_description(metric.help).build()),
            Kind::Gauge => Instrument::Gauge(meter.f64_gauge(metric.name).with_description(metric.help).build()),
            Kind::Histogram(buckets) => {
                let built = meter.f64_histogram(metric.name).with_description(metric.help).with_boundaries(buckets.to_vec());
                Instrument::Histogram(built.build())
            }
        };
        let instruments = ALL.iter().map(|metric| (metric.name, instrument(metric))).collect();
        Self { instruments, levels: Mutex::default() }
    }
}

fn labels(key: &Key) -> Vec<KeyValue> {
    key.labels().map(|label| KeyValue::new(label.key().to_owned(), label.value().to_owned())).collect()
}

struct Added(otlp::Counter<u64>, Vec<KeyValue>);

impl CounterFn for Added {
    fn increment(&self, value: u64) {
        self.0.add(value, &self.1);
    }

    /// Nothing here counts by saying how far it is.
    fn absolute(&self, _: u64) {}
}

struct Level {
    gauge: otlp::Gauge<f64>,
    labels: Vec<KeyValue>,
    value: Mutex<f64>,
}

impl Level {
    fn change(&self, to: impl FnOnce(f64) -> f64) {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        *value = to(*value);
        self.gauge.record(*value, &self.labels);
    }
}

impl GaugeFn for Level {
    fn increment(&self, value: f64) {
        self.change(|before| before + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|before| before - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

struct Measured(otlp::Histogram<f64>, Vec<KeyValue>);

impl HistogramFn for Measured {
    fn record(&self, value: f64) {
        self.0.record(value, &self.1);
    }
}

impl Recorder for Pushed {
    /// What a metric means stands in the list.
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.instruments.get(key.name()) {
            Some(Instrument::Counter(counter)) => Counter::from_arc(Arc::new(Added(counter.clone(), labels(key)))),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let Some(Instrument::Gauge(gauge)) = self.instruments.get(key.name()) else { return Gauge::noop() };
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Level { gauge: gauge.clone(), labels: labels(key), value: Mutex::new(0.0) });
        Gauge::from_arc(Arc::clone(levels.entry(key.clone()).or_insert_with(new)))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.instruments.get(key.name()) {
            Some(Instrument::Histogram(histogram)) => Histogram::from_arc(Arc::new(Measured(histogram.clone(), labels(key)))),
            _ => Histogram::noop(),
        }
    }
}
