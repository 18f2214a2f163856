//! Why a queued run waits.

use model::ids::RunId;
use model::run::{Run, Status, Waiting, Worker};
use model::time::Moment;
use uuid::Uuid;

use super::Runs;
use super::pauses::{PauseRow, pause};
use super::settings::{LIMITS, limited};
use super::workers::last_seen;
use crate::access::RunSight;
use crate::db::{Reader, Result};
use crate::reach::Reach;
use crate::sql::sql;

/// Runs that are counted as being before it, at most.
const COUNTED: u32 = 1000;

impl Runs<'_> {
    /// Why that run waits; `None` when it does not wait.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting(&self, sight: &RunSight, run: &Run, now: Moment) -> Result<Option<Waiting>> {
        if run.status != Status::Queued {
            return Ok(None);
        }
        // As the system: how full the workspace is and who works is asked of runs that the person may not see. Only a figure, or
        // the id of a run of the same tenant, leaves.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let why = why(&mut db, sight, run, now).await?;
        db.end().await?;
        Ok(Some(why))
    }
}

async fn why(db: &mut Reader, sight: &RunSight, run: &Run, now: Moment) -> Result<Waiting> {
    const PAUSE: &str = "select tenant_id, type, paused_by_name, reason, created_at from operation_pauses
      where workspace_id = $1 and (tenant_id = $2 or type = $3) order by created_at limit 1";
    const LANE: &str = "select id from operation_runs where write_lane = $1 and status = 'running'";
    const OF_TENANT: &str = "select count(*) from operation_runs where tenant_id = $1 and status = 'running'";
    const OF_WORKSPACE: &str = "select count(*) from operation_runs where workspace_id = $1 and status = 'running'";
    const BEFORE: &str = "select count(*) from (select 1 as one from operation_runs o join operation_runs r on r.id = $1
      where o.status = 'queued' and o.workspace_id = r.workspace_id and (o.queue_rank, o.id) < (r.queue_rank, r.id) limit $2) q";
    let (living, any) = last_seen(db).await?;
    if living.is_none_or(|seen| now.since(seen) > Worker::ALIVE) {
        return Ok(Waiting::NoWorker { since: any });
    }
    if run.operation.is_none() {
        return Ok(Waiting::UnknownType);
    }
    let workspace = sight.workspace_id();
    let paused: Option<PauseRow> =
        db.optional(sql(PAUSE).bind(workspace).bind(run.tenant_id).bind(run.type_code.as_str())).await?;
    if let Some(row) = paused {
        return Ok(Waiting::Paused(pause(row)));
    }
    if run.available_at > now {
        return Ok(Waiting::NotBefore(run.available_at));
    }
    let limits = limited(db.optional(sql(LIMITS).bind(workspace)).await?);
    if let Some(lane) = run.write_lane
        && let Some((holder,)) = db.optional::<(Uuid,)>(sql(LANE).bind(lane)).await?
    {
        return Ok(Waiting::LaneBusy(RunId::from_uuid(holder)));
    }
    if let Some(tenant) = run.tenant_id
        && db.one::<(i64,)>(sql(OF_TENANT).bind(tenant)).await?.0 >= i64::from(limits.tenant_limit)
    {
        return Ok(Waiting::TenantLimit(limits.tenant_limit));
    }
    if db.one::<(i64,)>(sql(OF_WORKSPACE).bind(workspace)).await?.0 >= i64::from(limits.workspace_limit) {
        return Ok(Waiting::WorkspaceLimit(limits.workspace_limit));
    }
    let (before,): (i64,) = db.one(sql(BEFORE).bind(run.id).bind(COUNTED)).await?;
    Ok(if before == 0 { Waiting::Next } else { Waiting::Behind(u32::try_from(before).unwrap_or(COUNTED)) })
}
