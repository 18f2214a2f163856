//! The whole of what is modelled: rows, processes, sweepers, people and the clock, and every step that any of them can take.

use model::run::Status;
use stateright::{Model, Property};

use crate::invariant::Faults;
use crate::observer::observe;
use crate::people::{self, Asking, Cancel, Starter};
use crate::process::{self, Process, Step};
use crate::properties;
use crate::row::Row;
use crate::scope::{Broken, Budget, Scope};
use crate::sweeper::{self, Sweeper};

/// A moment of a history.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) runs: Vec<Row>,
    pub(crate) processes: Vec<Process>,
    pub(crate) sweepers: Vec<Sweeper>,
    pub(crate) starters: Vec<Starter>,
    pub(crate) cancel: Cancel,
    pub(crate) paused: bool,
    pub(crate) budget: Budget,
    /// What went wrong on the way here.
    pub(crate) faults: Faults,
}

/// Who does what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Time passes. Whoever is alive did in time what it does in time.
    Tick,
    Process(usize, Step),
    /// A sweeper reads.
    Look(usize),
    /// A sweeper changes the next row that it saw.
    Act(usize),
    Start(usize),
    Cancel(usize),
    Force(usize),
    Pause,
    Resume,
    Prune(usize),
}

/// The run engine within a scope.
#[derive(Debug, Clone)]
pub(crate) struct Engine(pub(crate) Scope);

impl Model for Engine {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let scope = &self.0;
        let starter = Starter { asking: Asking::Rest(None), left: scope.starts, over: Vec::new() };
        let mut first = Row::new();
        first.wait = if scope.stale { first.wait } else { 0 };
        vec![State {
            runs: if scope.starters == 0 { vec![first] } else { Vec::new() },
            processes: vec![Process::default(); scope.processes],
            sweepers: vec![Sweeper::default(); 1 + usize::from(scope.budget.slow_sweeps > 0)],
            starters: vec![starter; scope.starters],
            cancel: Cancel::None,
            paused: false,
            budget: scope.budget,
            faults: Faults::default(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let scope = &self.0;
        let runs = || 0..state.runs.len();
        let late = state.sweepers[0].is_busy() || state.processes.iter().any(|process| process.must_beat(&state.runs));
        let goes_on = state.runs.iter().any(Row::is_active);
        if !late && goes_on {
            actions.push(Action::Tick);
        }
        for (who, process) in state.processes.iter().enumerate() {
            let mut steps = Vec::new();
            process.steps(state, scope, &mut steps);
            actions.extend(steps.into_iter().map(|step| Action::Process(who, step)));
        }
        for (who, sweeper) in state.sweepers.iter().enumerate() {
            if !sweeper.list.is_empty() {
                actions.push(Action::Act(who));
            } else if sweeper.due || (who > 0 && state.budget.slow_sweeps > 0) {
                actions.push(Action::Look(who));
            }
        }
        actions.extend((0..state.starters.len()).filter(|who| people::may_start(state, scope, *who)).map(Action::Start));
        let cancels = |run: &usize| match state.cancel {
            Cancel::None => state.budget.cancels > 0 && !state.runs[*run].pruned,
            Cancel::NotQueued(of) | Cancel::ToldOver(of) => of == *run,
        };
        actions.extend(runs().filter(cancels).map(Action::Cancel));
        if state.budget.forces > 0 {
            actions.extend(runs().filter(|run| people::may_force(&state.runs[*run])).map(Action::Force));
        }
        if state.paused {
            actions.push(Action::Resume);
        } else if state.budget.pauses > 0 {
            actions.push(Action::Pause);
        }
        if state.budget.prunes > 0 {
            let old = |run: &usize| {
                let row = &state.runs[*run];
                !row.pruned && (row.status == Status::Completed || scope.lacks(Broken::RetentionTakesActive))
            };
            actions.extend(runs().filter(old).map(Action::Prune));
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut after = apply(&self.0, before, action);
        observe(&self.0, before, action, &mut after);
        // What was answered has been seen.
        if let Cancel::ToldOver(_) = after.cancel {
            after.cancel = Cancel::None;
        }
        for starter in &mut after.starters {
            if let Asking::Rest(answer @ Some(_)) = &mut starter.asking {
                *answer = None;
                starter.over.clear();
            }
        }
        (after != *before).then_some(after)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(&self.0)
    }
}

fn apply(scope: &Scope, before: &State, action: Action) -> State {
    let mut state = before.clone();
    match action {
        Action::Tick => {
            state.runs.iter_mut().for_each(|row| row.tick(scope));
            state.sweepers[0].due = true;
        }
        Action::Process(who, step) => process::take(&mut state, scope, who, step),
        Action::Look(who) => {
            state.budget.slow_sweeps -= u8::from(who > 0);
            sweeper::look(&mut state, scope, who);
        }
        Action::Act(who) => sweeper::act(&mut state, scope, who),
        Action::Start(who) => people::start(&mut state, scope, who),
        Action::Cancel(run) => people::cancel(&mut state, scope, run),
        Action::Force(run) => {
            state.budget.forces -= 1;
            people::force(&mut state, scope, run);
        }
        Action::Pause => {
            state.budget.pauses -= 1;
            state.paused = true;
        }
        Action::Resume => state.paused = false,
        Action::Prune(run) => {
            state.budget.prunes -= 1;
            state.runs[run].pruned = true;
        }
    }
    state
}
