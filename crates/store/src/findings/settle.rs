//! A type was compared to its end.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{FindingKind, FindingState, HistoryEvent};
use model::ids::FindingId;
use uuid::Uuid;

use super::folds::fold;
use super::history::{Line, tell};
use super::ratings::ratings_in;
use super::readings::NewestReading;
use super::write::rate;
use super::{BY_RUN, CHUNK, Findings};
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// Opens findings again that fit.
const AGAIN: &str = "update findings set state = 'new', resolution = null, accepted_until = null, accepted_reason = null,
    occurrences = occurrences + 1, opened_at = $now, state_at = $now, revision = revision + 1 where tenant_id = $1";

/// What deviates was seen by a reading.
const SEEN: &str = "update findings set last_seen_at = $now,
    current_operation_run_id = (select r.id from operation_runs r where r.id = $3)
  where tenant_id = $1 and resource_type = $2 and against = 'previous' and state in ('new', 'triaged', 'in_progress', 'risk_accepted')";

impl Findings<'_> {
    /// Records that the newest readings of types were compared: what still deviates was seen by them. What somebody said to be resolved
    /// before a reading began, and is as it was, is open again; how many of those there are, of the types that have any. One transaction.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn settle(&self, run: &RunScope, compared: &[(&str, NewestReading)]) -> Result<BTreeMap<String, i64>> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut still = BTreeMap::new();
        for chunk in compared.chunks(CHUNK) {
            are_compared(&mut tx, run, chunk).await?;
            let eventful = eventful(&mut tx, run, chunk).await?;
            for (resource_type, newest) in chunk.iter().filter(|(key, _)| eventful.contains(*key)) {
                let again = still_there(&mut tx, run, resource_type, *newest).await?;
                if again > 0 {
                    still.insert((*resource_type).to_owned(), again);
                }
                fold(&mut tx, run, resource_type).await?;
                tx.exec(sql(SEEN).bind(run.tenant_id()).bind(*resource_type).bind(newest.run)).await?;
            }
        }
        tx.commit_unaudited(BY_RUN).await?;
        Ok(still)
    }

    /// Opens findings of the tenant again whose risk was accepted until a day that has come; how many.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn end_acceptances(&self, run: &RunScope) -> Result<i64> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let over = sql(AGAIN)
            .bind(run.tenant_id())
            .push(" and state = 'risk_accepted' and accepted_until <= $now returning id, resource_type, kind, property");
        let over = again(&mut tx, run, over, HistoryEvent::AcceptanceEnded).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(over)
    }
}

/// Which reading of each type was compared last.
async fn are_compared(tx: &mut Tx, run: &RunScope, compared: &[(&str, NewestReading)]) -> Result<()> {
    let mut write =
        sql("insert into drift_readings (tenant_id, resource_type, workspace_id, compared_at, operation_run_id) values ");
    for (i, (resource_type, newest)) in compared.iter().enumerate() {
        write = write
            .push_bind(if i == 0 { "(" } else { ", (" }, run.tenant_id())
            .push_bind(", ", *resource_type)
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", newest.until)
            .push_bind(", (select r.id from operation_runs r where r.id = ", newest.run)
            .push("))");
    }
    let write = write.push(
        " on conflict (tenant_id, resource_type) do update set compared_at = excluded.compared_at,
            operation_run_id = excluded.operation_run_id
          where drift_readings.compared_at <= excluded.compared_at",
    );
    tx.exec(write).await.map(drop)
}

/// The types of which there is a finding that a reading says something of: of most there is none.
async fn eventful(tx: &mut Tx, run: &RunScope, compared: &[(&str, NewestReading)]) -> Result<BTreeSet<String>> {
    const FIND: &str = "select distinct resource_type from findings where tenant_id = $1 and against = 'previous'
        and (state in ('new', 'triaged', 'in_progress', 'risk_accepted') or (state = 'resolved' and resolution = 'person')
          or fold is not null)";
    let keys = compared.iter().map(|(key, _)| *key);
    let rows: Vec<(String,)> = tx.all(sql(FIND).bind(run.tenant_id()).push_in(" and resource_type in ", keys)).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Opens again what somebody said to be resolved and is as it was; how many.
async fn still_there(tx: &mut Tx, run: &RunScope, resource_type: &str, newest: NewestReading) -> Result<i64> {
    // What the reading did not look at whole is not known.
    let still = sql(AGAIN)
        .bind(run.tenant_id())
        .push_bind(" and resource_type = ", resource_type)
        .push(" and against = 'previous' and state = 'resolved' and resolution = 'person'")
        .push_bind(" and state_at < ", newest.from)
        .push(
            " and exists (select 1 from inventory_items i where i.id = findings.item_id
                and (i.absent or i.observed_at >= findings.state_at)) returning id, resource_type, kind, property",
        );
    again(tx, run, still, HistoryEvent::StillThere).await
}

async fn again(tx: &mut Tx, run: &RunScope, update: Sql, why: HistoryEvent) -> Result<i64> {
    let rows: Vec<(Uuid, String, String, String)> = tx.all(update).await?;
    let ratings = ratings_in(tx, run.workspace_id()).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for (id, resource_type, kind, property) in &rows {
        let id = FindingId::from_uuid(*id);
        rate(tx, id, (resource_type, FindingKind::from_code(kind), property), &ratings).await?;
        lines.push(Line::of(id, why, FindingState::New));
    }
    tell(tx, run.grant(), Some(run.run_id()), &lines).await?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}
