//! Backup retention: removes the sets of a schedule that its rules no longer keep. Follows each scheduled backup.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation, backup_schedule_run};
use crate::access::Capability;
use crate::backup::Retention;
use crate::ids::ScheduleId;
use crate::run::{CountKey, Outcome, Run, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_schedule_retention",
    older_codes: &[],
    label: "Backup retention",
    capability: Capability::BackupSchedulesRun,
    identity: Identity::WhileActive,
    identity_inputs: &["schedule"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(3600),
    max_attempts: 5,
    // Whatever a person waits for comes first.
    priority: -20,
    unit: "backup sets",
    counts: &[CountKey::Total, CountKey::Deleted],
    follow_ups: &[],
};

/// Whose sets, and by which rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The rules of the backup that it follows. Where the schedule has other ones by now, those hold.
    pub retention: Retention,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> RunRequest {
        RunRequest::new(Operation::BackupScheduleRetention, json!(self), json!({ "schedule": self.schedule }))
    }
}

/// What follows a scheduled backup that captured something, unless its schedule keeps everything.
pub(super) fn after(run: &Run) -> Option<RunRequest> {
    let captured = matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded);
    let retention = backup_schedule_run::Arguments::stored(&run.context)?.retention;
    let schedule = ScheduleId::from_uuid(run.schedule_id?);
    (captured && !retention.keeps_all()).then(|| Arguments { schedule, retention }.request())
}
