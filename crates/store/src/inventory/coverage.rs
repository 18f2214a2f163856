//! Which lists were read to their end: only those can tell that something is missing.

use std::time::Duration;

use model::coverage::{Reading, TypeCoverage, TypeState};
use model::failure::Code;
use model::ids::{RunId, TenantId};
use model::time::Moment;
use uuid::Uuid;

use super::{Inventory, disappeared, synced};
use crate::access::{RunScope, RunSight, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// What reading a type took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Objects of this type in the list.
    pub objects: i64,
    /// Pages of the list.
    pub pages: i64,
    /// Objects whose details were asked for.
    pub details: i64,
    /// Requests, repeats aside.
    pub requests: i64,
    /// How long it took.
    pub took: Duration,
    /// Whether every detail was read, whatever the list told.
    pub every_detail: bool,
}

/// A type whose list was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeList {
    /// Key of the resource type.
    pub resource_type: &'static str,
    /// When reading began, by the database's clock.
    pub from: Moment,
    /// What it took.
    pub effort: Effort,
}

/// A type that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeUnread {
    /// Key of the resource type.
    pub resource_type: &'static str,
    /// How it stands.
    pub state: TypeState,
    /// What went wrong; `None` for a type that was not asked for.
    pub code: Option<Code>,
    /// What was tried.
    pub effort: Effort,
}

/// A type whose list was read to its end before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBefore {
    /// Key of the resource type.
    pub resource_type: String,
    /// When the latest such reading began.
    pub from: Moment,
    /// When the details of every object were last read.
    pub verified_at: Option<Moment>,
}

const COMPLETE: &str = "insert into inventory_coverage (tenant_id, resource_type, workspace_id, complete_from, complete_at,
    complete_clean, complete_operation_run_id, objects, pages, attempted_at, failure_code, state)
  values ($1, $2, $3, $4, $now, $5, $6, $7, $8, $now, null, 'complete')
  on conflict (tenant_id, resource_type) do update set complete_from = excluded.complete_from,
    complete_at = excluded.complete_at, complete_clean = excluded.complete_clean,
    complete_operation_run_id = excluded.complete_operation_run_id, objects = excluded.objects, pages = excluded.pages,
    attempted_at = excluded.attempted_at, failure_code = null, state = excluded.state
  where inventory_coverage.complete_from is null or inventory_coverage.complete_from <= excluded.complete_from";

const VERIFIED: &str = "update inventory_coverage set verified_at = $now where tenant_id = $1 and resource_type = $2";

const UNREAD: &str = "insert into inventory_coverage (tenant_id, resource_type, workspace_id, complete_clean, objects, pages,
    attempted_at, failure_code, state)
  values ($1, $2, $3, $4, $5, $6, $now, $7, $8)
  on conflict (tenant_id, resource_type) do update set attempted_at = excluded.attempted_at,
    failure_code = excluded.failure_code, state = excluded.state";

const READING: &str =
    "insert into inventory_readings (operation_run_id, resource_type, workspace_id, tenant_id, state, failure_code,
    pages, objects, details, requests, took_ms, every_detail, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $now)
  on conflict (operation_run_id, resource_type) do update set state = excluded.state, failure_code = excluded.failure_code,
    pages = excluded.pages, objects = excluded.objects, details = excluded.details, requests = excluded.requests,
    took_ms = excluded.took_ms, every_detail = excluded.every_detail, ended_at = excluded.ended_at";

impl Inventory<'_> {
    /// Records that types were listed completely, all or none; how many items of each are missing since. What a list did not have is
    /// missing from now on, with low confidence until the run is known to be clean, and gets a version that says so. A list that began
    /// before the latest complete one (of another run, under way at the same time) changes nothing: it would bring back what is gone.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn types_complete(&self, run: &RunScope, lists: &[TypeList]) -> Result<Vec<i64>> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut missing = Vec::with_capacity(lists.len());
        for list in lists {
            missing.push(complete(&mut tx, run, tenant, list).await?);
        }
        synced::note(&mut tx, run.workspace_id(), tenant).await?;
        tx.commit_unaudited("coverage of a run; the run is the record").await?;
        Ok(missing)
    }

    /// Records that types could not be read, or were not asked for. Their items and their latest complete lists stay as they were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn types_unread(&self, run: &RunScope, types: &[TypeUnread]) -> Result<()> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for unread in types {
            let failed = sql(UNREAD)
                .bind(tenant)
                .bind(unread.resource_type)
                .bind(run.workspace_id())
                .bind(false)
                .bind(0_i64)
                .bind(0_i64)
                .bind(unread.code.map(|code| code.code().to_owned()))
                .bind(unread.state.code());
            tx.exec(failed).await?;
            reading(&mut tx, run, unread.resource_type, (unread.state, unread.code), unread.effort).await?;
        }
        synced::note(&mut tx, run.workspace_id(), tenant).await?;
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

    /// The types whose list was ever read to its end, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read_before(&self, run: &RunScope) -> Result<Vec<ReadBefore>> {
        const READ: &str = "select resource_type, complete_from, verified_at from inventory_coverage
          where tenant_id = $1 and complete_from is not null";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(String, DbTime, Option<DbTime>)> = db.all(sql(READ).bind(run.tenant_id())).await?;
        db.end().await?;
        let read = |(resource_type, from, verified): (String, DbTime, Option<DbTime>)| ReadBefore {
            resource_type,
            from: from.0,
            verified_at: verified.map(|at| at.0),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// What the run read of each type, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn readings(&self, sight: &RunSight) -> Result<Vec<Reading>> {
        const READ: &str =
            "select resource_type, state, failure_code, pages, objects, details, requests, took_ms, every_detail, ended_at
          from inventory_readings where operation_run_id = $1 order by resource_type";
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let rows: Vec<ReadingRow> = db.all(sql(READ).bind(sight.run_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Reading::from).collect())
    }

    /// The latest that is known of each type of the tenant that was ever tried, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn coverage(&self, scope: &TenantScope) -> Result<Vec<TypeCoverage>> {
        const READ: &str = "select resource_type, state, failure_code, attempted_at, complete_at, complete_operation_run_id,
            verified_at, objects, pages
          from inventory_coverage where tenant_id = $1 order by resource_type";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<CoverageRow> = db.all(sql(READ).bind(scope.tenant_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().map(TypeCoverage::from).collect())
    }
}

async fn complete(tx: &mut Tx, run: &RunScope, tenant: TenantId, list: &TypeList) -> Result<i64> {
    const MISSING: &str = "select count(*) from inventory_items
      where tenant_id = $1 and resource_type = $2 and last_seen_at < $3";
    let complete = sql(COMPLETE)
        .bind(tenant)
        .bind(list.resource_type)
        .bind(run.workspace_id())
        .bind(list.from)
        .bind(false)
        .bind(run.run_id())
        .bind(list.effort.objects)
        .bind(list.effort.pages);
    if tx.exec(complete).await? > 0 {
        disappeared::note(tx, run, tenant, list.resource_type, list.from).await?;
    }
    // What could not be read is read by the next sync in any case.
    if list.effort.every_detail {
        tx.exec(sql(VERIFIED).bind(tenant).bind(list.resource_type)).await?;
    }
    reading(tx, run, list.resource_type, (TypeState::Complete, None), list.effort).await?;
    let (missing,): (i64,) = tx.one(sql(MISSING).bind(tenant).bind(list.resource_type).bind(list.from)).await?;
    Ok(missing)
}

async fn reading(
    tx: &mut Tx,
    run: &RunScope,
    resource_type: &str,
    (state, code): (TypeState, Option<Code>),
    effort: Effort,
) -> Result<()> {
    let insert = sql(READING)
        .bind(run.run_id())
        .bind(resource_type)
        .bind(run.workspace_id())
        .bind(run.tenant_id())
        .bind(state.code())
        .bind(code.map(|code| code.code().to_owned()))
        .bind(effort.pages)
        .bind(effort.objects)
        .bind(effort.details)
        .bind(effort.requests)
        .bind(i64::try_from(effort.took.as_millis()).unwrap_or(i64::MAX))
        .bind(effort.every_detail);
    tx.exec(insert).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ReadingRow {
    resource_type: String,
    state: String,
    failure_code: Option<String>,
    pages: i64,
    objects: i64,
    details: i64,
    requests: i64,
    took_ms: i64,
    every_detail: bool,
    ended_at: DbTime,
}

impl From<ReadingRow> for Reading {
    fn from(row: ReadingRow) -> Self {
        Self {
            resource_type: row.resource_type,
            state: TypeState::from_code(&row.state),
            failure_code: row.failure_code,
            pages: row.pages,
            objects: row.objects,
            details: row.details,
            requests: row.requests,
            took: Duration::from_millis(u64::try_from(row.took_ms).unwrap_or(0)),
            every_detail: row.every_detail,
            ended_at: row.ended_at.0,
        }
    }
}

#[derive(sqlx::FromRow)]
struct CoverageRow {
    resource_type: String,
    state: String,
    failure_code: Option<String>,
    attempted_at: DbTime,
    complete_at: Option<DbTime>,
    complete_operation_run_id: Option<Uuid>,
    verified_at: Option<DbTime>,
    objects: i64,
    pages: i64,
}

impl From<CoverageRow> for TypeCoverage {
    fn from(row: CoverageRow) -> Self {
        Self {
            resource_type: row.resource_type,
            state: TypeState::from_code(&row.state),
            failure_code: row.failure_code,
            attempted_at: row.attempted_at.0,
            complete_at: row.complete_at.map(|at| at.0),
            complete_run_id: row.complete_operation_run_id.map(RunId::from_uuid),
            verified_at: row.verified_at.map(|at| at.0),
            objects: row.objects,
            pages: row.pages,
        }
    }
}
