//! Runs checks and says how much they looked at.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

use stateright::{Checker as _, HasDiscoveries, Model, Property};

/// Looks at every state that can be reached, and asserts that every property holds.
pub(crate) fn holds_everywhere<M>(name: &str, model: M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let began = Instant::now();
    let checker = model.checker().threads(2).spawn_bfs().join();
    let (states, depth, took) = (checker.unique_state_count(), checker.max_depth(), began.elapsed());
    println!("{name}: {states} states, up to {depth} steps, in {took:.1?}");
    checker.assert_properties();
}

/// Looks at every state that can be reached, and asserts that the property of that invariant holds, whatever else is broken.
pub(crate) fn never_breaks<M>(name: &str, model: M, invariant: &str)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let wanted = named(&model, invariant).name;
    let checker = model.checker().threads(2).finish_when(only(wanted)).spawn_bfs().join();
    println!("{name}: {wanted:?} holds in {} states", checker.unique_state_count());
    assert!(checker.is_done());
    checker.assert_no_discovery(wanted);
}

/// Asserts that a history is found which breaks the property of that invariant, and prints it.
pub(crate) fn is_caught<M>(name: &str, model: M, by: &str)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let property = named(&model, by);
    // One thread: the history that is found is then always the same.
    let checker = model.checker().finish_when(only(property.name)).spawn_bfs().join();
    let states = checker.unique_state_count();
    let Some(history) = checker.discovery(property.name) else {
        panic!("{name}: {states} states, and nothing breaks {:?}", property.name);
    };
    println!("{name}: caught by {:?} after {states} states:", property.name);
    // Up to the step that breaks it: the checker may have gone on a little.
    let steps = history.into_vec().into_iter().take_while(|(state, _)| (property.condition)(checker.model(), state));
    for (i, action) in steps.filter_map(|(_, action)| action).enumerate() {
        println!("  {:>2}. {action:?}", i + 1);
    }
}

fn only(property: &'static str) -> HasDiscoveries {
    HasDiscoveries::AllOf(BTreeSet::from([property]))
}

fn named<M: Model>(model: &M, invariant: &str) -> Property<M> {
    let found = model.properties().into_iter().find(|property| property.name.starts_with(&format!("{invariant}:")));
    found.unwrap_or_else(|| panic!("no property is named after {invariant}"))
}
