//! The firing of one schedule that is due at every tick: dispatchers that crash between any two steps, people who edit it and switch
//! it off and on, a clock that steps back, and retention.

mod observer;
mod transaction;

use stateright::{Model, Property};

use crate::invariant::{Faults, never_broken};
use transaction::Transaction;

/// Intended fire times as a set: bit n is the time n.
pub(crate) type Times = u16;

/// Rules of the dispatcher that a check can leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The run is made in one transaction, and its fire recorded in a second one.
    RunsBeforeFires,
    /// The fire is recorded in one transaction, and its run made in a second one.
    FiresBeforeRuns,
    /// The schedule is read without locking its row.
    NoLock,
    /// Runs are made whether or not the ledger has the fire already.
    LedgerIsNotAsked,
    /// The ledger's entry goes with its run.
    LedgerGoesWithRuns,
    /// Whether a fire is due is asked of the clock alone, not of the last fire.
    ClockAloneDecides,
    /// An edit begins at the beginning of the schedule.
    EditStartsOver,
    /// An edit begins at what the clock says, also when that is before the last fire.
    EditTrustsClock,
    /// The dispatcher does not look whether the schedule is switched on.
    SwitchIsNotAsked,
}

/// The bounds of a check, and what is left out.
#[derive(Debug, Clone)]
pub(crate) struct Dispatch {
    pub(crate) flaws: &'static [Flaw],
    pub(crate) dispatchers: usize,
    /// The last time.
    pub(crate) until: u8,
    pub(crate) budget: Budget,
}

/// How often something may happen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) crashes: u8,
    pub(crate) edits: u8,
    pub(crate) switches: u8,
    pub(crate) steps_back: u8,
    pub(crate) prunes: u8,
}

/// A moment of a history. What is here is committed, but for the transactions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    pub(crate) now: u8,
    pub(crate) enabled: bool,
    /// `last_fired_at`, or the edit before which nothing is due.
    pub(crate) base: u8,
    /// `schedule_fires`.
    pub(crate) ledger: Times,
    /// Runs that are still there.
    pub(crate) runs: Times,
    /// Who holds the lock of the schedule's row.
    pub(crate) lock: Option<usize>,
    pub(crate) transactions: Vec<Option<Transaction>>,
    pub(crate) budget: Budget,
    /// Known to the observer alone: how many runs were ever made for each time, what is owed, and the last edit.
    pub(crate) made: Vec<u8>,
    pub(crate) owed: Times,
    pub(crate) edited: u8,
    pub(crate) faults: Faults,
}

/// Who does what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Deed {
    Tick,
    /// The clock steps back to that time.
    StepBack(u8),
    /// The next step of a dispatcher: begin and read; fires; runs; `last_fired_at`; commit.
    Dispatch(usize),
    /// `kill -9`: what was not committed is gone.
    Crash(usize),
    Edit,
    Switch,
    /// Retention removes the run of that time.
    Prune(u8),
}

impl Dispatch {
    /// Two dispatchers, and some of everything.
    pub(crate) const fn with(flaws: &'static [Flaw]) -> Self {
        let budget = Budget { crashes: 2, edits: 1, switches: 2, steps_back: 1, prunes: 1 };
        Self { flaws, dispatchers: 2, until: 3, budget }
    }

    pub(crate) fn lacks(&self, rule: Flaw) -> bool {
        self.flaws.contains(&rule)
    }

    fn apply(&self, state: &mut Moment, deed: Deed) {
        match deed {
            Deed::Tick => {
                state.now += 1;
                state.owed |= if state.enabled && state.now > state.base { 1 << state.now } else { 0 };
            }
            Deed::StepBack(to) => {
                state.budget.steps_back -= 1;
                state.now = to;
            }
            Deed::Dispatch(who) => transaction::step(self, state, who),
            Deed::Crash(who) => {
                state.budget.crashes -= 1;
                state.transactions[who] = None;
                state.lock = state.lock.filter(|holder| *holder != who);
            }
            Deed::Edit => {
                state.budget.edits -= 1;
                self.begin_anew(state);
            }
            Deed::Switch => {
                state.budget.switches -= 1;
                state.enabled = !state.enabled;
                if state.enabled {
                    self.begin_anew(state);
                }
                state.owed &= made(state);
            }
            Deed::Prune(time) => {
                state.budget.prunes -= 1;
                state.runs &= !(1 << time);
                state.ledger &= if self.lacks(Flaw::LedgerGoesWithRuns) { !(1 << time) } else { Times::MAX };
            }
        }
    }

    /// After an edit, and when it is switched on again, nothing of the past is due any more.
    fn begin_anew(&self, state: &mut Moment) {
        state.edited = state.now.max(state.base);
        state.base = match () {
            () if self.lacks(Flaw::EditStartsOver) => 0,
            () if self.lacks(Flaw::EditTrustsClock) => state.now,
            () => state.edited,
        };
        state.owed &= made(state);
    }
}

/// The times for which a run was made.
pub(crate) fn made(state: &Moment) -> Times {
    (0..).zip(&state.made).filter(|(_, count)| **count > 0).map(|(time, _): (u32, _)| 1 << time).sum()
}

impl Model for Dispatch {
    type State = Moment;
    type Action = Deed;

    fn init_states(&self) -> Vec<Moment> {
        vec![Moment {
            now: 0,
            enabled: true,
            base: 0,
            ledger: 0,
            runs: 0,
            lock: None,
            transactions: vec![None; self.dispatchers],
            budget: self.budget,
            made: vec![0; usize::from(self.until) + 1],
            owed: 0,
            edited: 0,
            faults: Faults::default(),
        }]
    }

    fn actions(&self, state: &Moment, deeds: &mut Vec<Deed>) {
        if state.now < self.until {
            deeds.push(Deed::Tick);
        }
        if state.budget.steps_back > 0 {
            deeds.extend((0..state.now).map(Deed::StepBack));
        }
        for (who, transaction) in state.transactions.iter().enumerate() {
            if transaction::may_step(self, state, who) {
                deeds.push(Deed::Dispatch(who));
            }
            if transaction.is_some() && state.budget.crashes > 0 {
                deeds.push(Deed::Crash(who));
            }
        }
        // Whoever changes the schedule waits for its row.
        if state.lock.is_none() && state.budget.edits > 0 {
            deeds.push(Deed::Edit);
        }
        if state.lock.is_none() && state.budget.switches > 0 {
            deeds.push(Deed::Switch);
        }
        if state.budget.prunes > 0 {
            deeds.extend((0..=self.until).filter(|time| state.runs & (1 << time) != 0).map(Deed::Prune));
        }
    }

    fn next_state(&self, before: &Moment, deed: Deed) -> Option<Moment> {
        let mut after = before.clone();
        self.apply(&mut after, deed);
        observer::observe(self, before, &mut after);
        (after != *before).then_some(after)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = Vec::from(never_broken!(Dispatch:
            I5 "at most one run ever for a fire time",
            T1 "every fire that is due has its run once all is quiet, and the last fire never moves back",
            T2 "no fire without its run and no run without its fire, after any transaction",
            T7 "nothing that was before an edit is fired after it, and nothing while switched off",
            T8 "nothing is fired at or before the last fire, whatever the clock does",
        ));
        properties.push(Property::sometimes("met: a pruned run of a fire", |_, state: &Moment| state.ledger & !state.runs != 0));
        properties.push(Property::sometimes("met: a clock before the last fire", |_, state: &Moment| state.now < state.base));
        properties.push(Property::sometimes("met: everything was fired", |model: &Self, state: &Moment| {
            state.ledger.count_ones() == u32::from(model.until)
        }));
        properties
    }
}
