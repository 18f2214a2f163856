//! A stored entry.

use model::audit::AuditRecord;
use model::ids::{AuditId, RunId, ThingId, WorkspaceId};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::row::{self, DbJson};

/// The columns of an entry, of the table that is called `e`.
macro_rules! columns {
    () => {
        "e.id, e.at, e.workspace_id, e.tenant_id, e.actor_kind, e.actor_id, e.action, e.outcome, e.subject_kind, e.subject_id, e.run_id, e.details"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct EntryRow {
    id: Uuid,
    at: DbTime,
    workspace_id: Option<Uuid>,
    tenant_id: Option<Uuid>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    outcome: String,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    run_id: Option<Uuid>,
    details: DbJson,
}

impl From<EntryRow> for AuditRecord {
    fn from(row: EntryRow) -> Self {
        Self {
            id: AuditId::from_uuid(row.id),
            at: row.at.0,
            workspace_id: row.workspace_id.map(WorkspaceId::from_uuid),
            tenant_id: row::tenant(row.tenant_id),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id.map(ThingId::from_uuid),
            action: row.action,
            outcome: row.outcome,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id.map(ThingId::from_uuid),
            run_id: row.run_id.map(RunId::from_uuid),
            details: row.details.0,
        }
    }
}
