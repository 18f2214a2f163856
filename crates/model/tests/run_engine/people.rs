//! What people and clients do: start, cancel, force. Each statement is a step of its own.

use model::run::{Outcome, Status};

use crate::process::Process;
use crate::row::Row;
use crate::scope::{Broken, Scope};
use crate::state::State;

/// What a start was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Accepted(usize),
    Deduplicated(usize),
}

/// Where a start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asking {
    /// Between two starts, with the last answer.
    Rest(Option<Answer>),
    /// It found no equal run, or met one that ended in between: about to insert.
    Insert,
    /// Its insert met an equal run: about to look which.
    Met,
}

/// Somebody who starts the operation now and then.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Starter {
    pub(crate) asking: Asking,
    /// Starts that are left.
    pub(crate) left: u8,
    /// Known to the observer alone: which runs were over when the start began.
    pub(crate) over: Vec<usize>,
}

/// Where a cancel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cancel {
    /// Nobody cancels.
    None,
    /// The run was not queued: about to ask its worker.
    NotQueued(usize),
    /// The person was told that the run is over already.
    ToldOver(usize),
}

/// The next statement of a start. A crash in between rolls back: it is a start that never goes on.
pub(crate) fn start(state: &mut State, scope: &Scope, who: usize) {
    let active = state.runs.iter().position(Row::is_active);
    let found = if scope.lacks(Broken::StartReusesEnded) { state.runs.iter().rposition(|run| !run.pruned) } else { active };
    // An equal run that nobody picked up in its time is ended in the transaction that inserts.
    let abandoned = |run: &Row| scope.stale && !state.paused && run.status == Status::Queued && run.wait < 0;
    let in_the_way = found.filter(|run| !abandoned(&state.runs[*run]));
    let starter = &mut state.starters[who];
    match (starter.asking, in_the_way) {
        (Asking::Rest(_), found) => {
            starter.left -= 1;
            starter.over = state.runs.iter().enumerate().filter(|(_, run)| !run.is_active()).map(|(run, _)| run).collect();
            starter.asking = found.map_or(Asking::Insert, |run| Asking::Rest(Some(Answer::Deduplicated(run))));
        }
        (Asking::Insert, Some(_)) if !scope.lacks(Broken::StartHasNoIndex) => starter.asking = Asking::Met,
        (Asking::Insert, _) => {
            if let Some(run) = active.filter(|_| in_the_way.is_none()) {
                state.runs[run].complete(Outcome::Failed);
            }
            starter.asking = Asking::Rest(Some(Answer::Accepted(state.runs.len())));
            state.runs.push(Row::new());
        }
        (Asking::Met, Some(run)) => starter.asking = Asking::Rest(Some(Answer::Deduplicated(run))),
        // What it met ended in between: from the beginning, in a new transaction.
        (Asking::Met, None) => starter.asking = Asking::Insert,
    }
}

/// Whether that start can go on within the bound of the check.
pub(crate) fn may_start(state: &State, scope: &Scope, who: usize) -> bool {
    let starter = &state.starters[who];
    match starter.asking {
        Asking::Rest(_) => starter.left > 0,
        Asking::Insert => state.runs.len() < scope.runs || state.runs.iter().any(Row::is_active),
        Asking::Met => true,
    }
}

/// The next statement of a cancel of that run.
pub(crate) fn cancel(state: &mut State, scope: &Scope, run: usize) {
    let row = &mut state.runs[run];
    state.cancel = match (state.cancel, row.status) {
        (Cancel::None, _) => {
            state.budget.cancels -= 1;
            first(row, run)
        }
        (Cancel::NotQueued(_), Status::Running) => {
            row.cancel = true;
            Cancel::None
        }
        // Back in the queue meanwhile: once more from the beginning.
        (Cancel::NotQueued(_), Status::Queued) if !scope.lacks(Broken::CancelLooksOnce) => first(row, run),
        (Cancel::NotQueued(_) | Cancel::ToldOver(_), _) => Cancel::ToldOver(run),
    };
}

/// Ends the run if it is queued.
fn first(row: &mut Row, run: usize) -> Cancel {
    if row.status != Status::Queued {
        return Cancel::NotQueued(run);
    }
    row.complete(Outcome::Cancelled);
    Cancel::None
}

/// Whether forcing that run would do something.
pub(crate) fn may_force(row: &Row) -> bool {
    row.status == Status::Running && !row.pruned && row.cancel
}

/// Whether forcing that run ends it: whoever holds it is not asked.
pub(crate) fn force_ends(state: &State, scope: &Scope, run: usize) -> bool {
    let holds = |process: &Process| !process.frozen && process.leases.contains(&(run, state.runs[run].token));
    may_force(&state.runs[run]) && (!scope.lacks(Broken::ForceWaitsForWorker) || state.processes.iter().any(holds))
}

/// Ends a run that was asked to stop.
pub(crate) fn force(state: &mut State, scope: &Scope, run: usize) {
    if force_ends(state, scope, run) {
        state.runs[run].complete(Outcome::Cancelled);
    }
}
