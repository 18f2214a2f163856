//! Backup schedule purge: removes an archived schedule for good. Its runs, the record of when it was due and its sets stay.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::ScheduleId;
use crate::run::{CountKey, RunRequest};

pub(super) static ENTRY: Entry = Entry {
    code: "backup_schedule_purge",
    older_codes: &[],
    label: "Schedule purge",
    capability: Capability::BackupSchedulesManage,
    identity: Identity::WhileActive,
    identity_inputs: &["schedule"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(600),
    max_attempts: 5,
    priority: 0,
    unit: "schedules",
    counts: &[CountKey::Total, CountKey::Deleted],
    follow_ups: &[],
};

/// Which schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// It.
    pub schedule: ScheduleId,
}

impl Arguments {
    /// Arguments as they are stored with a run; `None` when they cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// The request.
    #[must_use]
    pub fn request(self) -> RunRequest {
        RunRequest::new(Operation::BackupSchedulePurge, json!(self), json!(self))
    }
}
