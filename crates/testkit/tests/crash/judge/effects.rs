//! What runs did outside of the database, held against what they recorded.

use std::collections::{BTreeMap, BTreeSet};

use crate::recorder::Seen;
use crate::scene::Scene;

/// S5: what is recorded was done, and an attempt leaves at most one item done that it did not record.
pub(super) fn effects(scene: &Scene, seen: &[Seen], faults: &mut Vec<String>) {
    let text = std::fs::read_to_string(scene.effects()).unwrap_or_default();
    let mut done: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut by_attempt: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [run, item, token] = parts[..] else {
            faults.push(format!("an effect that nobody writes: {line}"));
            continue;
        };
        *done.entry((run, item)).or_default() += 1;
        if !by_attempt.entry((run, token)).or_default().insert(item) {
            faults.push(format!("S5: one attempt did an item twice: {line}"));
        }
    }
    let recorded: BTreeSet<(&str, &str)> =
        seen.iter().filter(|it| it.what == "item").map(|it| (it.run.as_str(), it.is.as_str())).collect();
    let own: BTreeSet<&str> = done.keys().map(|(run, _)| *run).collect();
    for (run, item) in recorded.iter().filter(|it| own.contains(it.0) && !done.contains_key(*it)) {
        faults.push(format!("S5: {item} of run {run} is recorded and was not done"));
    }
    for it in seen.iter().filter(|it| it.what == "item" && own.contains(it.run.as_str())) {
        let token = it.token.to_string();
        if !by_attempt.get(&(it.run.as_str(), token.as_str())).is_some_and(|items| items.contains(it.is.as_str())) {
            faults.push(format!("L3: recorded under a token whose attempt did not do it: {it:?}"));
        }
    }
    for run in own {
        let all: usize = done.iter().filter(|(of, _)| of.0 == run).map(|(_, count)| count).sum();
        let kept = recorded.iter().filter(|it| it.0 == run).count();
        let claims = seen.iter().filter(|it| it.what == "run" && it.run == run && it.is.starts_with("running/")).count();
        if all > kept + claims {
            faults.push(format!("S5: run {run} did {all} items, recorded {kept} and had {claims} attempts"));
        }
    }
}
