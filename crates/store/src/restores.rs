//! Restores: the record with its wizard, the frozen plan, and the journal of what was done.
//!
//! `create` makes a draft from a source; `candidates` lists what the source holds, `choose` takes of it; `mappings` says what references
//! become, `checks` what stands in the way; `preview` starts the run that reads the live state, `freeze` keeps what it decided; `approvals` is
//! what a second person says of it; `confirm` is the one way to an execution; `journal` and `record` keep what an execution does, line by line; `children` makes retries and undos;
//! `admin_approvals` finds the requests for Multi Admin Approval that writes left; `list`, `items` and `plan` read; `rehearse` starts a
//! rehearsal, `stored` gives it the tenant as it is stored, and `rehearsals` keeps what came of it; `drill_source` gives a drill its backup,
//! and `drills` keeps what came of that.
//!
//! Only this module writes the state of a restore, and every statement that does repeats the revision that its writer saw. A restore
//! that is queued or running while its run is over is shown as what came of it: a worker that was lost leaves no restore running.

mod admin_approvals;
mod approvals;
mod candidates;
mod checks;
mod children;
mod choose;
mod choose_shown;
mod confirm;
mod contents;
mod create;
mod drill_source;
mod drills;
mod forget;
mod freeze;
mod items;
mod journal;
mod list;
mod mappings;
mod place;
mod plan;
mod preview;
mod reach;
mod record;
mod rehearsals;
mod rehearse;
mod rollouts;
mod row;
mod secret_places;
mod secrets;
mod state;
mod stored;
mod wizard;
mod work;

pub use admin_approvals::AskedApproval;
pub use approvals::Approval;
pub use candidates::{Candidate, CandidateFilter};
pub use choose::Choice;
pub use choose_shown::Pick;
pub use contents::ItemContents;
pub use drill_source::{DrillObject, DrillSource};
pub use drills::{Drill, DrillReason, DrillType, NewDrill};
pub use freeze::{Frozen, PlannedWork};
pub use items::ItemFilter;
pub use journal::{JournalLine, NewLine};
pub use mappings::{MappedReference, Suggestion, WantedReference};
pub use reach::{PlanReach, ReachedGroup};
pub use record::Recorded;
pub use rehearsals::{NewRehearsal, Rehearsal, RehearsedItem};
pub use rollouts::{NewRollout, Rollout, RolloutTarget, Rollouts, Step as RolloutStep};
pub use row::{OutcomeCounts, Restore, RestoreItem};
pub use secret_places::WantedSecret;
pub use secrets::{EnteredSecret, OpenEntry};
pub use stored::CopiedObject;
pub use work::KnownObject;

pub(crate) use confirm::{Start, before_start, started};
pub(crate) use forget::forget_name;
pub(crate) use rollouts::{RolloutStart, before_start as before_rollout, started as rollout_started};

use crate::open::Store;

/// Objects of one restore, at most.
pub const MAX_RESTORE_ITEMS: i64 = 20_000;

/// Restores.
#[derive(Debug, Clone, Copy)]
pub struct Restores<'a>(pub(crate) &'a Store);

impl Store {
    /// Restores.
    #[must_use]
    pub const fn restores(&self) -> Restores<'_> {
        Restores(self)
    }
}
