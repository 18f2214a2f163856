//! The rescue: it looks, and then changes row by row what it saw, each guarded by what was seen.

use model::run::{Outcome, Status};

use crate::row::{GRACE, Row, WAIT};
use crate::scope::{Broken, Scope};
use crate::state::State;

/// Why a row is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Why {
    Lost,
    Overdue,
    Stale,
}

/// A row as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    pub(crate) run: usize,
    pub(crate) token: u8,
    pub(crate) attempt: u8,
    pub(crate) why: Why,
}

/// A loop that sweeps. The first one keeps its time; a second one may take as long as it likes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Sweeper {
    pub(crate) due: bool,
    pub(crate) list: Vec<Seen>,
}

impl Sweeper {
    /// Whether it is not done with its sweep.
    pub(crate) fn is_busy(&self) -> bool {
        self.due || !self.list.is_empty()
    }
}

/// Reads what is lost, overdue and stale. What is held back has its start deadline put off first.
pub(crate) fn look(state: &mut State, scope: &Scope, who: usize) {
    let held_back = state.paused;
    let mut list = Vec::new();
    for (run, row) in state.runs.iter_mut().enumerate() {
        if scope.stale && held_back && row.status == Status::Queued {
            row.wait = WAIT;
        }
        let seen = |why| Seen { run, token: row.token, attempt: row.attempt, why };
        let running = row.status == Status::Running && !row.pruned;
        if running && overdue(row, scope) {
            list.push(seen(Why::Overdue));
        }
        if running && row.lease < 0 && !scope.lacks(Broken::SweepForgetsLost) {
            list.push(seen(Why::Lost));
        }
        let stale = row.status == Status::Queued && row.wait < 0 && !scope.lacks(Broken::SweepForgetsStale);
        if stale && !row.pruned {
            list.push(seen(Why::Stale));
        }
    }
    state.sweepers[who] = Sweeper { due: false, list };
}

fn overdue(row: &Row, scope: &Scope) -> bool {
    scope.deadline && row.deadline < -GRACE && !scope.lacks(Broken::SweepForgetsDeadline)
}

/// Changes the next row of the list.
pub(crate) fn act(state: &mut State, scope: &Scope, who: usize) {
    let seen = state.sweepers[who].list.remove(0);
    let row = &mut state.runs[seen.run];
    let held = row.is_held_under(seen.token);
    match seen.why {
        Why::Overdue if held => row.complete(Outcome::Failed),
        Why::Lost => {
            let as_seen = held || (scope.lacks(Broken::RescueForgetsToken) && row.status == Status::Running);
            if !as_seen || (row.lease >= 0 && !scope.lacks(Broken::RescueForgetsLease)) {
                return;
            }
            if seen.attempt < scope.max_attempts || scope.lacks(Broken::RescueForgetsAttempts) {
                row.requeue(scope);
            } else {
                row.complete(Outcome::Failed);
            }
        }
        Why::Stale if row.status == Status::Queued && row.token == seen.token && row.wait < 0 => row.complete(Outcome::Failed),
        Why::Overdue | Why::Stale => {}
    }
}
