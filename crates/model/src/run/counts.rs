//! The figures of a run: a flat object of numbers under allow-listed keys.

use std::collections::BTreeMap;

use crate::codes::codes;

codes! {
    /// A key of the summary counts.
    CountKey {
        /// Items to do; absent while unknown.
        Total = "total",
        /// Items done, whatever became of them.
        Processed = "processed",
        /// Items that worked.
        Succeeded = "succeeded",
        /// Items that failed.
        Failed = "failed",
        /// Items that were left out for a reason.
        Skipped = "skipped",
        /// Objects seen for the first time, or made.
        Created = "created",
        /// Objects whose content changed.
        Updated = "updated",
        /// Objects that were as before.
        Unchanged = "unchanged",
        /// Objects removed.
        Deleted = "deleted",
        /// Objects that were there before and are not now.
        Missing = "missing",
        /// Objects read.
        Items = "items",
        /// Bytes received.
        Bytes = "bytes",
        /// Requests sent.
        Requests = "requests",
        /// Requests that were answered with 429.
        Throttled = "throttled",
        /// Findings of low severity.
        Low = "low",
        /// Findings of medium severity.
        Medium = "medium",
        /// Findings of high severity.
        High = "high",
        /// Findings of critical severity.
        Critical = "critical",
    }
}

/// The figures of a run. Keys that are absent are not known (not zero).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(BTreeMap<CountKey, i64>);

/// The figures contradict each other: `0 ≤ succeeded + failed + skipped = processed ≤ total` does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the counts of a run contradict each other: {0:?}")]
pub struct InconsistentCounts(pub Counts);

impl Counts {
    /// A figure; `None` when not known.
    #[must_use]
    pub fn get(&self, key: CountKey) -> Option<i64> {
        self.0.get(&key).copied()
    }

    /// Sets a figure.
    pub fn set(&mut self, key: CountKey, value: i64) {
        self.0.insert(key, value);
    }

    /// Adds to a figure.
    pub fn add(&mut self, key: CountKey, by: i64) {
        *self.0.entry(key).or_default() += by;
    }

    /// All figures, in the order of [`CountKey::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (CountKey, i64)> + '_ {
        self.0.iter().map(|(key, value)| (*key, *value))
    }

    /// Checks that the figures do not contradict each other.
    ///
    /// # Errors
    /// [`InconsistentCounts`] when they do, or when one is negative.
    pub fn check(&self) -> Result<(), InconsistentCounts> {
        let of = |key| self.get(key).unwrap_or(0);
        let parts = of(CountKey::Succeeded) + of(CountKey::Failed) + of(CountKey::Skipped);
        let negative = self.0.values().any(|value| *value < 0);
        let within = self.get(CountKey::Total).is_none_or(|total| of(CountKey::Processed) <= total);
        if negative || parts != of(CountKey::Processed) || !within { Err(InconsistentCounts(self.clone())) } else { Ok(()) }
    }

    /// As stored: `{"total":12,…}`.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::Value::Object(self.0.iter().map(|(key, value)| (key.code().to_owned(), (*value).into())).collect())
    }

    /// Reads what is stored; keys that this version does not know are left out.
    #[must_use]
    pub fn from_value(value: &serde_json::Value) -> Self {
        let pairs = value.as_object().into_iter().flatten();
        Self(
            pairs
                .filter_map(|(key, value)| Some((CountKey::from_code(key), value.as_i64()?)))
                .filter(|(key, _)| *key != CountKey::Unknown)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_contradict_each_other_are_refused() {
        let mut counts = Counts::default();
        assert_eq!(counts.check(), Ok(()));
        counts.add(CountKey::Succeeded, 2);
        assert!(counts.check().is_err());
        counts.set(CountKey::Processed, 2);
        counts.set(CountKey::Total, 1);
        assert!(counts.check().is_err());
        counts.set(CountKey::Total, 5);
        assert_eq!(counts.check(), Ok(()));
        assert_eq!(Counts::from_value(&counts.to_value()), counts);
    }
}
