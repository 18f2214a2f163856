//! A process that works: it claims, renews leases, runs handlers, and may be stopped, go on, or die at any step.

use model::run::{Outcome, Status};

use crate::row::Row;
use crate::scope::{Broken, Scope};
use crate::state::State;

/// What a handler was told by a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stop {
    LeaseLost,
    Cancel,
    Overdue,
}

/// A handler at work. It hangs for as long as none of its steps is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    pub(crate) run: usize,
    pub(crate) token: u8,
    pub(crate) told: Option<Stop>,
    /// Known to the observer alone: which claim of the run it comes from, and whether its process was never stopped since.
    pub(crate) claim: u8,
    pub(crate) steady: bool,
}

/// A run that the first statement of a claim chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Chosen {
    pub(crate) run: usize,
    /// Known to the observer alone: whether the type was paused when it was chosen.
    pub(crate) paused: bool,
}

/// A process that works.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Process {
    pub(crate) frozen: bool,
    pub(crate) chosen: Option<Chosen>,
    pub(crate) attempts: [Option<Attempt>; 2],
    /// The leases that it renews: run and token, one entry for each run.
    pub(crate) leases: Vec<(usize, u8)>,
}

/// A step of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// `claim`, first statement: reads the queue.
    Choose(usize),
    /// `claim`, second statement: leases what was chosen.
    Take,
    /// `heartbeat`.
    Beat,
    /// The handler in that slot comes to a checkpoint: it reports, or heeds what it was told.
    Checkpoint(usize),
    /// The handler in that slot is done.
    Finish(usize, Outcome),
    /// The handler in that slot failed in a way that is worth another attempt.
    Retry(usize),
    /// The process ends in order and gives back what the handler in that slot was at; the attempt does not count.
    HandBack(usize),
    Freeze,
    Thaw,
    Crash,
}

impl Process {
    /// Whether a lease is about to end that this process is going to renew first, because it lives.
    pub(crate) fn must_beat(&self, runs: &[Row]) -> bool {
        let due = |(run, token): &(usize, u8)| runs[*run].is_held_under(*token) && runs[*run].lease == 0;
        !self.frozen && self.leases.iter().any(due)
    }

    /// The steps that it may take.
    pub(crate) fn steps(&self, state: &State, scope: &Scope, steps: &mut Vec<Step>) {
        let budget = &state.budget;
        let at_work = !self.leases.is_empty() || self.chosen.is_some() || self.attempts.iter().any(Option::is_some);
        if self.frozen {
            steps.push(Step::Thaw);
            return;
        }
        if at_work && budget.crashes > 0 {
            steps.push(Step::Crash);
        }
        if at_work && budget.freezes > 0 {
            steps.push(Step::Freeze);
        }
        let room = self.attempts.iter().any(Option::is_none);
        if self.chosen.is_some() {
            steps.push(Step::Take);
        } else if room && (!state.paused || scope.lacks(Broken::ClaimForgetsPause)) {
            let queued = |run: &usize| state.runs[*run].status == Status::Queued && !state.runs[*run].pruned;
            steps.extend((0..state.runs.len()).filter(queued).map(Step::Choose));
        }
        if !self.leases.is_empty() {
            steps.push(Step::Beat);
        }
        for (slot, attempt) in self.attempts.iter().enumerate() {
            let Some(attempt) = attempt else { continue };
            steps.push(Step::Checkpoint(slot));
            if attempt.told.is_none() {
                steps.push(Step::Finish(slot, Outcome::Succeeded));
                if budget.retries > 0 {
                    steps.push(Step::Retry(slot));
                }
                if budget.hand_backs > 0 {
                    steps.push(Step::HandBack(slot));
                }
            }
        }
    }
}

/// Takes a step of that process.
pub(crate) fn take(state: &mut State, scope: &Scope, who: usize, step: Step) {
    match step {
        Step::Choose(run) => state.processes[who].chosen = Some(Chosen { run, paused: state.paused }),
        Step::Take => lease(state, scope, who),
        Step::Beat => beat(state, who),
        Step::Checkpoint(slot) => checkpoint(state, scope, who, slot),
        Step::Finish(slot, outcome) => finish(state, scope, who, slot, outcome),
        Step::Retry(slot) => {
            state.budget.retries -= 1;
            give_back(state, scope, who, slot, true);
        }
        Step::HandBack(slot) => {
            state.budget.hand_backs -= 1;
            give_back(state, scope, who, slot, false);
        }
        Step::Freeze => {
            state.budget.freezes -= 1;
            let process = &mut state.processes[who];
            process.frozen = true;
            process.attempts.iter_mut().flatten().for_each(|attempt| attempt.steady = false);
        }
        Step::Thaw => state.processes[who].frozen = false,
        Step::Crash => {
            state.budget.crashes -= 1;
            state.processes[who] = Process::default();
        }
    }
}

fn lease(state: &mut State, scope: &Scope, who: usize) {
    let process = &mut state.processes[who];
    let Some(Chosen { run, .. }) = process.chosen.take() else { return };
    let row = &mut state.runs[run];
    if row.pruned || (row.status != Status::Queued && !scope.lacks(Broken::ClaimForgetsQueued)) {
        return;
    }
    row.claim(scope);
    process.leases.retain(|(of, _)| *of != run);
    process.leases.push((run, row.token));
    process.leases.sort_unstable();
    let attempt = Attempt { run, token: row.token, told: None, claim: row.claims, steady: true };
    if let Some(free) = process.attempts.iter_mut().find(|slot| slot.is_none()) {
        *free = Some(attempt);
    }
}

/// Renews each lease under its token, and tells the handlers what it learned.
fn beat(state: &mut State, who: usize) {
    let process = &mut state.processes[who];
    for (run, token) in process.leases.clone() {
        let row = &mut state.runs[run];
        let told = if !row.is_held_under(token) {
            Some(Stop::LeaseLost)
        } else {
            row.lease = crate::row::LEASE;
            if row.deadline < 0 { Some(Stop::Overdue) } else { row.cancel.then_some(Stop::Cancel) }
        };
        let of_lease = |attempt: &&mut Attempt| (attempt.run, attempt.token) == (run, token);
        for attempt in process.attempts.iter_mut().flatten().filter(of_lease) {
            if attempt.told.is_none() || told == Some(Stop::LeaseLost) {
                attempt.told = told.or(attempt.told);
            }
        }
    }
}

fn checkpoint(state: &mut State, scope: &Scope, who: usize, slot: usize) {
    let Some(attempt) = state.processes[who].attempts[slot] else { return };
    match attempt.told {
        Some(Stop::LeaseLost) => release(state, scope, who, slot),
        Some(Stop::Cancel) => finish(state, scope, who, slot, Outcome::Cancelled),
        Some(Stop::Overdue) => finish(state, scope, who, slot, Outcome::Failed),
        None => {
            let row = &mut state.runs[attempt.run];
            let unfenced = scope.lacks(Broken::WritesAreNotFenced) && row.status == Status::Running;
            if row.is_held_under(attempt.token) || unfenced {
                row.figures = attempt.claim;
            } else {
                release(state, scope, who, slot);
            }
        }
    }
}

/// `finish`: whoever is too late changes nothing.
fn finish(state: &mut State, scope: &Scope, who: usize, slot: usize, outcome: Outcome) {
    let Some(attempt) = state.processes[who].attempts[slot] else { return };
    let row = &mut state.runs[attempt.run];
    let late = scope.lacks(Broken::FinishDoesNotExpectRunning) && !row.pruned && row.token == attempt.token;
    if row.is_held_under(attempt.token) || late {
        row.complete(outcome);
    }
    release(state, scope, who, slot);
}

/// `hand_back`: for another attempt if there is one left, and at a shutdown without counting this one.
fn give_back(state: &mut State, scope: &Scope, who: usize, slot: usize, counts: bool) {
    let Some(attempt) = state.processes[who].attempts[slot] else { return };
    let row = &mut state.runs[attempt.run];
    if counts && row.attempt >= scope.max_attempts {
        return finish(state, scope, who, slot, Outcome::Failed);
    }
    if row.is_held_under(attempt.token) {
        row.requeue(scope);
        if row.status == Status::Queued {
            row.attempt -= u8::from(!counts);
            row.token = if scope.lacks(Broken::HandBackResetsToken) { 0 } else { row.token };
        }
    }
    release(state, scope, who, slot);
}

/// The attempt is over, for its process too.
fn release(state: &mut State, scope: &Scope, who: usize, slot: usize) {
    let process = &mut state.processes[who];
    let Some(attempt) = process.attempts[slot].take() else { return };
    let by_run = scope.lacks(Broken::LeasesAreKeptByRun);
    process.leases.retain(|(run, token)| *run != attempt.run || (*token != attempt.token && !by_run));
    process.attempts.sort_unstable_by_key(|attempt| attempt.map_or((usize::MAX, 0), |attempt| (attempt.run, attempt.claim)));
}
