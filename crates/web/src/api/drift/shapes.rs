//! How findings are written.

use model::finding::{Against, Finding, FindingKind, FindingState, HistoryEvent, HistoryLine, Resolution, Severity};
use model::ids::{BaselineId, FindingId, InventoryItemId, RunId, UserId};
use model::time::Moment;

use crate::api::answers;
use crate::api::coded::{Coded, codes};

codes!(Against, FindingKind, FindingState, HistoryEvent, Resolution, Severity);

answers! {
    /// A deviation of a tenant from what it is held against.
    FindingRow {
        /// Its id.
        id: FindingId,
        /// What the tenant is held against.
        against: Coded<Against>,
        /// The baseline, where it is held against one.
        baseline_id: Option<BaselineId>,
        /// Key of the type of its object.
        resource_type: String,
        /// Microsoft's id of its object.
        object_id: String,
        /// The inventory item of its object.
        item_id: Option<InventoryItemId>,
        /// What the object is called, or was when it was last there.
        name: String,
        /// What kind of deviation it is.
        kind: Coded<FindingKind>,
        /// The property that deviates; `null` where it is about the object as a whole.
        property: Option<String>,
        /// How much it matters.
        severity: Coded<Severity>,
        /// Where it stands.
        state: Coded<FindingState>,
        /// How it was resolved, where it was.
        resolution: Option<Coded<Resolution>>,
        /// The version that it is held against; `null`: the object was not there.
        base_version: Option<i64>,
        /// The version that deviates; `null`: the object is not there.
        current_version: Option<i64>,
        /// How many differences there are.
        differences: i64,
        /// Whether it is told together with others that show the same, until somebody says whose doing it is.
        folded: bool,
        /// The run that observed what it is held against, while that is recorded.
        baseline_run_id: Option<RunId>,
        /// The run that last observed the deviation, while that is recorded.
        current_run_id: Option<RunId>,
        /// Who answers for it.
        owner_id: Option<UserId>,
        /// Who works on it.
        assignee_id: Option<UserId>,
        /// Until when something is to be done about it.
        due_at: Option<Moment>,
        /// Until when the risk is accepted.
        accepted_until: Option<Moment>,
        /// How often it was found.
        occurrences: i64,
        /// When it was first found.
        first_seen_at: Moment,
        /// When a check last saw it.
        last_seen_at: Moment,
        /// Grows with every change; goes with every change.
        revision: i64,
    }

    /// A finding with a few of its differences and its history.
    FindingDetail {
        /// The finding.
        finding: FindingRow,
        /// Some of the differences.
        evidence: Vec<FindingDifference>,
        /// Why the risk was accepted, where it was.
        accepted_reason: Option<String>,
        /// What happened to it, newest first; the latest 200 lines.
        history: Vec<FindingHistoryLine>,
    }

    /// A difference. Values are cut, and secrets are not in them.
    FindingDifference {
        /// Where.
        path: String,
        /// What happened there: `added`, `removed`, `changed` or `moved`.
        effect: String,
        /// A piece of the value before.
        before: Option<String>,
        /// A piece of the value after.
        after: Option<String>,
    }

    /// Something that happened to a finding.
    FindingHistoryLine {
        /// When.
        at: Moment,
        /// What.
        event: Coded<HistoryEvent>,
        /// Where it stood after.
        state: Coded<FindingState>,
        /// Who; `null`: the product.
        by: Option<String>,
        /// What was written.
        note: Option<String>,
        /// The run that did it, while that is recorded.
        run_id: Option<RunId>,
    }

    /// Of how many findings something was changed.
    FindingsMoved {
        /// So many.
        moved: i64,
    }
}

impl From<Finding> for FindingRow {
    fn from(finding: Finding) -> Self {
        Self {
            id: finding.id,
            against: Coded(finding.against),
            baseline_id: finding.baseline.map(|of| of.id),
            resource_type: finding.resource_type,
            object_id: finding.object_id,
            item_id: finding.item_id,
            name: finding.name,
            kind: Coded(finding.kind),
            property: Some(finding.property).filter(|property| !property.is_empty()),
            severity: Coded(finding.severity),
            state: Coded(finding.state),
            resolution: finding.resolution.map(Coded),
            base_version: finding.base_version,
            current_version: finding.current_version,
            differences: i64::try_from(finding.evidence.total).unwrap_or(i64::MAX),
            folded: finding.folded,
            baseline_run_id: finding.baseline_run,
            current_run_id: finding.current_run,
            owner_id: finding.owner.map(|(id, _)| id),
            assignee_id: finding.assignee.map(|(id, _)| id),
            due_at: finding.due_at,
            accepted_until: finding.accepted_until,
            occurrences: finding.occurrences,
            first_seen_at: finding.first_seen_at,
            last_seen_at: finding.last_seen_at,
            revision: finding.revision,
        }
    }
}

impl From<HistoryLine> for FindingHistoryLine {
    fn from(line: HistoryLine) -> Self {
        Self { at: line.at, event: Coded(line.event), state: Coded(line.state), by: line.by, note: line.note, run_id: line.run }
    }
}
