//! What the product counts and measures of itself, for whoever watches it: names, labels and what they mean, as data.
//!
//! No label can hold a name or an id of a workspace, a tenant or a person: its values are those of a list that is known when the
//! product is built. `docs/METRICS.md` says the same in prose, and a test holds the two together.

mod list;

use crate::operations::Operation;
use crate::run::Outcome;

pub use list::*;

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only grows, from nought when the process begins.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts values by size; the upper ends of its buckets, in the metric's unit.
    Histogram(&'static [f64]),
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

/// What a metric is divided by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// `type`: the code of a type of operation, or `unknown`.
    Type,
    /// `outcome`: the code of an outcome.
    Outcome,
    /// A name, and all its values.
    Of(&'static str, &'static [&'static str]),
    /// A name whose one value is only known when the process runs.
    Fixed(&'static str),
}

impl Label {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Outcome => "outcome",
            Self::Of(name, _) | Self::Fixed(name) => name,
        }
    }

    /// All values that it can have, as far as they are known when the product is built.
    #[must_use]
    pub fn values(self) -> Vec<&'static str> {
        match self {
            Self::Type => Operation::ALL.iter().map(|operation| operation.code()).chain([UNKNOWN]).collect(),
            Self::Outcome => Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::Pending).map(|o| o.code()).collect(),
            Self::Of(_, values) => values.to_vec(),
            Self::Fixed(_) => Vec::new(),
        }
    }
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Its name as scraped. Counters end in `_total`; times are in seconds.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What it is divided by.
    pub labels: &'static [Label],
    /// What it says, in one sentence.
    pub help: &'static str,
}

impl Metric {
    /// Every combination of its labels' values: one row of names and values for each series.
    #[must_use]
    pub fn series(&self) -> Vec<Vec<(&'static str, &'static str)>> {
        let add = |rows: Vec<Vec<_>>, label: &Label| {
            let with = |row: &Vec<_>| {
                let row = row.clone();
                label.values().into_iter().map(move |value| row.iter().copied().chain([(label.name(), value)]).collect())
            };
            rows.iter().flat_map(with).collect()
        };
        self.labels.iter().fold(vec![Vec::new()], add)
    }
}

/// The value of label `type` for a type that this version does not know: whatever stands in the database, it becomes no label.
pub const UNKNOWN: &str = "unknown";

/// The value of label `type`.
#[must_use]
pub const fn type_of(operation: Option<Operation>) -> &'static str {
    match operation {
        Some(operation) => operation.code(),
        None => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_tell_kind_and_unit() {
        let names: BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
        for metric in ALL {
            let rest = metric.name.strip_prefix("tenantatlas_").expect("the product's name in front");
            assert!(rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{rest}");
            assert_eq!(rest.ends_with("_total"), metric.kind == Kind::Counter, "{rest}");
            if let Kind::Histogram(buckets) = metric.kind {
                assert!(rest.ends_with("_seconds") && buckets.is_sorted(), "{rest}");
            }
            assert!(metric.help.ends_with('.') && !metric.help.contains('|'), "{rest}");
        }
    }

    #[test]
    fn a_series_stands_for_every_combination() {
        let both = &[Label::Of("a", &["1", "2"]), Label::Of("b", &["x", "y"])];
        let metric = Metric { name: "n", kind: Kind::Counter, labels: both, help: "" };
        let rows = metric.series();
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1], [("a", "1"), ("b", "y")]);
        assert_eq!(Metric { labels: &[], ..metric }.series(), [[]]);
    }

    #[test]
    fn a_metric_has_few_series() {
        for metric in ALL {
            assert!(metric.series().len() <= 40 * Operation::ALL.len(), "{}", metric.name);
        }
    }
}
