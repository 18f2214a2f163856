//! What a run asked of Microsoft Graph: requests, as far as the attempt kept them, and all of them by path.

use model::failure::Code;
use model::page::{Cursor, Direction, Page};
use model::run::{Call, CallTotal, NewCalls, WaitCause};

use super::progress::fenced;
use super::{Queue, Runs};
use crate::access::{RunScope, RunSight};
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

/// Rows of one statement.
const AT_ONCE: usize = 30;
/// Calls of one claim have room for this many numbers before those of the next begin. An attempt that was put off is claimed again.
const CLAIM: i64 = 1_000_000_000;
/// The longest path that is kept, in characters. Paths are templates of the catalogue.
const MAX_PATH: usize = 300;
/// Paths that are shown at most.
const MAX_TOTALS: u32 = 500;

const CALLS: &str = "insert into operation_run_calls
  (run_id, place, workspace_id, tenant_id, at, method, path, status, code, wait, waited_ms, ms, bytes, request_id, parts) values ";
const TOTALS: &str = "insert into operation_run_call_totals
  (run_id, claim, path, method, workspace_id, tenant_id, calls, batched, failed, throttled, bytes, ms_median, ms_longest, waited_ms) values ";
const TOTALS_AGAIN: &str =
    " on conflict (run_id, claim, path, method) do update set calls = excluded.calls, batched = excluded.batched,
  failed = excluded.failed, throttled = excluded.throttled, bytes = excluded.bytes, ms_median = excluded.ms_median,
  ms_longest = excluded.ms_longest, waited_ms = excluded.waited_ms";
/// Of the medians of several claims, that of the one with most calls.
const OF_RUN: &str = "select path, method, cast(sum(calls) as bigint) as calls, cast(sum(batched) as bigint) as batched,
    cast(sum(failed) as bigint) as failed, cast(sum(throttled) as bigint) as throttled, cast(sum(bytes) as bigint) as bytes,
    (select t.ms_median from operation_run_call_totals t
      where t.run_id = $1 and t.path = operation_run_call_totals.path and t.method = operation_run_call_totals.method
      order by t.calls desc, t.claim desc limit 1) as ms_median,
    max(ms_longest) as ms_longest, cast(sum(waited_ms) as bigint) as waited_ms
  from operation_run_call_totals where run_id = $1 group by path, method order by 3 desc, path, method limit $2";

#[derive(sqlx::FromRow)]
struct CallRow {
    place: i64,
    at: DbTime,
    method: String,
    path: String,
    status: Option<i64>,
    code: Option<String>,
    wait: String,
    waited_ms: i64,
    ms: i64,
    bytes: i64,
    request_id: Option<String>,
    parts: i64,
}

#[derive(sqlx::FromRow)]
struct TotalRow {
    path: String,
    method: String,
    calls: i64,
    batched: i64,
    failed: i64,
    throttled: i64,
    bytes: i64,
    ms_median: i64,
    ms_longest: i64,
    waited_ms: i64,
}

impl Queue<'_> {
    /// Adds to the trace of a running attempt. Calls that were written before stay as they are; totals take the place of earlier ones.
    ///
    /// # Errors
    /// [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing was written then.
    pub async fn trace(&self, scope: &RunScope, new: &NewCalls) -> Result<()> {
        let (mut tx, run) = fenced(self.0.db(), scope).await?;
        let first = run.lease_token * CLAIM;
        for part in new.calls.chunks(AT_ONCE) {
            let mut statement = sql(CALLS);
            for (i, call) in part.iter().enumerate() {
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, run.id)
                    .push_bind(", ", first + call.number)
                    .push_bind(", ", run.workspace_id)
                    .push_bind(", ", run.tenant_id)
                    .push_bind(", ", call.at)
                    .push_bind(", ", call.method.as_str())
                    .push_bind(", ", shortened(&call.path))
                    .push_bind(", ", call.status.map(i64::from))
                    .push_bind(", ", call.code.map(Code::code))
                    .push_bind(", ", call.wait.code())
                    .push_bind(", ", call.waited_ms)
                    .push_bind(", ", call.ms)
                    .push_bind(", ", call.bytes)
                    .push_bind(", ", call.request_id.clone())
                    .push_bind(", ", call.parts)
                    .push(")");
            }
            tx.exec(statement.push(" on conflict do nothing")).await?;
        }
        for part in new.totals.chunks(AT_ONCE) {
            let mut statement = sql(TOTALS);
            for (i, total) in part.iter().enumerate() {
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, run.id)
                    .push_bind(", ", run.lease_token)
                    .push_bind(", ", shortened(&total.path))
                    .push_bind(", ", total.method.as_str())
                    .push_bind(", ", run.workspace_id)
                    .push_bind(", ", run.tenant_id)
                    .push_bind(", ", total.calls)
                    .push_bind(", ", total.batched)
                    .push_bind(", ", total.failed)
                    .push_bind(", ", total.throttled)
                    .push_bind(", ", total.bytes)
                    .push_bind(", ", total.ms_median)
                    .push_bind(", ", total.ms_longest)
                    .push_bind(", ", total.waited_ms)
                    .push(")");
            }
            tx.exec(statement.push(TOTALS_AGAIN)).await?;
        }
        tx.commit_unaudited("the trace of a run; the run is the record").await
    }
}

impl Runs<'_> {
    /// A page of a run's requests in the order in which they ended; `failed`: only those that did not succeed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn calls(&self, sight: &RunSight, failed: bool, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Call>> {
        let back = cursor.is_some_and(|cursor| cursor.direction == Direction::Backward);
        let mut statement = sql("select place, at, method, path, status, code, wait, waited_ms, ms, bytes, request_id, parts
          from operation_run_calls where run_id = $1")
        .bind(sight.run_id());
        if failed {
            statement = statement.push(" and code is not null");
        }
        if let Some(cursor) = cursor {
            let place = cursor.key.parse::<i64>().unwrap_or(0);
            statement = statement.push_bind(if back { " and place < " } else { " and place > " }, place);
        }
        let order = if back { " order by place desc limit " } else { " order by place limit " };
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let found: Vec<CallRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let calls = found.into_iter().map(call).collect();
        let page = super::page(calls, rows, cursor.is_some(), back, |call: &Call| call.number.to_string());
        Ok(page.map(|call| Call { number: call.number % CLAIM, ..call }))
    }

    /// All requests of a run by path and method, most first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn call_totals(&self, sight: &RunSight) -> Result<Vec<CallTotal>> {
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let rows: Vec<TotalRow> = db.all(sql(OF_RUN).bind(sight.run_id()).bind(MAX_TOTALS)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(total).collect())
    }
}

fn shortened(path: &str) -> String {
    path.chars().take(MAX_PATH).collect()
}

fn call(row: CallRow) -> Call {
    Call {
        number: row.place,
        at: row.at.0,
        method: row.method,
        path: row.path,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        code: row.code.as_deref().map(Code::from_code),
        wait: WaitCause::from_code(&row.wait),
        waited_ms: row.waited_ms,
        ms: row.ms,
        bytes: row.bytes,
        request_id: row.request_id,
        parts: row.parts,
    }
}

fn total(row: TotalRow) -> CallTotal {
    CallTotal {
        method: row.method,
        path: row.path,
        calls: row.calls,
        batched: row.batched,
        failed: row.failed,
        throttled: row.throttled,
        bytes: row.bytes,
        ms_median: row.ms_median,
        ms_longest: row.ms_longest,
        waited_ms: row.waited_ms,
    }
}
