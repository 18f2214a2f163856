//! Scheduled backup: captures a set because a schedule says so, or because somebody pressed "Run now" or repeated one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::inventory_sync::COUNTS;
use super::{Entry, FollowUp, Identity, Operation, backup_schedule_retention, backup_set_mirror};
use crate::access::Capability;
use crate::backup::{Retention, Selection};
use crate::ids::TenantId;
use crate::run::RunRequest;

pub(super) static ENTRY: Entry = Entry {
    code: "backup_schedule_run",
    older_codes: &["backup_schedule.run_now", "backup_schedule.retry", "backup_schedule.scheduled"],
    label: "Scheduled backup",
    capability: Capability::BackupSchedulesRun,
    identity: Identity::PerFire,
    identity_inputs: &["fired: the schedule and when it was due", "by hand: the click"],
    write_lane: false,
    needs_connection: true,
    // What is due waits for as long as it takes.
    start_deadline: None,
    execution_deadline: Duration::from_secs(4 * 3600),
    max_attempts: 3,
    // Whatever a person waits for comes first.
    priority: -5,
    unit: "resource types",
    counts: COUNTS,
    follow_ups: &[FollowUp::always(backup_schedule_retention::after), backup_set_mirror::AFTER_BACKUP],
};

/// What to capture, and for how long it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// What the sets hold: everything, or types.
    pub selection: Selection,
    /// Whether details are left out where the list tells the same as before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trust_list: bool,
    /// How long they are kept.
    #[serde(default)]
    pub retention: Retention,
}

impl Arguments {
    /// Arguments as they are stored with a run or a schedule; `None` when they cannot be read, or name objects one by one.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        let stored: Self = serde_json::from_value(value.clone()).ok()?;
        let retention = Retention::new(stored.retention.keep_last, stored.retention.keep_days).ok()?;
        match stored.selection.checked().ok()? {
            Selection::Items { .. } => None,
            selection => Some(Self { selection, retention, ..stored }),
        }
    }

    /// As they are stored.
    #[must_use]
    pub fn to_stored(&self) -> serde_json::Value {
        json!(self)
    }

    /// The request for a tenant.
    #[must_use]
    pub fn request(&self, tenant: TenantId) -> RunRequest {
        RunRequest::new(Operation::BackupScheduleRun, json!(self), json!({ "tenant": tenant }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_names_types_and_figures_that_can_be_kept() {
        let arguments =
            Arguments { selection: Selection::All, trust_list: false, retention: Retention::new(Some(7), None).unwrap() };
        assert_eq!(Arguments::stored(&arguments.to_stored()), Some(arguments));
        assert_eq!(Arguments::stored(&json!({ "selection": { "what": "all" }, "retention": { "keep_last": 0 } })), None);
        let item = crate::ids::InventoryItemId::generate();
        assert_eq!(Arguments::stored(&json!({ "selection": { "what": "items", "items": [item] } })), None);
    }
}
