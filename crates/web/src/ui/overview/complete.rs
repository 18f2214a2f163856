//! Since when everything of a tenant is known.

use model::inventory::TypeSummary;
use model::resource_types;
use model::time::Moment;

/// How many types the inventory keeps.
pub(super) fn kept_types() -> usize {
    resource_types::all().iter().filter(|kind| kind.in_inventory()).count()
}

/// The moment for which everything is known: the oldest of the complete lists of all kept types; `None` while one was never listed
/// completely.
pub(super) fn complete_at(summary: &[TypeSummary]) -> Option<Moment> {
    let of = |key: &str| summary.iter().find(|line| line.resource_type == key).and_then(|line| line.complete_at);
    let kept = resource_types::all().iter().filter(|kind| kind.in_inventory());
    kept.map(|kind| of(&kind.key)).collect::<Option<Vec<Moment>>>()?.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unread_type_means_that_not_everything_is_known() {
        let line = |key: &str, at| TypeSummary {
            resource_type: key.to_owned(),
            items: 0,
            missing: 0,
            complete_at: Some(Moment::from_micros(at)),
            failure_code: None,
        };
        let kept = resource_types::all().iter().filter(|kind| kind.in_inventory());
        let mut summary: Vec<_> = kept.enumerate().map(|(i, kind)| line(&kind.key, 100 + i as i64)).collect();
        assert_eq!(complete_at(&summary), Some(Moment::from_micros(100)));
        summary[0].complete_at = None;
        assert_eq!(complete_at(&summary), None);
    }
}
