//! How far each audit log was read.

use model::attribution::{EventSource, SourceState};
use model::coverage::TypeState;
use model::failure::Code;
use model::ids::RunId;
use model::time::Moment;
use uuid::Uuid;

use super::{BY_RUN, TenantEvents};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

const READ: &str = "select source, state, failure_code, attempted_at, complete_from, complete_until, operation_run_id
  from tenant_audit_sources where tenant_id = $1";

impl TenantEvents<'_> {
    /// Records that a log was read: every event from `from` up to `until`, by the database's clock, that had arrived by then. Where that
    /// begins after the end of what was read before, there is a gap, and the record begins with it anew.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn source_complete(&self, run: &RunScope, source: EventSource, from: Moment, until: Moment) -> Result<()> {
        const COMPLETE: &str =
            "insert into tenant_audit_sources (tenant_id, source, workspace_id, state, failure_code, attempted_at,
            complete_from, complete_until, operation_run_id)
          values ($1, $2, $3, $4, null, $now, $5, $6, $7)
          on conflict (tenant_id, source) do update set state = excluded.state, failure_code = null,
            attempted_at = excluded.attempted_at, complete_from = case
              when tenant_audit_sources.complete_from <= excluded.complete_from
                and excluded.complete_from <= tenant_audit_sources.complete_until then tenant_audit_sources.complete_from
              else excluded.complete_from end,
            complete_until = excluded.complete_until,
            operation_run_id = excluded.operation_run_id";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run of events without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let complete = sql(COMPLETE)
            .bind(tenant)
            .bind(source.code())
            .bind(run.workspace_id())
            .bind(TypeState::Complete.code())
            .bind(from)
            .bind(until)
            .bind(run.run_id());
        tx.exec(complete).await?;
        tx.commit_unaudited(BY_RUN).await
    }

    /// Records that a log could not be read. What was read before stays, and counts as read as far as it was.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn source_failed(&self, run: &RunScope, source: EventSource, state: TypeState, code: Code) -> Result<()> {
        const FAILED: &str =
            "insert into tenant_audit_sources (tenant_id, source, workspace_id, state, failure_code, attempted_at)
          values ($1, $2, $3, $4, $5, $now)
          on conflict (tenant_id, source) do update set state = excluded.state, failure_code = excluded.failure_code,
            attempted_at = excluded.attempted_at";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run of events without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let failed = sql(FAILED).bind(tenant).bind(source.code()).bind(run.workspace_id()).bind(state.code()).bind(code.code());
        tx.exec(failed).await?;
        tx.commit_unaudited(BY_RUN).await
    }

    /// How far each log of the run's tenant was read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sources_of_run(&self, run: &RunScope) -> Result<Vec<SourceState>> {
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(READ).bind(run.tenant_id())).await?;
        db.end().await?;
        Ok(each(rows))
    }

    /// How far each log of the tenant was read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sources(&self, scope: &TenantScope) -> Result<Vec<SourceState>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(READ).bind(scope.tenant_id())).await?;
        db.end().await?;
        Ok(each(rows))
    }
}

/// One state for each source that is known.
fn each(rows: Vec<Row>) -> Vec<SourceState> {
    let mut rows: Vec<SourceState> = rows.into_iter().map(SourceState::from).collect();
    let of = |source: &EventSource| {
        let at = rows.iter().position(|state| state.source == *source);
        at.map_or(SourceState::unread(*source), |at| rows.swap_remove(at))
    };
    EventSource::ALL.iter().map(of).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    source: String,
    state: String,
    failure_code: Option<String>,
    attempted_at: DbTime,
    complete_from: Option<DbTime>,
    complete_until: Option<DbTime>,
    operation_run_id: Option<Uuid>,
}

impl From<Row> for SourceState {
    fn from(row: Row) -> Self {
        Self {
            source: EventSource::from_code(&row.source),
            state: Some(TypeState::from_code(&row.state)),
            failure_code: row.failure_code,
            attempted_at: Some(row.attempted_at.0),
            complete_from: row.complete_from.map(|at| at.0),
            complete_until: row.complete_until.map(|at| at.0),
            run: row.operation_run_id.map(RunId::from_uuid),
        }
    }
}
