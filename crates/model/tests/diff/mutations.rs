//! What holds for every object and every single change.

use model::diff::{Effect, MOST_CHANGES, compare, patch, pointer_after, pointer_before};
use model::json::Json;
use proptest::prelude::*;

use crate::apply::{apply, at};
use crate::mutate::{Done, any_object, mutate};

/// The place without its last step.
fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_differs_from_itself(object in any_object()) {
        prop_assert!(compare(None, &object, &object.clone(), MOST_CHANGES).is_empty());
        prop_assert!(patch(&object, &object).operations.is_empty());
        prop_assert!(compare(None, &object, &object.clone().sorted(), MOST_CHANGES).is_empty(), "the order of names means nothing");
    }

    #[test]
    fn every_single_change_is_told_once_at_its_place(object in any_object(), kind in 0_usize..5, pick: usize, inside: usize) {
        let Some((changed, done)) = mutate(&object, kind, pick, inside) else { return Ok(()) };
        let found = compare(None, &object, &changed, MOST_CHANGES);
        prop_assert_eq!(found.total, 1, "{:?}: {:?}", done, found.changes);
        let change = &found.changes[0];
        match (&done, change.effect) {
            (Done::Changed(place), Effect::Changed(old, new)) => {
                prop_assert_eq!(pointer_before(&change.path), Some(place.clone()));
                prop_assert_eq!((Some(old), Some(new)), (at(&object, place), at(&changed, place)));
            }
            // Among equal elements nobody can say which one came or went.
            (Done::Added(place), Effect::Added(value)) => {
                let told = pointer_after(&change.path).unwrap();
                prop_assert_eq!(parent(&told), parent(place));
                prop_assert_eq!((Some(value), at(&changed, &told)), (at(&changed, place), Some(value)));
            }
            (Done::Removed(place, gone), Effect::Removed(value)) => {
                let told = pointer_before(&change.path).unwrap();
                prop_assert_eq!(parent(&told), parent(place));
                prop_assert_eq!((value, at(&object, &told)), (gone, Some(value)));
            }
            other => prop_assert!(false, "{other:?}"),
        }
        // And the other way round.
        prop_assert_eq!(compare(None, &changed, &object, MOST_CHANGES).total, 1);
    }

    #[test]
    fn a_patch_makes_the_one_the_other(a in any_object(), b in any_object()) {
        for (from, to) in [(&a, &b), (&b, &a)] {
            let operations = patch(from, to).operations;
            prop_assert_eq!(apply(from, &operations).sorted().to_text(), to.clone().sorted().to_text());
            let told = compare(None, from, to, MOST_CHANGES);
            prop_assert_eq!(told.is_empty(), operations.is_empty());
            prop_assert_eq!(told.by_area.iter().sum::<usize>(), told.total);
        }
    }

    #[test]
    fn a_patch_of_a_single_change_is_one_operation(object in any_object(), kind in 0_usize..5, pick: usize, inside: usize) {
        let Some((changed, done)) = mutate(&object, kind, pick, inside) else { return Ok(()) };
        let operations = patch(&object, &changed).operations;
        prop_assert_eq!(operations.len(), 1, "{:?}: {:?}", done, operations);
        prop_assert_eq!(apply(&object, &operations).sorted(), changed.sorted());
    }

    #[test]
    fn places_lead_to_what_is_told(a in any_object(), b in any_object()) {
        for change in &compare(None, &a, &b, MOST_CHANGES).changes {
            let (before, after) = (pointer_before(&change.path), pointer_after(&change.path));
            prop_assert_eq!(before.as_ref().and_then(|place| at(&a, place)), change.effect.before());
            let there = after.as_ref().and_then(|place| at(&b, place));
            // An element that moved is told as it was before.
            if !matches!(change.effect, Effect::Moved(_)) {
                prop_assert_eq!(there, change.effect.after());
            }
        }
    }
}

#[test]
fn changes_beyond_the_limit_are_counted() {
    let many = |value: i64| Json::Object((0..5_000).map(|n| (format!("p{n:04}"), Json::int(value))).collect());
    let (a, b) = (many(1), many(2));
    let found = compare(None, &a, &b, MOST_CHANGES);
    assert_eq!((found.changes.len(), found.total, found.more()), (2_000, 5_000, 3_000));
    assert_eq!(pointer_before(&found.changes[1_999].path).as_deref(), Some("/p1999"), "in the order of the object");
}
