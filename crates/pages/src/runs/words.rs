//! Words for what the catalogue of badges does not cover: triggers and figures.

use model::run::{CountKey, Run, Trigger};

use crate::components::progress::figures;
use crate::text::{self, counted, number};

/// What started a run.
pub(crate) const fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Manual => "By hand",
        Trigger::Schedule => "Schedule",
        Trigger::Retry => "Retry",
        Trigger::Api => "API",
        Trigger::System => "System",
        Trigger::FollowUp => "Follow-up",
        Trigger::Unknown => "Unknown trigger",
    }
}

/// The name of a figure.
pub(crate) const fn figure(key: CountKey) -> &'static str {
    match key {
        CountKey::Total => "Total",
        CountKey::Processed => "Processed",
        CountKey::Succeeded => "Succeeded",
        CountKey::Failed => "Failed",
        CountKey::Skipped => "Skipped",
        CountKey::Created => "New",
        CountKey::Updated => "Changed",
        CountKey::Unchanged => "Unchanged",
        CountKey::Deleted => "Deleted",
        CountKey::Missing => "Missing",
        CountKey::Items => "Items read",
        CountKey::Bytes => "Received",
        CountKey::Requests => "Requests",
        CountKey::Throttled => "Throttled",
        CountKey::Low => "Low",
        CountKey::Medium => "Medium",
        CountKey::High => "High",
        CountKey::Critical => "Critical",
        CountKey::Unknown => "Unknown figure",
    }
}

/// The value of a figure.
pub(crate) fn value(key: CountKey, value: i64) -> String {
    if key == CountKey::Bytes { text::bytes(value) } else { number(value) }
}

/// What came of a run so far, in a few words; empty when nothing is known.
pub(crate) fn summary(run: &Run) -> String {
    const TOLD: [(CountKey, &str, &str); 6] = [
        (CountKey::Items, "item", "items"),
        (CountKey::Created, "new", "new"),
        (CountKey::Updated, "changed", "changed"),
        (CountKey::Deleted, "deleted", "deleted"),
        (CountKey::Missing, "missing", "missing"),
        (CountKey::Failed, "failed", "failed"),
    ];
    let known = |(key, one, many): &(CountKey, &str, &str)| {
        let value = run.counts.get(*key).filter(|value| *value > 0 || *key == CountKey::Items)?;
        Some(counted(value, one, many))
    };
    let parts: Vec<String> = TOLD.iter().filter_map(known).collect();
    if !run.is_active() {
        return parts.join(" · ");
    }
    let phase = run.phase.as_deref().map(|phase| text::shown(phase, 60));
    figures(run).into_iter().chain(phase).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn figures_of_zero_are_not_told_but_for_the_items() {
        let mut run = samples::run::succeeded();
        assert!(summary(&run).contains("items"));
        run.counts = model::run::Counts::default();
        run.counts.set(CountKey::Items, 0);
        run.counts.set(CountKey::Failed, 0);
        assert_eq!(summary(&run), "0 items");
    }
}
