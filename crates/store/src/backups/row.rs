//! A set's row.

use model::backup::{BackupSet, BackupStatus, Mirrored, Origin, SetFacts, Verified};
use model::ids::{BackupSetId, RunId, ScheduleId, UserId};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::row::DbJson;

/// Whether something needs the set of that name. A restore whose run was cancelled before it began, or was lost, ended without saying so.
macro_rules! in_use {
    ($set:literal) => {
        concat!(
            "exists (select 1 from backup_set_uses u left join restores x on x.id = u.used_by
          left join operation_runs y on y.id = x.operation_run_id where u.set_id = ",
            $set,
            " and not coalesce(x.state = 'queued' and (y.status is null or y.outcome = 'cancelled')
            or x.state = 'running' and (y.status is null or y.status = 'completed'), false))"
        )
    };
}
pub(super) use in_use;

/// `select … from`: what is being captured by a run that is over, or no longer recorded, never becomes whole.
pub(super) const SELECT: &str = concat!(
    "select s.id, s.name, case when s.status = 'capturing' and (r.status is null or r.status = 'completed')
      then 'failed' else s.status end as status, s.holds, s.operation_run_id, s.schedule_id, s.created_by, s.created_by_name,
    s.started_at, s.completed_at, s.items, s.bytes, s.missing, s.left_out, s.pinned, s.verified_at, s.verify_operation_run_id, s.corrupt,
    s.origin, s.mirrored_at, s.mirror_commit, s.mirror_operation_run_id, ",
    in_use!("s.id"),
    " as in_use from backup_sets s left join operation_runs r on r.id = s.operation_run_id"
);

/// What decides whether retention takes a set, and no more: a schedule may have very many.
pub(super) const FACTS: &str = concat!(
    "select s.id, case when s.status = 'capturing' and (r.status is null or r.status = 'completed')
      then 'failed' else s.status end as status, s.started_at, s.pinned, ",
    in_use!("s.id"),
    " as in_use from backup_sets s left join operation_runs r on r.id = s.operation_run_id"
);

#[derive(sqlx::FromRow)]
pub(super) struct FactsRow {
    id: Uuid,
    status: String,
    started_at: DbTime,
    pinned: bool,
    in_use: bool,
}

impl From<FactsRow> for SetFacts {
    fn from(row: FactsRow) -> Self {
        Self {
            id: BackupSetId::from_uuid(row.id),
            status: BackupStatus::from_code(&row.status),
            started_at: row.started_at.0,
            pinned: row.pinned,
            in_use: row.in_use,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct SetRow {
    pub(super) id: Uuid,
    name: String,
    status: String,
    holds: String,
    operation_run_id: Option<Uuid>,
    schedule_id: Option<Uuid>,
    created_by: Option<Uuid>,
    created_by_name: String,
    pub(super) started_at: DbTime,
    completed_at: Option<DbTime>,
    items: i64,
    bytes: i64,
    missing: i64,
    left_out: i64,
    pinned: bool,
    verified_at: Option<DbTime>,
    verify_operation_run_id: Option<Uuid>,
    corrupt: Option<i64>,
    origin: Option<DbJson>,
    mirrored_at: Option<DbTime>,
    mirror_commit: Option<String>,
    mirror_operation_run_id: Option<Uuid>,
    in_use: bool,
}

impl From<SetRow> for BackupSet {
    fn from(row: SetRow) -> Self {
        let verified = row.verified_at.map(|at| Verified {
            at: at.0,
            run_id: row.verify_operation_run_id.map(RunId::from_uuid),
            corrupt: row.corrupt.unwrap_or(0),
        });
        let mirrored = row.mirrored_at.map(|at| Mirrored {
            at: at.0,
            commit: row.mirror_commit.unwrap_or_default(),
            run_id: row.mirror_operation_run_id.map(RunId::from_uuid),
        });
        Self {
            id: BackupSetId::from_uuid(row.id),
            name: row.name,
            status: BackupStatus::from_code(&row.status),
            holds: row.holds,
            run_id: row.operation_run_id.map(RunId::from_uuid),
            schedule_id: row.schedule_id.map(ScheduleId::from_uuid),
            created_by: row.created_by.map(UserId::from_uuid),
            created_by_name: row.created_by_name,
            started_at: row.started_at.0,
            completed_at: row.completed_at.map(|at| at.0),
            items: row.items,
            bytes: row.bytes,
            missing: row.missing,
            left_out: row.left_out,
            pinned: row.pinned,
            in_use: row.in_use,
            verified,
            mirrored,
            origin: row.origin.map(|json| Origin::stored(&json.0).unwrap_or_default()),
        }
    }
}
