//! One count for several receivers.

use std::sync::Arc;

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// Hands everything on to each.
pub(super) struct Several(Vec<Box<dyn Recorder + Send + Sync>>);

impl Several {
    pub(super) fn new(recorders: Vec<Box<dyn Recorder + Send + Sync>>) -> Self {
        Self(recorders)
    }
}

struct Each<T>(Vec<T>);

impl CounterFn for Each<Counter> {
    fn increment(&self, value: u64) {
        self.0.iter().for_each(|counter| counter.increment(value));
    }

    fn absolute(&self, value: u64) {
        self.0.iter().for_each(|counter| counter.absolute(value));
    }
}

impl GaugeFn for Each<Gauge> {
    fn increment(&self, value: f64) {
        self.0.iter().for_each(|gauge| gauge.increment(value));
    }

    fn decrement(&self, value: f64) {
        self.0.iter().for_each(|gauge| gauge.decrement(value));
    }

    fn set(&self, value: f64) {
        self.0.iter().for_each(|gauge| gauge.set(value));
    }
}

impl HistogramFn for Each<Histogram> {
    fn record(&self, value: f64) {
        self.0.iter().for_each(|histogram| histogram.record(value));
    }
}

impl Recorder for Several {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.0.iter().for_each(|one| one.describe_counter(key.clone(), unit, description.clone()));
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.0.iter().for_each(|one| one.describe_gauge(key.clone(), unit, description.clone()));
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.0.iter().for_each(|one| one.describe_histogram(key.clone(), unit, description.clone()));
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(Each(self.0.iter().map(|one| one.register_counter(key, metadata)).collect())))
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Arc::new(Each(self.0.iter().map(|one| one.register_gauge(key, metadata)).collect())))
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Each(self.0.iter().map(|one| one.register_histogram(key, metadata)).collect())))
    }
}
