//! Finished documents: what a run writes, what people read, and when they go.

use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::{ReportId, RunId, TenantId};
use model::page::{Cursor, Direction, Page};
use model::report::{Block, Period, Report, ReportFormat, ReportHead, ReportKind};
use uuid::Uuid;

use super::Reports;
use crate::access::{RunScope, WorkspaceScope};
use crate::bind::DbTime;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

const LEVEL: i32 = 3;
const DAY: Duration = Duration::from_secs(86_400);

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    tenant_id: Option<Uuid>,
    kind: String,
    subject: String,
    period_from: Option<DbTime>,
    period_until: Option<DbTime>,
    operation_run_id: Option<Uuid>,
    made_at: DbTime,
    expires_at: DbTime,
    whole: i64,
    bytes: i64,
    parts: i64,
}

const SELECT: &str = "select r.id, r.tenant_id, r.kind, r.subject, r.period_from, r.period_until, r.operation_run_id, r.made_at,
    r.expires_at, cast(case when r.completed_at is null then 0 else 1 end as bigint) as whole, r.bytes, r.parts
  from reports r where r.workspace_id = $1 and r.expires_at > $now and r.completed_at is not null";

impl From<Row> for Report {
    fn from(row: Row) -> Self {
        let period = row.period_from.zip(row.period_until);
        let head = ReportHead {
            kind: ReportKind::from_code(&row.kind),
            subject: row.subject,
            period: period.map(|(from, until)| Period { from: from.0, until: until.0 }),
            made_at: row.made_at.0,
        };
        Self {
            id: ReportId::from_uuid(row.id),
            tenant_id: row.tenant_id.map(TenantId::from_uuid),
            head,
            run_id: row.operation_run_id.map(RunId::from_uuid),
            expires_at: row.expires_at.0,
            is_whole: row.whole == 1,
            bytes: row.bytes,
            parts: row.parts,
        }
    }
}

/// Adds that the person may know of it: of a tenant that they are entitled to, or of all where they are entitled to all.
fn theirs(statement: Sql, scope: &WorkspaceScope) -> Sql {
    match scope.entitled() {
        None => statement,
        Some(tenants) => statement.push_in(" and r.tenant_id in ", tenants),
    }
}

/// Ends what a run wrote or removed.
async fn of_run(tx: Tx) -> Result<()> {
    tx.commit_unaudited("a report that a run writes, or removes when its time is over; the run is the record").await
}

impl Reports<'_> {
    /// Begins the document of the attempt's run. There is one for each run: what an earlier attempt wrote is replaced.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn begin(&self, run: &RunScope, head: &ReportHead, keep_days: u32) -> Result<ReportId> {
        const BEGIN: &str =
            "insert into reports (id, workspace_id, tenant_id, kind, subject, period_from, period_until, operation_run_id, made_at,
              expires_at, completed_at, bytes, parts)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $after(10), null, 0, 0)
            on conflict (id) do update set subject = excluded.subject, period_from = excluded.period_from,
              period_until = excluded.period_until, made_at = excluded.made_at, expires_at = excluded.expires_at, completed_at = null,
              bytes = 0, parts = 0";
        let id = ReportId::from_uuid(run.run_id().uuid());
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let begin = sql(BEGIN)
            .bind(id)
            .bind(run.workspace_id())
            .bind(run.tenant_id())
            .bind(head.kind.code())
            .bind(head.subject.as_str())
            .bind(head.period.map(|period| period.from))
            .bind(head.period.map(|period| period.until))
            .bind(run.run_id())
            .bind(head.made_at)
            .bind(DAY * keep_days);
        tx.exec(begin).await?;
        of_run(tx).await?;
        Ok(id)
    }

    /// Writes a part, from 0: blocks as they follow each other. How many bytes they are.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn put(&self, run: &RunScope, id: ReportId, number: i64, blocks: &[Block]) -> Result<i64> {
        const PUT: &str = "insert into report_parts (report_id, number, workspace_id, tenant_id, bytes, plain_size)
            values ($1, $2, $3, $4, $5, $6)
          on conflict (report_id, number) do update set bytes = excluded.bytes, plain_size = excluded.plain_size";
        let text = serde_json::to_string(blocks).map_err(|_| StoreError::Corrupt("a part of a report"))?;
        let bytes = zstd::bulk::compress(text.as_bytes(), LEVEL).map_err(|_| StoreError::Corrupt("compression"))?;
        let size = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let put = sql(PUT).bind(id).bind(number).bind(run.workspace_id()).bind(run.tenant_id()).bind(bytes).bind(size);
        tx.exec(put).await?;
        of_run(tx).await?;
        Ok(size)
    }

    /// The document is whole: it can be read from now on. What a longer attempt left behind it is forgotten.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; [`StoreError::NotVisible`] when the document was removed
    /// meanwhile, with a tenant.
    pub async fn complete(&self, run: &RunScope, id: ReportId, bytes: i64, parts: i64) -> Result<()> {
        const DONE: &str = "update reports set completed_at = $now, bytes = $3, parts = $4 where id = $1 and workspace_id = $2";
        const BEHIND: &str = "delete from report_parts where report_id = $1 and number >= $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(BEHIND).bind(id).bind(parts)).await?;
        if tx.exec(sql(DONE).bind(id).bind(run.workspace_id()).bind(bytes).bind(parts)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        of_run(tx).await
    }

    /// Removes up to `limit` documents of the attempt's workspace whose time is over. How many they were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn expire(&self, run: &RunScope, limit: u32) -> Result<u64> {
        const OVER: &str = "delete from reports where id in (select id from reports
          where workspace_id = $1 and expires_at <= $now order by expires_at limit $2)";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let removed = tx.exec(sql(OVER).bind(run.workspace_id()).bind(limit)).await?;
        of_run(tx).await?;
        Ok(removed)
    }

    /// A page of the finished documents that the person may read, newest first.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(&self, scope: &WorkspaceScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Report>> {
        let at: Option<(Direction, Uuid)> = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let kinds = ReportKind::ALL.iter().filter(|kind| scope.grant().looks_at(kind.capability())).map(|kind| kind.code());
        let mut statement = theirs(sql(SELECT).bind(scope.workspace_id()), scope).push_in(" and r.kind in ", kinds);
        if let Some((_, id)) = at {
            statement = statement.push_bind(if back { " and r.id > " } else { " and r.id < " }, id);
        }
        let order = if back { " order by r.id limit " } else { " order by r.id desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, |row: &Row| row.id.to_string()).map(Report::from))
    }

    /// A finished document.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none, or it speaks of a tenant that the person is not entitled to;
    /// [`StoreError::Forbidden`] without what its kind asks for.
    pub async fn find(&self, scope: &WorkspaceScope, id: ReportId) -> Result<Report> {
        let find = theirs(sql(SELECT).bind(scope.workspace_id()), scope).push_bind(" and r.id = ", id);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(find).await?;
        db.end().await?;
        let report = Report::from(row.ok_or(StoreError::NotVisible)?);
        let capability = report.head.kind.capability();
        if scope.may_open(report.tenant_id, capability) { Ok(report) } else { Err(StoreError::Forbidden(capability)) }
    }

    /// A part of a document, from 0.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the document is gone; [`StoreError::Corrupt`] when the part is not what was written.
    pub async fn part(&self, scope: &WorkspaceScope, report: &Report, number: i64) -> Result<Vec<Block>> {
        const PART: &str =
            "select bytes, plain_size from report_parts where report_id = $1 and number = $2 and workspace_id = $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let part = sql(PART).bind(report.id).bind(number).bind(scope.workspace_id());
        let row: Option<(Vec<u8>, i64)> = db.optional(part).await?;
        db.end().await?;
        let (bytes, size) = row.ok_or(StoreError::NotVisible)?;
        let text = blobs::unpack(&bytes, size)?;
        serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("a part of a report"))
    }

    /// Puts on record that a document leaves as a file; `tenant`: where it is about one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exported(
        &self,
        scope: &WorkspaceScope,
        kind: ReportKind,
        format: ReportFormat,
        tenant: Option<TenantId>,
        report: Option<ReportId>,
    ) -> Result<()> {
        let mut entry = AuditEntry::done(Action::ReportExport).with("report", kind).with("format", format);
        if let Some(report) = report {
            entry = entry.on("report", report.uuid());
        } else if let Some(tenant) = tenant {
            entry = entry.on("tenant", tenant.uuid());
        }
        let mut actor = scope.grant().actor().clone();
        actor.tenant_id = tenant;
        self.0.db().write(scope.grant().reach()).await?.commit(&actor, entry).await
    }
}
