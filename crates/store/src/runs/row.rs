//! A run's row.

use model::failure::FailureLine;
use model::ids::{RunId, UserId, WorkspaceId};
use model::operations::Operation;
use model::run::{Counts, Outcome, Run, Status, Trigger};
use sqlx::types::Json;
use uuid::Uuid;

use crate::bind::DbTime;
use crate::changes::RunChanged;
use crate::row::{self, DbJson};

/// The columns that [`RunRow`] reads, for `returning` and `select` alike. A macro, so that it can stand in `concat!`.
macro_rules! columns {
    () => {
        "operation_runs.id, operation_runs.workspace_id, operation_runs.tenant_id, operation_runs.type, operation_runs.status,
    operation_runs.outcome, operation_runs.reason_code, operation_runs.trigger, operation_runs.user_id,
    operation_runs.initiator_name, operation_runs.summary_counts, operation_runs.failure_summary, operation_runs.context,
    operation_runs.phase, operation_runs.attempt, operation_runs.max_attempts, operation_runs.available_at,
    operation_runs.start_deadline, operation_runs.lease_owner, operation_runs.lease_token, operation_runs.cancel_requested_at,
    operation_runs.created_at, operation_runs.started_at, operation_runs.completed_at, operation_runs.updated_at,
    operation_runs.retry_of_run_id, operation_runs.parent_run_id, operation_runs.caused_by_run_id, operation_runs.schedule_id,
    operation_runs.write_lane, operation_runs.cursor"
    };
}
pub(crate) use columns;

#[derive(sqlx::FromRow)]
pub(crate) struct RunRow {
    id: Uuid,
    workspace_id: Uuid,
    tenant_id: Option<Uuid>,
    r#type: String,
    status: String,
    outcome: String,
    reason_code: Option<String>,
    trigger: String,
    user_id: Option<Uuid>,
    initiator_name: String,
    summary_counts: DbJson,
    failure_summary: Json<Vec<FailureLine>>,
    context: DbJson,
    phase: Option<String>,
    attempt: i64,
    max_attempts: i64,
    available_at: DbTime,
    start_deadline: Option<DbTime>,
    lease_owner: Option<String>,
    pub(crate) lease_token: i64,
    cancel_requested_at: Option<DbTime>,
    created_at: DbTime,
    started_at: Option<DbTime>,
    completed_at: Option<DbTime>,
    updated_at: DbTime,
    retry_of_run_id: Option<Uuid>,
    parent_run_id: Option<Uuid>,
    caused_by_run_id: Option<Uuid>,
    schedule_id: Option<Uuid>,
    write_lane: Option<Uuid>,
    pub(crate) cursor: Option<String>,
}

impl From<RunRow> for Run {
    fn from(row: RunRow) -> Self {
        Self {
            id: RunId::from_uuid(row.id),
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            tenant_id: row::tenant(row.tenant_id),
            operation: Operation::from_code(&row.r#type),
            type_code: row.r#type,
            status: Status::from_code(&row.status),
            outcome: Outcome::from_code(&row.outcome),
            reason_code: row.reason_code,
            trigger: Trigger::from_code(&row.trigger),
            user_id: row.user_id.map(UserId::from_uuid),
            initiator_name: row.initiator_name,
            counts: Counts::from_value(&row.summary_counts.0),
            failures: row.failure_summary.0,
            context: row.context.0,
            phase: row.phase,
            attempt: u32::try_from(row.attempt).unwrap_or(u32::MAX),
            max_attempts: u32::try_from(row.max_attempts).unwrap_or(u32::MAX),
            available_at: row.available_at.0,
            start_deadline: row.start_deadline.map(|t| t.0),
            lease_owner: row.lease_owner,
            cancel_requested_at: row.cancel_requested_at.map(|t| t.0),
            created_at: row.created_at.0,
            started_at: row.started_at.map(|t| t.0),
            completed_at: row.completed_at.map(|t| t.0),
            updated_at: row.updated_at.0,
            retry_of_run_id: row.retry_of_run_id.map(RunId::from_uuid),
            parent_run_id: row.parent_run_id.map(RunId::from_uuid),
            caused_by_run_id: row.caused_by_run_id.map(RunId::from_uuid),
            schedule_id: row.schedule_id,
            write_lane: row::tenant(row.write_lane),
            lease_token: row.lease_token,
        }
    }
}

/// The hint for live pages.
pub(crate) const fn changed(run: &Run) -> RunChanged {
    RunChanged {
        run_id: run.id,
        workspace_id: run.workspace_id,
        tenant_id: run.tenant_id,
        queued: matches!(run.status, Status::Queued),
        stopping: matches!(run.status, Status::Running) && run.cancel_requested_at.is_some(),
    }
}
