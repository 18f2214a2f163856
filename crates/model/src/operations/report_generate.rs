//! Report: writes a document about a tenant, or about all tenants of the workspace, and keeps it for some days.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Entry, Identity, Operation};
use crate::access::Capability;
use crate::ids::{TenantId, WorkspaceId};
use crate::report::{MOST_DAYS, ReportKind, USUAL_DAYS};
use crate::run::{CountKey, RunRequest};

/// Days that a report is kept where nothing else is asked for.
pub const USUALLY_KEPT: u32 = 90;

pub(super) static ENTRY: Entry = Entry {
    code: "report_generate",
    older_codes: &[],
    label: "Report",
    // What its kind asks for beside is asked of whoever starts it, and of whoever reads it.
    capability: Capability::TenantView,
    identity: Identity::WhileActive,
    identity_inputs: &["tenant or workspace", "kind", "days"],
    write_lane: false,
    needs_connection: false,
    start_deadline: Some(Duration::from_secs(24 * 3600)),
    execution_deadline: Duration::from_secs(2 * 3600),
    max_attempts: 3,
    priority: -10,
    unit: "objects",
    counts: &[CountKey::Items, CountKey::Bytes, CountKey::Processed, CountKey::Succeeded],
    follow_ups: &[],
};

/// Which report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// The code of a [`ReportKind`].
    kind: String,
    /// The last days that it is about, for a kind that is about a period.
    days: u32,
    /// Days that it is kept.
    keep_days: u32,
}

impl Arguments {
    /// A report. Days beyond what is possible become the nearest that are.
    #[must_use]
    pub fn new(kind: ReportKind, days: Option<u32>, keep_days: Option<u32>) -> Self {
        let bounded = |days: Option<u32>, usual: u32| days.unwrap_or(usual).clamp(1, MOST_DAYS);
        Self { kind: kind.code().to_owned(), days: bounded(days, USUAL_DAYS), keep_days: bounded(keep_days, USUALLY_KEPT) }
    }

    /// Arguments as they are stored; `None` when they cannot be read, or are of a kind that this version does not know.
    #[must_use]
    pub fn stored(value: &Value) -> Option<Self> {
        let read: Self = serde_json::from_value(value.clone()).ok()?;
        let days = 1..=MOST_DAYS;
        (read.kind() != ReportKind::Unknown && days.contains(&read.days) && days.contains(&read.keep_days)).then_some(read)
    }

    /// As they are stored with a schedule.
    #[must_use]
    pub fn to_stored(&self) -> Value {
        json!(self)
    }

    /// What it tells.
    #[must_use]
    pub fn kind(&self) -> ReportKind {
        ReportKind::from_code(&self.kind)
    }

    /// The days that it is about.
    #[must_use]
    pub const fn days(&self) -> u32 {
        self.days
    }

    /// How long it is kept.
    #[must_use]
    pub const fn keep_days(&self) -> u32 {
        self.keep_days
    }

    /// The request for a tenant, or for all tenants of the workspace.
    #[must_use]
    pub fn request(&self, workspace: WorkspaceId, tenant: Option<TenantId>) -> RunRequest {
        let place = tenant.map_or_else(|| json!({ "workspace": workspace }), |tenant| json!({ "tenant": tenant }));
        let identity = json!({ "of": place, "kind": self.kind, "days": self.days });
        RunRequest::new(Operation::ReportGenerate, self.to_stored(), identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_back_and_those_of_a_newer_version_are_not() {
        let report = Arguments::new(ReportKind::Changes, Some(7), None);
        assert_eq!(Arguments::stored(&report.to_stored()), Some(report.clone()));
        assert_eq!((report.kind(), report.days(), report.keep_days()), (ReportKind::Changes, 7, 90));
        let newer = json!({ "kind": "future", "days": 7, "keep_days": 7 });
        let endless = json!({ "kind": "changes", "days": 7, "keep_days": 100_000 });
        assert_eq!((Arguments::stored(&newer), Arguments::stored(&endless)), (None, None));
    }
}
