//! Depth costs memory and no stack.

use std::thread;

use model::diff::{Effect, MOST_CHANGES, compare, patch, pointer_before};
use model::json::Json;
use model::resource_types;

/// A value at the bottom of so many objects and lists.
fn deep(depth: usize, value: i64) -> Json {
    (0..depth).fold(Json::int(value), |inner, n| {
        if n.is_multiple_of(2) { Json::from([("d", inner)]) } else { Json::Array(vec![Json::Null, inner]) }
    })
}

fn within<T: Send>(stack: usize, work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| thread::Builder::new().stack_size(stack).spawn_scoped(scope, work).unwrap().join().unwrap())
}

#[test]
fn what_changed_at_the_bottom_is_found_however_deep_it_is() {
    // Making and dropping such a value takes stack, comparing it does not.
    within(256 << 20, || {
        for depth in [30, 200, 3_000] {
            let kind = resource_types::find("settings_catalog_policy");
            let (a, b) = (Json::from([("x", deep(depth, 1))]), Json::from([("x", deep(depth, 2))]));
            within(256 << 10, || {
                for kind in [None, kind] {
                    let found = compare(kind, &a, &b, MOST_CHANGES);
                    assert_eq!(found.total, 1);
                    assert!(matches!(found.changes[0].effect, Effect::Changed(..)));
                    assert_eq!(pointer_before(&found.changes[0].path).unwrap().matches('/').count(), depth + 1);
                    assert!(compare(kind, &a, &a, MOST_CHANGES).is_empty());
                }
                assert_eq!(patch(&a, &b).operations.len(), 1);
            });
        }
    });
}

#[test]
fn nothing_deeper_than_can_be_stored_is_left_out() {
    // What the reader of JSON refuses is never stored, so that there is nothing to compare beyond it.
    let text = |value: i64| deep(model::json::MAX_DEPTH - 1, value).to_text();
    let read = |value: i64| Json::parse(format!("[{}]", text(value)).as_bytes()).unwrap();
    assert_eq!(compare(None, &read(1), &read(2), MOST_CHANGES).total, 1);
}
