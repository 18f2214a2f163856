//! What holds a queued run back, other than the want of a worker.

use model::ids::RunId;

use crate::db::{Result, Tx};
use crate::sql::{Sql, sql};
use model::run::RunSettings;

/// Adds the condition under which the queued run `r` may not be claimed now: paused, waiting for its time, or behind a lane or a
/// limit.
pub(super) fn push_held_back(statement: Sql) -> Sql {
    let defaults = RunSettings::default();
    statement
        .push(
            "r.available_at > $now
            or exists (select 1 from operation_pauses p
              where p.workspace_id = r.workspace_id and (p.tenant_id = r.tenant_id or p.type = r.type))
            or exists (select 1 from operation_runs l where l.write_lane = r.write_lane and l.status = 'running')
            or (r.tenant_id is not null and (select count(*) from operation_runs t
              where t.tenant_id = r.tenant_id and t.status = 'running')
                >= coalesce((select s.tenant_limit from run_limits s where s.workspace_id = r.workspace_id)",
        )
        .push_bind(", ", defaults.tenant_limit)
        .push(
            ")) or (select count(*) from operation_runs w where w.workspace_id = r.workspace_id and w.status = 'running')
                >= coalesce((select s.workspace_limit from run_limits s where s.workspace_id = r.workspace_id)",
        )
        .push_bind(", ", defaults.workspace_limit)
        .push(")")
}

/// Whether that queued run is held back now. Asked of all runs: those that fill its workspace may be of tenants that this transaction
/// does not see.
pub(super) async fn held_back(tx: &mut Tx, run: RunId) -> Result<bool> {
    let held = sql("select count(*) from operation_runs r where r.id = $1 and (").bind(run);
    let (count,): (i64,) = tx.one_as_system(push_held_back(held).push(")")).await?;
    Ok(count > 0)
}
