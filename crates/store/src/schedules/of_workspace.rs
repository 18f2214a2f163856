//! The schedules that each workspace has of itself: the retention of its run history, and the clean-up of stored contents.

use model::ids::{ScheduleId, WorkspaceId};
use model::operations::Operation;
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use uuid::Uuid;

use super::edit::next;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::runs::Queue;
use crate::sql::sql;

/// Workspaces that are looked after at a time.
const AT_ONCE: u32 = 100;
/// What starts by itself in each workspace, what it is called, and the first hour of the three over which workspaces are spread.
const OWN: [(Operation, &str, u8); 2] =
    [(Operation::OperationRunsRetention, "Run history retention", 2), (Operation::SnapshotGc, "Content clean-up", 5)];

impl Queue<'_> {
    /// Gives each workspace that lacks them the daily schedules of its own; how many were missing. At most 100 of each at a time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn schedules_of_workspaces(&self) -> Result<u32> {
        let mut made = 0;
        for (operation, name, hour) in OWN {
            made += self.schedule_of_workspaces(operation, name, hour).await?;
        }
        Ok(made)
    }

    async fn schedule_of_workspaces(&self, operation: Operation, name: &str, hour: u8) -> Result<u32> {
        const MISSING: &str =
            "select w.id from workspaces w where w.archived_at is null and not exists (select 1 from schedules s
            where s.workspace_id = w.id and s.tenant_id is null and s.type = $1) order by w.id limit $2";
        const CREATE: &str = "insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone,
              catch_up, catch_up_bound, enabled, holds_from, next_fire_at, revision, created_at, updated_at)
            values ($1, $2, null, $3, $4, $5, $6, $7, $8, 1, $9, $now, $10, 1, $now, $now) on conflict do nothing";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let missing: Vec<(Uuid,)> = db.all(sql(MISSING).bind(operation.code()).bind(AT_ONCE)).await?;
        db.end().await?;
        if missing.is_empty() {
            return Ok(0);
        }
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        for (id,) in &missing {
            let new = nightly(WorkspaceId::from_uuid(*id), operation, name, hour)?;
            let cadence = serde_json::to_value(&new.cadence).map_err(|_| StoreError::Corrupt("a cadence"))?;
            let create = sql(CREATE)
                .bind(ScheduleId::generate())
                .bind(*id)
                .bind(operation.code())
                .bind(new.arguments.clone())
                .bind(new.name.as_str())
                .bind(cadence)
                .bind(new.zone.name())
                .bind(new.catch_up.code())
                .bind(true)
                .bind(next(&new, now));
            tx.exec(create).await?;
        }
        tx.commit_unaudited("a schedule that each workspace has of itself").await?;
        Ok(u32::try_from(missing.len()).unwrap_or(AT_ONCE))
    }
}

/// Once a night, not in all workspaces at the same minute.
fn nightly(workspace: WorkspaceId, operation: Operation, name: &str, hour: u8) -> Result<NewSchedule> {
    let spread = workspace.uuid().as_bytes()[15];
    let at =
        TimeOfDay::parse(&format!("{:02}:{:02}", hour + spread % 3, spread % 60)).map_err(|_| StoreError::Corrupt("a time"))?;
    Ok(NewSchedule {
        name: name.to_owned(),
        operation,
        arguments: serde_json::json!({}),
        cadence: Cadence::Daily { at },
        zone: Zone::utc(),
        catch_up: CatchUp::Latest,
        bound: 1,
    })
}
