//! Runs of an earlier installation, as they are recorded: completed, whatever they were. The only insert of such runs.

use crate::adoption::AdoptedRun;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;
use model::operations::Operation;
use model::run::Status;

use super::insert::hash;

const HEAD: &str =
    "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, reason_code, run_identity_hash, trigger,
    user_id, initiator_name, summary_counts, failure_summary, context, schedule_id, priority, attempt, max_attempts, lease_token,
    available_at, created_at, started_at, completed_at, updated_at) values ";
/// Rows of one statement; see `insert`.
const AT_ONCE: usize = 20;

/// Records older runs. Nobody is told of them, and none is ever claimed; the figures by the hour are counted anew.
pub(crate) async fn adopt(tx: &mut Tx, runs: &[&AdoptedRun]) -> Result<()> {
    for part in runs.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        for (i, run) in part.iter().enumerate() {
            let most = Operation::from_code(&run.type_code).map_or(1, |operation| operation.entry().max_attempts);
            let failures = serde_json::to_value(&run.failures).map_err(|_| StoreError::Corrupt("failures"))?;
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, run.id)
                .push_bind(", ", run.workspace)
                .push_bind(", ", run.tenant)
                .push_bind(", ", run.type_code.as_str())
                .push_bind(", ", Status::Completed.code())
                .push_bind(", ", run.outcome.code())
                .push_bind(", ", run.reason.map(|code| code.code()))
                .push_bind(", ", hash(run.id.as_bytes()))
                .push_bind(", ", run.trigger.code())
                .push_bind(", ", run.user)
                .push_bind(", ", run.initiator.as_str())
                .push_bind(", ", run.counts.to_value())
                .push_bind(", ", failures)
                .push_bind(", ", run.context.clone())
                .push_bind(", ", run.schedule)
                .push_bind(", 0, ", i64::from(run.started_at.is_some()))
                .push_bind(", ", most)
                .push_bind(", 0, ", run.created_at)
                .push_bind(", ", run.created_at)
                .push_bind(", ", run.started_at)
                .push_bind(", ", run.completed_at)
                .push(", $now)");
        }
        tx.exec(statement).await?;
    }
    tx.exec(sql("update chores set done_through = null where name = 'roll_up'")).await?;
    Ok(())
}
