//! The transaction of a dispatcher, step by step. What it writes is seen by others when it commits, and never when it crashes.

use super::{Dispatch, Flaw, Moment, Times};

/// What the next step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Next {
    Fires,
    Runs,
    Move,
    Commit,
}

/// What a dispatcher has read, and has written but not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Transaction {
    next: Next,
    due: Times,
    fires: Times,
    runs: Times,
    base: u8,
}

/// The times after `base` up to `now`.
fn between(base: u8, now: u8) -> Times {
    (base + 1..=now).map(|time| 1 << time).sum()
}

/// What a dispatcher that looks at the schedule now would fire.
pub(super) fn due(model: &Dispatch, state: &Moment) -> Times {
    match () {
        () if !state.enabled && !model.lacks(Flaw::SwitchIsNotAsked) => 0,
        () if model.lacks(Flaw::ClockAloneDecides) => Times::from(state.now > 0) << state.now,
        () => between(state.base, state.now),
    }
}

/// Whether that dispatcher has something to do, and need not wait for another one.
pub(super) fn may_step(model: &Dispatch, state: &Moment, who: usize) -> bool {
    let Some(own) = &state.transactions[who] else {
        let unlocked = state.lock.is_none() || model.lacks(Flaw::NoLock);
        // One that goes by the clock alone comes back for nothing; within the bound only while its fire is not recorded.
        let due = due(model, state);
        return unlocked && due != 0 && (!model.lacks(Flaw::ClockAloneDecides) || due & !state.ledger != 0);
    };
    // Two inserts of one key: the later one waits for the earlier one's end.
    let others = state.transactions.iter().enumerate().filter(|(other, _)| *other != who).filter_map(|(_, other)| other.as_ref());
    let waits = own.next == Next::Fires && others.into_iter().any(|other| other.fires & own.due != 0);
    !waits || model.lacks(Flaw::LedgerIsNotAsked)
}

/// The next step of that dispatcher.
pub(super) fn step(model: &Dispatch, state: &mut Moment, who: usize) {
    let Some(mut own) = state.transactions[who] else {
        let due = due(model, state);
        let next = if model.lacks(Flaw::RunsBeforeFires) { Next::Runs } else { Next::Fires };
        state.transactions[who] = Some(Transaction { next, due, fires: 0, runs: 0, base: 0 });
        state.lock = if model.lacks(Flaw::NoLock) { state.lock } else { Some(who) };
        return;
    };
    let new = if model.lacks(Flaw::LedgerIsNotAsked) { own.due } else { own.due & !state.ledger };
    match own.next {
        Next::Fires => {
            own.fires = new;
            own.next = if model.lacks(Flaw::RunsBeforeFires) { Next::Move } else { Next::Runs };
            if model.lacks(Flaw::FiresBeforeRuns) {
                state.ledger |= own.fires;
            }
        }
        Next::Runs => {
            own.runs = if model.lacks(Flaw::RunsBeforeFires) { new } else { own.fires };
            own.next = if model.lacks(Flaw::RunsBeforeFires) { Next::Fires } else { Next::Move };
            if model.lacks(Flaw::RunsBeforeFires) {
                make(state, own.runs);
                own.runs = 0;
            }
        }
        Next::Move => {
            let last = Times::BITS - 1 - own.due.leading_zeros();
            (own.base, own.next) = (u8::try_from(last).unwrap_or(u8::MAX), Next::Commit);
        }
        Next::Commit => {
            state.ledger |= own.fires;
            make(state, own.runs);
            state.base = own.base;
            state.lock = state.lock.filter(|holder| *holder != who);
            state.transactions[who] = None;
            return;
        }
    }
    state.transactions[who] = Some(own);
}

fn make(state: &mut Moment, runs: Times) {
    state.runs |= runs;
    for (time, count) in state.made.iter_mut().enumerate() {
        *count += u8::from(runs & (1 << time) != 0);
    }
}
