//! A restore, as its pages show it.

use model::ids::{RestoreId, RolloutId, RunId};
use model::restore::{Action, Outcome, Purpose, RestoreState};
use model::time::Moment;

use super::SourceView;
use crate::text::{self, NAMELESS};

/// A restore.
#[derive(Debug, Clone)]
pub struct Restore {
    /// Its id.
    pub id: RestoreId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: RestoreState,
    /// Grows with every change of what is chosen or decided; goes with every form.
    pub revision: i64,
    /// Where the wanted state comes from.
    pub source: SourceView,
    /// The restore that it repeats or undoes.
    pub parent: Option<RestoreId>,
    /// The rollout that it is part of.
    pub rollout: Option<RolloutId>,
    /// How many objects are chosen.
    pub chosen: i64,
    /// Whether objects of the chosen types that the source does not have are removed.
    pub exactly: bool,
    /// Who made it; empty for the system.
    pub by: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub changed_at: Moment,
    /// The latest preview, while that run is recorded.
    pub preview_run: Option<RunId>,
    /// The execution, while that run is recorded.
    pub run: Option<RunId>,
    /// Who confirmed the execution, and when.
    pub confirmed: Option<(String, Moment)>,
    /// When its execution ended.
    pub ended_at: Option<Moment>,
    /// How many items of the plan have which action; empty before a preview.
    pub actions: Vec<(Action, i64)>,
    /// How many items have which outcome; empty before the execution.
    pub outcomes: Vec<(Outcome, i64)>,
    /// How many items were not come to.
    pub open: i64,
    /// Whether somebody asked a second person to approve the plan, who did not say anything yet.
    pub waits_for_approval: bool,
    /// The plan's hash, once it is frozen.
    pub hash: Option<String>,
}

impl Restore {
    /// What it is called.
    pub(super) fn called(&self) -> String {
        text::name(&self.name, NAMELESS).into_owned()
    }

    /// How many items have one of these actions.
    pub(super) fn acts(&self, wanted: &[Action]) -> i64 {
        self.actions.iter().filter(|(action, _)| wanted.contains(action)).map(|(_, count)| count).sum()
    }

    /// How many items are written.
    pub(super) fn writes(&self) -> i64 {
        self.actions.iter().filter(|(action, _)| action.writes()).map(|(_, count)| count).sum()
    }

    /// How many items came to this.
    pub(super) fn came_to(&self, wanted: Outcome) -> i64 {
        self.outcomes.iter().filter(|(outcome, _)| *outcome == wanted).map(|(_, count)| count).sum()
    }

    /// Whether a plan was made that still holds. One of an earlier installation stayed there.
    pub(super) const fn is_planned(&self) -> bool {
        self.hash.is_some() && !matches!(self.state, RestoreState::Draft | RestoreState::Scoped | RestoreState::Checked)
    }

    /// Whether it can be executed as it is.
    pub(super) fn is_ready(&self) -> bool {
        self.state == RestoreState::Previewed && self.is_planned()
    }
}
