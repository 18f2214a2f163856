//! Since when everything of a tenant is known.

use model::coverage::{TypeCoverage, TypeState};
use model::resource_types;
use model::time::Moment;

/// The moment for which everything is known: the oldest of the complete lists of all kept types; `None` while one was never listed
/// completely. A type of whose service the tenant has no licence keeps nothing from being known.
pub(super) fn complete_at(coverage: &[TypeCoverage]) -> Option<Moment> {
    let of = |key: &str| coverage.iter().find(|line| line.resource_type == key);
    let kept = resource_types::all().iter().filter(|kind| kind.in_inventory());
    let licensed = kept.map(|kind| of(&kind.key)).filter(|line| line.is_none_or(|line| line.state != TypeState::NotLicensed));
    licensed.map(|line| line?.complete_at).collect::<Option<Vec<Moment>>>()?.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unread_type_means_that_not_everything_is_known() {
        let line = |key: &str, at| TypeCoverage {
            resource_type: key.to_owned(),
            state: TypeState::Complete,
            failure_code: None,
            attempted_at: Moment::from_micros(at),
            complete_at: Some(Moment::from_micros(at)),
            complete_run_id: None,
            verified_at: None,
            objects: 0,
            pages: 1,
        };
        let kept = resource_types::all().iter().filter(|kind| kind.in_inventory());
        let mut coverage: Vec<_> = kept.enumerate().map(|(i, kind)| line(&kind.key, 100 + i as i64)).collect();
        assert_eq!(complete_at(&coverage), Some(Moment::from_micros(100)));
        coverage[0].complete_at = None;
        assert_eq!(complete_at(&coverage), None);
        coverage[0].state = TypeState::NotLicensed;
        assert_eq!(complete_at(&coverage), Some(Moment::from_micros(101)));
        assert_eq!(complete_at(&coverage[2..]), None);
    }
}
