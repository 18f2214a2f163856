//! Which lists were read to their end: only those can tell that something is missing.

use model::failure::Code;
use model::time::Moment;

use super::Inventory;
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// A type whose list was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeList {
    /// Key of the resource type.
    pub resource_type: &'static str,
    /// When reading began, by the database's clock.
    pub from: Moment,
    /// Objects of this type in the list.
    pub objects: i64,
    /// Pages of the list.
    pub pages: i64,
}

const COMPLETE: &str = "insert into inventory_coverage (tenant_id, resource_type, workspace_id, complete_from, complete_at,
    complete_clean, complete_operation_run_id, objects, pages, attempted_at, failure_code)
  values ($1, $2, $3, $4, $now, $5, $6, $7, $8, $now, null)
  on conflict (tenant_id, resource_type) do update set complete_from = excluded.complete_from,
    complete_at = excluded.complete_at, complete_clean = excluded.complete_clean,
    complete_operation_run_id = excluded.complete_operation_run_id, objects = excluded.objects, pages = excluded.pages,
    attempted_at = excluded.attempted_at, failure_code = null
  where inventory_coverage.complete_from is null or inventory_coverage.complete_from <= excluded.complete_from";

const FAILED: &str = "insert into inventory_coverage (tenant_id, resource_type, workspace_id, complete_clean, objects, pages,
    attempted_at, failure_code)
  values ($1, $2, $3, $4, $5, $6, $now, $7)
  on conflict (tenant_id, resource_type) do update set attempted_at = excluded.attempted_at,
    failure_code = excluded.failure_code";

impl Inventory<'_> {
    /// Records that a type was listed completely and how many items are missing since. What the list did not have is missing from
    /// now on, with low confidence until the run is known to be clean. A list that began before the latest complete one (of another
    /// run, under way at the same time) changes nothing: it would bring back what is gone.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn type_complete(&self, run: &RunScope, list: TypeList) -> Result<i64> {
        const MISSING: &str = "select count(*) from inventory_items
          where tenant_id = $1 and resource_type = $2 and last_seen_at < $3";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let complete = sql(COMPLETE)
            .bind(tenant)
            .bind(list.resource_type)
            .bind(run.workspace_id())
            .bind(list.from)
            .bind(false)
            .bind(run.run_id())
            .bind(list.objects)
            .bind(list.pages);
        tx.exec(complete).await?;
        let missing = sql(MISSING).bind(tenant).bind(list.resource_type).bind(list.from);
        let (missing,): (i64,) = tx.one(missing).await?;
        tx.commit_unaudited("coverage of a run; the run is the record").await?;
        Ok(missing)
    }

    /// Records that a type could not be read. Its items and its latest complete list stay as they were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn type_failed(&self, run: &RunScope, resource_type: &'static str, code: Code) -> Result<()> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let failed = sql(FAILED)
            .bind(tenant)
            .bind(resource_type)
            .bind(run.workspace_id())
            .bind(false)
            .bind(0_i64)
            .bind(0_i64)
            .bind(code.code());
        tx.exec(failed).await?;
        tx.commit_unaudited("coverage of a run; the run is the record").await
    }

    /// Records that the run had no errors anywhere, so that what it found missing is missing with confidence.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn run_was_clean(&self, run: &RunScope) -> Result<()> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let clean = sql("update inventory_coverage set complete_clean = $2 where complete_operation_run_id = $1");
        tx.exec(clean.bind(run.run_id()).bind(true)).await?;
        tx.commit_unaudited("coverage of a run; the run is the record").await
    }
}
