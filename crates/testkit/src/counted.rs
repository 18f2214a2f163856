//! What the code under test counts, as a scrape shows it.

use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Receives what is counted on this thread until dropped. Tasks that a test spawns may run on other threads: they are not seen.
pub struct Counted {
    handle: PrometheusHandle,
    _guard: LocalRecorderGuard<'static>,
}

impl Counted {
    /// From now on.
    #[must_use]
    pub fn here() -> Self {
        let recorder = Box::leak(Box::new(PrometheusBuilder::new().build_recorder()));
        Self { handle: recorder.handle(), _guard: metrics::set_default_local_recorder(recorder) }
    }

    /// The value of a series, e.g. `runs_total{type="a"}`; 0 for one that is not there.
    #[must_use]
    pub fn value(&self, series: &str) -> f64 {
        value(&self.handle.render(), series).unwrap_or(0.0)
    }
}

/// The value of a series in a scrape; labels in any order.
///
/// # Panics
/// When its value is no number.
#[must_use]
pub fn value(scrape: &str, series: &str) -> Option<f64> {
    let wanted = sorted(series);
    let found = scrape.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    found.into_iter().find(|(name, _)| sorted(name) == wanted).map(|(_, value)| value.parse().expect("a number"))
}

/// The name of a series, and its labels in order.
fn sorted(series: &str) -> (&str, Vec<&str>) {
    let (name, labels) = series.trim_end_matches('}').split_once('{').unwrap_or((series, ""));
    let mut labels: Vec<&str> = labels.split(',').filter(|label| !label.is_empty()).collect();
    labels.sort_unstable();
    (name, labels)
}
