//! The end of attempts: many in one transaction, each guarded by its own token.

use std::collections::BTreeMap;

use model::failure::{Failure, FailureLine};
use model::ids::RunId;
use model::run::{CountKey, Counts, Outcome, Run, Status, may_move};

use super::Queue;
use super::items::tally;
use super::progress::consistent;
use super::row::{RunRow, columns};
use super::transition::after_completion;
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// How an attempt ended, and with it the run.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// What came of it.
    pub outcome: Outcome,
    /// Why, where it did not succeed.
    pub reason: Option<Failure>,
    /// The figures. Where items were recorded, they say how many worked, failed and were left out.
    pub counts: Counts,
    /// The failures, counted.
    pub failures: Vec<FailureLine>,
}

const HEAD: &str = "with ended(id, token, outcome, reason, counts, failures) as (values ";
const COMPLETE: &str = ") update operation_runs set status = 'completed', outcome = ended.outcome, reason_code = ended.reason,
    summary_counts = ended.counts, failure_summary = ended.failures, completed_at = $now, updated_at = $now,
    lease_owner = null, lease_expires_at = null, tenant_slot = null, workspace_slot = null, phase = null
  from ended where operation_runs.id = ended.id and operation_runs.lease_token = ended.token
    and operation_runs.status = 'running' returning ";

impl Queue<'_> {
    /// Ends the attempt and the run.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else holds the run by now; [`StoreError::Corrupt`] when the figures contradict
    /// each other.
    pub async fn finish(
        &self,
        scope: &RunScope,
        outcome: Outcome,
        reason: Option<&Failure>,
        counts: &Counts,
        failures: &[FailureLine],
    ) -> Result<Run> {
        let end = End { outcome, reason: reason.cloned(), counts: counts.clone(), failures: failures.to_vec() };
        let mut tx = self.0.db().write(scope.grant().reach()).await?;
        let run = complete_all(&mut tx, &[(scope.clone(), end)]).await?.pop().ok_or(StoreError::LeaseLost)?;
        tx.commit_unaudited("the end of a run; the run is the record").await?;
        Ok(run)
    }

    /// Ends attempts together, in one transaction. The answer says of each, in the same order, whether it still held its lease;
    /// one that did not changed nothing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when figures contradict each other, or when the database refuses: nothing was written then.
    pub async fn finish_many(&self, ends: &[(RunScope, End)]) -> Result<Vec<bool>> {
        // As the system: attempts of any workspace end together. Each is named by its run and token, which come from its scope.
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let done = complete_all(&mut tx, ends).await?;
        tx.commit_unaudited("the end of runs; the runs are the record").await?;
        // By token as well: an attempt that lost its lease may end together with its successor.
        let held = |scope: &RunScope| done.iter().any(|run| (run.id, run.lease_token) == (scope.run_id(), scope.token()));
        Ok(ends.iter().map(|(scope, _)| held(scope)).collect())
    }
}

async fn complete_all(tx: &mut Tx, ends: &[(RunScope, End)]) -> Result<Vec<Run>> {
    let mut statement = sql(HEAD);
    for (i, (scope, end)) in ends.iter().enumerate() {
        if !may_move(Some(Status::Running), (Status::Completed, end.outcome)) {
            return Err(StoreError::Corrupt("a run was to be moved where it may not go"));
        }
        consistent(scope, &end.counts)?;
        let mut counts = end.counts.clone();
        // A first attempt that speaks of no item recorded none.
        if scope.token() > 1 || counts.get(CountKey::Processed).is_some() {
            tally(tx, scope.run_id(), &mut counts).await?;
        }
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, scope.run_id())
            .push_bind(", ", scope.token())
            .push_bind(", ", end.outcome.code())
            .push_bind(", ", end.reason.as_ref().map(|failure| failure.code().code()))
            .push_bind(", ", counts.to_value())
            .push_bind(", ", serde_json::to_value(&end.failures).map_err(|_| StoreError::Corrupt("failures"))?)
            .push(")");
    }
    let rows: Vec<RunRow> = tx.all(statement.push(COMPLETE).push(columns!())).await?;
    let mut runs: Vec<Run> = rows.into_iter().map(Run::from).collect();
    // What follows them is made in the same order on every database.
    runs.sort_by_key(|run| run.id);
    let reasons: BTreeMap<(RunId, i64), Option<&Failure>> =
        ends.iter().map(|(scope, end)| ((scope.run_id(), scope.token()), end.reason.as_ref())).collect();
    let reason = |run: &Run| reasons.get(&(run.id, run.lease_token)).copied().flatten();
    let told: Vec<(&Run, Option<&Failure>)> = runs.iter().map(|run| (run, reason(run))).collect();
    after_completion(tx, &told).await?;
    Ok(runs)
}
