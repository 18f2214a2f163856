//! What checks of connections found: the latest reports of each tenant.

use model::connection::Connection;
use model::connection_check::{CheckReport, Report};
use model::ids::{ConnectionId, RunId, TenantId, ThingId};
use uuid::Uuid;

use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// Reports of connection checks.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionChecks<'a>(&'a Store);

/// Reports that are kept of a tenant.
pub const KEPT_CHECKS: u32 = 20;

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: Uuid,
    connection_id: Uuid,
    revision: i64,
    run_id: Option<Uuid>,
    report: DbJson,
    made_at: DbTime,
}

impl From<Row> for CheckReport {
    fn from(row: Row) -> Self {
        Self {
            tenant_id: TenantId::from_uuid(row.tenant_id),
            connection_id: ConnectionId::from_uuid(row.connection_id),
            revision: row.revision,
            run_id: row.run_id.map(RunId::from_uuid),
            made_at: row.made_at.0,
            // What a newer version wrote in another form counts as nothing checked.
            report: serde_json::from_value(row.report.0).unwrap_or_default(),
        }
    }
}

impl Store {
    /// Reports of connection checks.
    #[must_use]
    pub const fn connection_checks(&self) -> ConnectionChecks<'_> {
        ConnectionChecks(self)
    }
}

impl ConnectionChecks<'_> {
    /// Keeps the report of a run, in place of one that an earlier attempt of it made; of older ones the latest 19 stay.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease: a check that was superseded writes nothing.
    pub async fn save(&self, run: &RunScope, connection: &Connection, report: &Report) -> Result<()> {
        const SAVE: &str =
            "insert into connection_checks (id, workspace_id, tenant_id, connection_id, revision, run_id, report, worst, made_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $now)";
        const PRUNE: &str = "delete from connection_checks where tenant_id = $1 and id not in
          (select k.id from connection_checks k where k.tenant_id = $1 order by k.made_at desc, k.id desc limit $2)";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a connection check without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql("delete from connection_checks where run_id = $1").bind(run.run_id())).await?;
        let save = sql(SAVE)
            .bind(ThingId::generate())
            .bind(run.workspace_id())
            .bind(tenant)
            .bind(connection.id)
            .bind(connection.revision)
            .bind(run.run_id())
            .bind(serde_json::to_value(report).map_err(|_| StoreError::Corrupt("a report"))?)
            .bind(report.worst().code());
        tx.exec(save).await?;
        tx.exec(sql(PRUNE).bind(tenant).bind(KEPT_CHECKS)).await?;
        tx.commit_unaudited("what a check found; the run is the record").await
    }

    /// The latest reports of a tenant, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn latest(&self, scope: &TenantScope, limit: u32) -> Result<Vec<CheckReport>> {
        const LATEST: &str = "select tenant_id, connection_id, revision, run_id, report, made_at from connection_checks
          where workspace_id = $1 and tenant_id = $2 order by made_at desc, id desc limit $3";
        let latest = sql(LATEST).bind(scope.workspace_id()).bind(scope.tenant_id()).bind(limit.min(KEPT_CHECKS));
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(latest).await?;
        db.end().await?;
        Ok(rows.into_iter().map(CheckReport::from).collect())
    }
}
