//! A finding's row.

use model::drift::Evidence;
use model::finding::{Against, Finding, FindingBaseline, FindingKind, FindingState, Resolution, Severity};
use model::ids::{BaselineId, FindingId, InventoryItemId, RunId, UserId};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::row::DbJson;

pub(super) const SELECT: &str = "select f.id, f.tenant_id, f.against, f.resource_type, f.object_id, f.item_id, f.name, f.kind, f.property, f.severity,
    f.state, f.resolution, f.base_version, f.current_version, f.evidence,
    f.state = 'new' and f.fold is not null as folded, f.baseline_operation_run_id, f.current_operation_run_id,
    f.owner_user_id, o.name as owner_name, f.assignee_user_id, a.name as assignee_name, f.due_at, f.accepted_until, f.accepted_reason,
    f.baseline_id, b.name as baseline_name, f.baseline_object_id, f.occurrences, f.first_seen_at, f.last_seen_at, f.opened_at, f.state_at, f.revision
  from findings f left join users o on o.id = f.owner_user_id left join users a on a.id = f.assignee_user_id
  left join baselines b on b.id = f.baseline_id";

#[derive(sqlx::FromRow)]
pub(super) struct FindingRow {
    pub(super) id: Uuid,
    pub(super) tenant_id: Uuid,
    against: String,
    resource_type: String,
    object_id: String,
    item_id: Option<Uuid>,
    name: String,
    kind: String,
    property: String,
    severity: String,
    state: String,
    resolution: Option<String>,
    base_version: Option<i64>,
    current_version: Option<i64>,
    evidence: DbJson,
    folded: bool,
    baseline_operation_run_id: Option<Uuid>,
    current_operation_run_id: Option<Uuid>,
    owner_user_id: Option<Uuid>,
    owner_name: Option<String>,
    assignee_user_id: Option<Uuid>,
    assignee_name: Option<String>,
    due_at: Option<DbTime>,
    accepted_until: Option<DbTime>,
    accepted_reason: Option<String>,
    baseline_id: Option<Uuid>,
    baseline_name: Option<String>,
    baseline_object_id: Option<String>,
    occurrences: i64,
    first_seen_at: DbTime,
    last_seen_at: DbTime,
    pub(super) opened_at: DbTime,
    pub(super) state_at: DbTime,
    revision: i64,
}

impl From<FindingRow> for Finding {
    fn from(row: FindingRow) -> Self {
        let person = |id: Option<Uuid>, name: Option<String>| Some((UserId::from_uuid(id?), name.unwrap_or_default()));
        Self {
            id: FindingId::from_uuid(row.id),
            against: Against::from_code(&row.against),
            baseline: row.baseline_id.map(|id| FindingBaseline {
                id: BaselineId::from_uuid(id),
                name: row.baseline_name.unwrap_or_default(),
                object_id: row.baseline_object_id.unwrap_or_default(),
            }),
            resource_type: row.resource_type,
            object_id: row.object_id,
            item_id: row.item_id.map(InventoryItemId::from_uuid),
            name: row.name,
            kind: FindingKind::from_code(&row.kind),
            property: row.property,
            severity: Severity::from_code(&row.severity),
            state: FindingState::from_code(&row.state),
            resolution: row.resolution.as_deref().map(Resolution::from_code),
            base_version: row.base_version,
            current_version: row.current_version,
            // What a newer version wrote in another form is left out.
            evidence: serde_json::from_value::<Evidence>(row.evidence.0).unwrap_or_default(),
            folded: row.folded,
            baseline_run: row.baseline_operation_run_id.map(RunId::from_uuid),
            current_run: row.current_operation_run_id.map(RunId::from_uuid),
            owner: person(row.owner_user_id, row.owner_name),
            assignee: person(row.assignee_user_id, row.assignee_name),
            due_at: row.due_at.map(|at| at.0),
            accepted_until: row.accepted_until.map(|at| at.0),
            accepted_reason: row.accepted_reason,
            occurrences: row.occurrences,
            first_seen_at: row.first_seen_at.0,
            last_seen_at: row.last_seen_at.0,
            state_at: row.state_at.0,
            revision: row.revision,
        }
    }
}
