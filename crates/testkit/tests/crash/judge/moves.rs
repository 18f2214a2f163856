//! Every move, item and event, judged as it happened.

use std::collections::{BTreeMap, BTreeSet};

use model::run::{Outcome, Status, may_move};

use super::Figures;
use crate::recorder::Seen;

fn status(text: &str) -> Option<(Status, Outcome)> {
    let (status, outcome) = text.split_once('/')?;
    Some((Status::from_code(status), Outcome::from_code(outcome)))
}

/// Every move, item and event as it happened.
pub(super) fn moves(seen: &[Seen], faults: &mut Vec<String>, figures: &mut Figures) {
    let mut tokens: BTreeMap<&str, i64> = BTreeMap::new();
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    let mut items: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (n, it) in seen.iter().enumerate() {
        let mut fault = |what: &str| {
            let story: Vec<String> =
                seen[..=n].iter().filter(|other| other.run == it.run).map(|other| format!("    {other:?}")).collect();
            faults.push(format!("{what}: {it:?}\n{}", story.join("\n")));
        };
        match it.what.as_str() {
            "run" => {
                let (from, to) = (status(&it.was), status(&it.is));
                let before = tokens.insert(&it.run, it.token).unwrap_or(0);
                let claimed = to.is_some_and(|to| to.0 == Status::Running);
                figures.claims += usize::from(claimed);
                if from == to {
                    fault(if from.is_some_and(|at| at.0 == Status::Completed) {
                        "L4: changed after its end"
                    } else {
                        "L1: a claim of a run that is held"
                    });
                } else if !to.is_some_and(|to| may_move(from.map(|from| from.0), to)) {
                    fault("S1: a move that is not allowed");
                }
                if it.token != before + i64::from(claimed) {
                    fault("L2: the token does not grow by one with each claim, and only then");
                }
                if to.is_some_and(|to| to.0 == Status::Completed) {
                    *ends.entry(&it.run).or_default() += 1;
                }
            }
            "item" => {
                if it.was != "running" {
                    fault("L3: an item of a run that nobody holds");
                }
                if it.more.split_once(' ').is_none_or(|(run, item)| run != item) {
                    fault("L3: an item of an attempt that is over");
                }
                if !items.insert((&it.run, &it.is)) {
                    fault("S5: an item recorded twice");
                }
            }
            "event" => {
                figures.rescues += usize::from(it.is == "lease_lost");
                figures.hand_backs += usize::from(it.is == "handed_back");
                if it.was == "completed" && it.is != "completed" {
                    fault("L3: an event after the end");
                }
                if it.is == "completed" && it.was != "completed" {
                    fault("L4: told as over while it was not");
                }
            }
            _ => fault("T1: the last fire moved back"),
        }
    }
    for (run, count) in ends.iter().filter(|(_, count)| **count != 1) {
        faults.push(format!("L4: {count} ends of run {run}"));
    }
    for run in tokens.keys() {
        let told = seen.iter().filter(|it| it.what == "event" && it.run == *run && it.is == "completed").count();
        if told != 1 {
            faults.push(format!("L4: {told} events tell the end of run {run}"));
        }
    }
}
