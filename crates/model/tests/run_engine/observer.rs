//! Judges each step by what it changed, and not by the rules that the protocol keeps: a breach is seen whatever caused it.

use model::run::{Outcome, Status, may_move};

use crate::invariant::{Faults, Invariant};
use crate::people::{self, Answer, Asking, Cancel};
use crate::process::Step;
use crate::row::{GRACE, Row};
use crate::scope::Scope;
use crate::state::{Action, State};

/// Notes in `after` what this step broke.
pub(crate) fn observe(scope: &Scope, before: &State, action: Action, after: &mut State) {
    let mut faults = after.faults;
    for (run, row) in after.runs.iter().enumerate() {
        match before.runs.get(run) {
            Some(was) if was == row => {}
            Some(was) => {
                change(&mut faults, action, was, row);
                writer(&mut faults, scope, before, action, run, row);
            }
            None => faults.note(!may_move(None, (row.status, row.outcome)), Invariant::S1),
        }
        row_alone(&mut faults, scope, after, row);
    }
    let active = after.runs.iter().filter(|row| row.is_active()).count();
    faults.note(active > 1, Invariant::I1);
    answers(&mut faults, before, action, after);
    still_cancellable(&mut faults, scope, after);
    if action == Action::Tick {
        unrenewed(&mut faults, before, after);
    }
    after.faults = faults;
}

/// What a row may become, whoever changed it.
fn change(faults: &mut Faults, action: Action, was: &Row, row: &Row) {
    let moved = (was.status, was.outcome) != (row.status, row.outcome);
    faults.note(moved && !may_move(Some(was.status), (row.status, row.outcome)), Invariant::S1);
    let over = was.status == Status::Completed;
    faults.note(over && (moved || was.figures != row.figures || row.endings > 1), Invariant::L4);
    faults.note(was.outcome == Outcome::Cancelled && row.status != Status::Completed, Invariant::C1);
    let claimed = row.claims > was.claims;
    faults.note(claimed && was.status != Status::Queued, Invariant::L1);
    faults.note(row.token < was.token || (claimed && row.token <= was.highest), Invariant::L2);
    let handed_back = matches!(action, Action::Process(_, Step::HandBack(_)));
    faults.note(row.attempt < was.attempt && !handed_back, Invariant::R4);
    faults.note(row.pruned && was.status != Status::Completed, Invariant::V4);
}

/// Who may change a row: known by the claim that an attempt really comes from, whatever token it shows.
fn writer(faults: &mut Faults, scope: &Scope, before: &State, action: Action, run: usize, row: &Row) {
    let was = &before.runs[run];
    let holds = was.status == Status::Running && !was.pruned;
    match action {
        Action::Process(who, Step::Checkpoint(slot) | Step::Finish(slot, _) | Step::Retry(slot) | Step::HandBack(slot)) => {
            let own = before.processes[who].attempts[slot].is_some_and(|attempt| attempt.claim == was.claims);
            faults.note(!(own && holds), Invariant::L3);
        }
        Action::Process(who, Step::Beat) => {
            let own = |attempt: &crate::process::Attempt| attempt.run == run && attempt.claim == was.claims;
            faults.note(!(before.processes[who].attempts.iter().flatten().any(own) && holds), Invariant::L3);
        }
        Action::Process(who, Step::Take) => {
            let paused = before.processes[who].chosen.is_some_and(|chosen| chosen.paused);
            faults.note(paused && row.claims > was.claims, Invariant::C4);
        }
        Action::Act(who) => {
            let seen = before.sweepers[who].list[0];
            faults.note(seen.token != was.token, Invariant::R6);
            let overdue = scope.deadline && was.deadline < -GRACE;
            faults.note(was.status == Status::Running && was.lease >= 0 && !overdue, Invariant::R2);
        }
        _ => {}
    }
}

/// What must hold of a row at any moment. The first sweeper lives: whatever it sees to is seen to before the next tick.
fn row_alone(faults: &mut Faults, scope: &Scope, state: &State, row: &Row) {
    faults.note((row.outcome == Outcome::Pending) != (row.status != Status::Completed), Invariant::S2);
    faults.note(row.attempt > scope.max_attempts, Invariant::R4);
    faults.note(row.cancel && row.status == Status::Queued, Invariant::C2);
    if row.pruned {
        return;
    }
    faults.note(row.status == Status::Running && row.lease < -1, Invariant::R1);
    faults.note(row.status == Status::Running && row.deadline < -GRACE - 1, Invariant::R3);
    faults.note(row.status == Status::Queued && row.wait < -1 && !state.paused, Invariant::R7);
}

/// A start names a run that is queued or running when it says so, and none that was over when it began.
fn answers(faults: &mut Faults, before: &State, action: Action, after: &State) {
    if let (Action::Start(who), Asking::Rest(Some(Answer::Deduplicated(run)))) = (action, answer(after, action)) {
        faults.note(!before.runs[run].is_active(), Invariant::I2);
        faults.note(after.starters[who].over.contains(&run), Invariant::I3);
    }
    if let (Action::Cancel(run), Cancel::ToldOver(_)) = (action, after.cancel) {
        faults.note(after.runs[run].status != Status::Completed, Invariant::C1);
    }
}

fn answer(after: &State, action: Action) -> Asking {
    match action {
        Action::Start(who) => after.starters[who].asking,
        _ => Asking::Rest(None),
    }
}

/// Whoever holds a run that was asked to stop, and whether anybody does: forcing ends it.
fn still_cancellable(faults: &mut Faults, scope: &Scope, state: &State) {
    let asked = |run: &usize| people::may_force(&state.runs[*run]);
    let stuck = (0..state.runs.len()).filter(asked).any(|run| !people::force_ends(state, scope, run));
    faults.note(stuck, Invariant::C3);
}

/// No lease ends whose process was never stopped and whose handler is still at work.
fn unrenewed(faults: &mut Faults, before: &State, after: &State) {
    for (run, row) in after.runs.iter().enumerate().filter(|(_, row)| row.status == Status::Running && row.lease == -1) {
        let at_work = |attempt: &crate::process::Attempt| attempt.run == run && attempt.claim == row.claims && attempt.steady;
        let mut attempts =
            before.processes.iter().filter(|process| !process.frozen).flat_map(|process| process.attempts.iter().flatten());
        faults.note(attempts.any(at_work), Invariant::R2);
    }
}
