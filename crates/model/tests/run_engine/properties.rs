//! What a check asks of every state, named after the invariants, and what it must have come across to be worth anything.

use model::run::{Outcome, Status};
use stateright::Property;

use crate::invariant::never_broken;
use crate::people::Asking;
use crate::scope::Scope;
use crate::state::{Engine, State};

/// The properties that a check of that scope asks for.
pub(crate) fn of(scope: &Scope) -> Vec<Property<Engine>> {
    let mut properties = Vec::from(never_broken!(Engine:
        I1 "at most one active run of an identity",
        I2 "a start that loses names the winner",
        I3 "a start never names a run that was over before",
        L1 "only a queued run is claimed",
        L2 "the token grows with every claim and never falls",
        L3 "an attempt that lost its lease changes nothing",
        L4 "a completed run never changes",
        S1 "only allowed moves",
        S2 "pending until completed, and not after",
        C1 "a run cancelled while queued never runs, and nobody is told over who is not",
        C2 "a run that was asked to stop is not tried again",
        C3 "forcing ends a run whoever holds it",
        C4 "nothing is chosen while paused",
        R1 "no run stays running beyond lease and sweep",
        R2 "a run whose worker lives is not taken away before its deadline",
        R3 "a handler that hangs is ended at its deadline",
        R4 "a crash uses an attempt, and attempts run out",
        R6 "a sweeper changes only what is as it saw it",
        R7 "nobody's run waits beyond its start deadline",
        V4 "retention takes only what is over",
    ));
    let mut met = |of_interest: bool, name, when: fn(&Engine, &State) -> bool| {
        if of_interest {
            properties.push(Property::sometimes(name, when));
        }
    };
    let budget = &scope.budget;
    met(scope.starters == 0, "met: a run ended by its handler", |_, s| ended(s, Outcome::Succeeded));
    met(budget.freezes > 0, "met: a worker goes on while its successor holds the run", |_, s| {
        let late = |attempt: &crate::process::Attempt| s.runs[attempt.run].claims > attempt.claim;
        let running = s.runs.iter().any(|row| row.status == Status::Running);
        running && s.processes.iter().any(|p| !p.frozen && p.attempts.iter().flatten().any(late))
    });
    met(budget.freezes > 0, "met: one process holds two attempts of a run", |_, s| {
        s.processes.iter().any(|process| process.attempts.iter().all(Option::is_some))
    });
    met(budget.crashes > 0 && scope.max_attempts <= budget.crashes + budget.freezes, "met: attempts ran out", |_, s| {
        ended(s, Outcome::Failed)
    });
    met(budget.forces > 0, "met: a forced run has a worker left", |_, s| {
        let left = |p: &crate::process::Process| p.attempts.iter().flatten().any(|a| s.runs[a.run].outcome == Outcome::Cancelled);
        s.budget.forces == 0 && s.processes.iter().any(left)
    });
    met(budget.slow_sweeps > 0, "met: a sweeper acts on what is no longer so", |_, s| {
        let old = |seen: &crate::sweeper::Seen| s.runs[seen.run].token != seen.token;
        s.sweepers.iter().any(|sweeper| sweeper.list.iter().any(old))
    });
    met(scope.starters > 1, "met: two starts at once", |_, s| s.starters.iter().any(|starter| starter.asking == Asking::Met));
    met(scope.stale, "met: a run that nobody picked up", |_, s| {
        s.runs.iter().any(|row| row.outcome == Outcome::Failed && row.claims == 0)
    });
    met(scope.deadline, "met: a run past its deadline", |_, s| s.runs.iter().any(|row| row.deadline < 0));
    properties
}

fn ended(state: &State, outcome: Outcome) -> bool {
    state.runs.iter().any(|row| row.outcome == outcome)
}
