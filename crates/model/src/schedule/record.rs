//! A schedule as it is kept, and the ledger of its fires.

use crate::codes::codes;
use crate::ids::{RunId, ScheduleId, TenantId, WorkspaceId};
use crate::operations::Operation;
use crate::time::Moment;

use super::{Cadence, CatchUp, Zone};

/// What a person decides about a schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSchedule {
    /// Its name; 1 to 100 characters.
    pub name: String,
    /// What it starts.
    pub operation: Operation,
    /// With what: as the operation's own arguments are stored.
    pub arguments: serde_json::Value,
    /// How often.
    pub cadence: Cadence,
    /// Whose clocks.
    pub zone: Zone,
    /// What becomes of missed occurrences.
    pub catch_up: CatchUp,
    /// How many are made up for, with [`CatchUp::All`].
    pub bound: u32,
}

/// A schedule as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// The public handle.
    pub id: ScheduleId,
    /// Where it belongs.
    pub workspace_id: WorkspaceId,
    /// Which tenant; `None` for schedules of the workspace.
    pub tenant_id: Option<TenantId>,
    /// Its name.
    pub name: String,
    /// The stored type code of what it starts.
    pub type_code: String,
    /// With what.
    pub arguments: serde_json::Value,
    /// How often; `None` when this version cannot read it.
    pub cadence: Option<Cadence>,
    /// Whose clocks; `None` when this version does not know the zone.
    pub zone: Option<Zone>,
    /// What becomes of missed occurrences.
    pub catch_up: CatchUp,
    /// How many are made up for, with [`CatchUp::All`].
    pub bound: u32,
    /// Whether it fires.
    pub enabled: bool,
    /// Since when it is put away.
    pub archived_at: Option<Moment>,
    /// The latest occurrence that was decided upon.
    pub last_fired_at: Option<Moment>,
    /// The next occurrence; `None` while it does not fire.
    pub next_fire_at: Option<Moment>,
    /// Why it was switched off by itself.
    pub problem: Option<String>,
    /// Grows with every edit.
    pub revision: i64,
    /// Since when it is.
    pub created_at: Moment,
}

impl Schedule {
    /// What it starts; `None` for a type that this version does not know.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        Operation::from_code(&self.type_code)
    }
}

codes! {
    /// Why an occurrence was left out.
    Omission {
        /// Nobody was there to fire it, and its policy does not make up for it.
        Missed = "missed",
        /// What an earlier fire started was not over yet.
        PreviousActive = "previous_active",
    }
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fire {
    /// When it was due.
    pub scheduled_for: Moment,
    /// The wall-clock time that was meant.
    pub local: String,
    /// What it started; `None` when nothing, or when the run is no longer recorded.
    pub run: Option<RunId>,
    /// Why nothing was started.
    pub omitted: Option<Omission>,
    /// Since when occurrences were left out, with this one the last of them.
    pub omitted_since: Option<Moment>,
    /// How many were left out, as far as they were counted.
    pub omitted_count: u64,
    /// When it was decided.
    pub decided_at: Moment,
}
