//! Judges each step by what it changed.

use super::transaction::due;
use super::{Dispatch, Moment, Times, made};
use crate::invariant::Invariant;

/// Notes in `after` what this step broke.
pub(super) fn observe(model: &Dispatch, before: &Moment, after: &mut Moment) {
    let mut faults = after.faults;
    let counts = || before.made.iter().zip(&after.made).enumerate();
    let fresh: Times = counts().filter(|(_, (was, is))| is > was).map(|(time, _)| 1 << time).sum();
    faults.note(after.made.iter().any(|count| *count > 1), Invariant::I5);
    faults.note(after.base < before.base, Invariant::T1);
    faults.note(fresh != after.ledger & !before.ledger, Invariant::T2);
    faults.note(fresh != 0 && !before.enabled, Invariant::T7);
    faults.note(fresh & up_to(before.edited) != 0, Invariant::T7);
    faults.note(fresh & up_to(before.base) != 0, Invariant::T8);
    let quiet = after.enabled && after.transactions.iter().all(Option::is_none) && due(model, after) == 0;
    faults.note(quiet && after.owed & up_to(after.now) & !made(after) != 0, Invariant::T1);
    after.faults = faults;
}

/// The times up to that one.
fn up_to(last: u8) -> Times {
    (1..=last).map(|time| 1 << time).sum()
}
