//! A schedule's row.

use model::ids::{ScheduleId, TenantId, WorkspaceId};
use model::schedule::{CatchUp, Schedule, Zone};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::row::DbJson;

/// The columns that [`ScheduleRow`] reads.
macro_rules! columns {
    () => {
        "id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up, catch_up_bound, enabled, archived_at,
    holds_from, last_fired_at, next_fire_at, problem, revision, created_at"
    };
}
pub(crate) use columns;

#[derive(sqlx::FromRow)]
pub(crate) struct ScheduleRow {
    id: Uuid,
    workspace_id: Uuid,
    tenant_id: Option<Uuid>,
    r#type: String,
    arguments: DbJson,
    name: String,
    cadence: DbJson,
    time_zone: String,
    catch_up: String,
    catch_up_bound: i64,
    enabled: bool,
    archived_at: Option<DbTime>,
    pub(crate) holds_from: DbTime,
    last_fired_at: Option<DbTime>,
    next_fire_at: Option<DbTime>,
    problem: Option<String>,
    revision: i64,
    created_at: DbTime,
}

impl From<ScheduleRow> for Schedule {
    fn from(row: ScheduleRow) -> Self {
        Self {
            id: ScheduleId::from_uuid(row.id),
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            tenant_id: row.tenant_id.map(TenantId::from_uuid),
            type_code: row.r#type,
            arguments: row.arguments.0,
            name: row.name,
            cadence: serde_json::from_value(row.cadence.0).ok(),
            zone: Zone::parse(&row.time_zone).ok(),
            catch_up: CatchUp::from_code(&row.catch_up),
            bound: u32::try_from(row.catch_up_bound).unwrap_or(1),
            enabled: row.enabled,
            archived_at: row.archived_at.map(|at| at.0),
            last_fired_at: row.last_fired_at.map(|at| at.0),
            next_fire_at: row.next_fire_at.map(|at| at.0),
            problem: row.problem,
            revision: row.revision,
            created_at: row.created_at.0,
        }
    }
}
