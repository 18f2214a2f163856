//! What changed in other processes: live pages of one process hear of runs that another one works on.

use model::ids::{RunId, WorkspaceId};
use model::page::{Cursor, Direction, Page};
use model::run::Status;
use model::time::Moment;
use uuid::Uuid;

use super::Queue;
use crate::bind::DbTime;
use crate::changes::RunChanged;
use crate::db::Result;
use crate::reach::Reach;
use crate::row;
use crate::sql::sql;

/// An active run and when its row last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveRun {
    /// Which run, and where it belongs.
    pub changed: RunChanged,
    /// When its row last changed.
    pub updated_at: Moment,
}

impl Queue<'_> {
    /// The active runs of the installation, at most 5,000, ids and times only: compared with the last look they tell what changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn active(&self) -> Result<Vec<ActiveRun>> {
        const ACTIVE: &str = "select id, workspace_id, tenant_id, status, updated_at from operation_runs
          where status in ('queued', 'running') order by id desc limit 5000";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<(Uuid, Uuid, Option<Uuid>, String, DbTime)> = db.all(sql(ACTIVE)).await?;
        db.end().await?;
        let active = rows.into_iter().map(|(id, workspace, tenant, status, at)| ActiveRun {
            changed: RunChanged {
                run_id: RunId::from_uuid(id),
                workspace_id: WorkspaceId::from_uuid(workspace),
                tenant_id: row::tenant(tenant),
                queued: Status::from_code(&status) == Status::Queued,
                stopping: false,
            },
            updated_at: at.0,
        });
        Ok(active.collect())
    }
}

/// Makes a page of one row more than asked for, read in either direction.
pub(crate) fn page<T>(mut found: Vec<T>, rows: u32, from_cursor: bool, back: bool, key: impl Fn(&T) -> String) -> Page<T> {
    let more = found.len() > rows as usize;
    found.truncate(rows as usize);
    if back {
        found.reverse();
    }
    let cursor = |direction, row: Option<&T>| row.map(|row| Cursor { direction, key: key(row) });
    let (has_next, has_previous) = if back { (true, more) } else { (more, from_cursor) };
    Page {
        next: if has_next { cursor(Direction::Forward, found.last()) } else { None },
        previous: if has_previous { cursor(Direction::Backward, found.first()) } else { None },
        rows: found,
    }
}
