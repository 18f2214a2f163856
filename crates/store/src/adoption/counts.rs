//! The figures of an older run: those whose keys are known, where they do not contradict each other.

use model::run::{CountKey, Counts};
use serde_json::Value;

use super::report::Table;

/// The keys that have to fit together.
const TOGETHER: [CountKey; 5] = [CountKey::Total, CountKey::Processed, CountKey::Succeeded, CountKey::Failed, CountKey::Skipped];

/// The figures that are kept.
pub(super) fn kept(stored: Option<&Value>, table: &mut Table) -> Counts {
    let read = stored.map(Counts::from_value).unwrap_or_default();
    let of = |keys: &dyn Fn(CountKey) -> bool| {
        let mut counts = Counts::default();
        read.iter().filter(|(key, value)| *value >= 0 && keys(*key)).for_each(|(key, value)| counts.set(key, value));
        counts
    };
    let all = of(&|_| true);
    if all.iter().count() < stored.and_then(Value::as_object).map_or(0, serde_json::Map::len) {
        table.note("a run with figures that are not known, left out");
    }
    if all.check().is_ok() {
        return all;
    }
    table.note("a run with figures that contradict each other, left out");
    of(&|key| !TOGETHER.contains(&key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_known_figures_that_fit_together_are_kept() {
        let mut table = Table::default();
        let keep = |value: Value, table: &mut Table| kept(Some(&value), table).to_value();
        let good = json!({ "total": 3, "processed": 2, "succeeded": 1, "failed": 1, "items": 7 });
        assert_eq!(keep(good.clone(), &mut table), good);
        assert!(table.notes.is_empty());
        assert_eq!(keep(json!({ "items": 1, "note": "canary", "secret": 4, "bytes": -1 }), &mut table), json!({ "items": 1 }));
        assert_eq!(keep(json!({ "total": 1, "processed": 9, "items": 2 }), &mut table), json!({ "items": 2 }));
        assert_eq!(keep(json!(["canary"]), &mut table), json!({}));
        assert_eq!(table.notes.values().sum::<u64>(), 2);
        assert_eq!(kept(None, &mut table), Counts::default());
    }
}
