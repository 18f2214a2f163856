//! One run.

use model::ids::{RunId, TenantId};
use model::operations::Operation;
use model::run::Run;
use uuid::Uuid;

use super::Runs;
use super::row::{RunRow, columns};
use crate::access::{RunSight, TenantScope, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl Runs<'_> {
    /// The run.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it was pruned meanwhile.
    pub async fn find(&self, sight: &RunSight) -> Result<Run> {
        const FIND: &str = concat!("select ", columns!(), " from operation_runs where id = $1");
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let row: Option<RunRow> = db.optional(sql(FIND).bind(sight.run_id())).await?;
        db.end().await?;
        Ok(row.ok_or(StoreError::NotVisible)?.into())
    }

    /// The latest run of each of these tenants, as far as the person is entitled to them; tenants without a run are left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn latest_of_tenants(&self, scope: &WorkspaceScope, tenants: &[TenantId]) -> Result<Vec<Run>> {
        // Their ids first: joined, PostgreSQL reads every run there is.
        const LATEST: &str =
            "select (select r.id from operation_runs r where r.workspace_id = t.workspace_id and r.tenant_id = t.id
            order by r.id desc limit 1) from tenants t where t.workspace_id = $1";
        const RUNS: &str = concat!("select ", columns!(), " from operation_runs where id in ");
        let entitled = tenants.iter().copied().filter(|tenant| scope.role_in(*tenant).is_some());
        let latest = sql(LATEST).bind(scope.workspace_id()).push_in(" and t.id in ", entitled);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let ids: Vec<(Option<Uuid>,)> = db.all(latest).await?;
        let rows: Vec<RunRow> = db.all(sql("").push_in(RUNS, ids.into_iter().filter_map(|(id,)| id))).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Run::from).collect())
    }

    /// The latest run that each schedule of a tenant started, by hand or by itself; those that were removed are left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn latest_of_schedules(&self, scope: &TenantScope) -> Result<Vec<Run>> {
        const LATEST: &str = concat!(
            "select ",
            columns!(),
            " from schedules s join operation_runs on operation_runs.id = (select r.id from operation_runs r
                where r.schedule_id = s.id order by r.id desc limit 1) where s.workspace_id = $1 and s.tenant_id = $2 and s.purged_at is null"
        );
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<RunRow> = db.all(sql(LATEST).bind(scope.workspace_id()).bind(scope.tenant_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Run::from).collect())
    }

    /// The latest run of a type in a tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn latest_of(&self, scope: &TenantScope, operation: Operation) -> Result<Option<Run>> {
        const LATEST: &str = concat!(
            "select ",
            columns!(),
            " from operation_runs where workspace_id = $1 and tenant_id = $2 and type = $3 order by id desc limit 1"
        );
        let latest = sql(LATEST).bind(scope.workspace_id()).bind(scope.tenant_id()).bind(operation.code());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<RunRow> = db.optional(latest).await?;
        db.end().await?;
        Ok(row.map(Run::from))
    }

    /// Those of these runs that are of the tenant and still recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_tenant(&self, scope: &TenantScope, runs: &[RunId]) -> Result<Vec<Run>> {
        const THESE: &str = concat!("select ", columns!(), " from operation_runs where workspace_id = $1 and tenant_id = $2");
        let these = sql(THESE).bind(scope.workspace_id()).bind(scope.tenant_id()).push_in(" and id in ", runs.iter().copied());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<RunRow> = db.all(these).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Run::from).collect())
    }

    /// The newest runs of a tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn newest_of_tenant(&self, scope: &TenantScope, limit: u32) -> Result<Vec<Run>> {
        const NEWEST: &str = concat!(
            "select ",
            columns!(),
            " from operation_runs where workspace_id = $1 and tenant_id = $2 order by id desc limit $3"
        );
        let statement = sql(NEWEST).bind(scope.workspace_id()).bind(scope.tenant_id()).bind(limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<RunRow> = db.all(statement).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Run::from).collect())
    }

    /// The run before that one with the same identity: the same type with the same inputs in the same place, of the latest 2,000 of
    /// that type there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn previous(&self, sight: &RunSight, run: &Run) -> Result<Option<Run>> {
        const LATEST: &str = concat!(
            "select ",
            columns!(),
            " from operation_runs where id = (select p.id from
            (select b.id, b.run_identity_hash from operation_runs b where b.workspace_id = $1 and b.type = $2 and b.id < $3"
        );
        const SAME: &str = " order by b.id desc limit 2000) p
            where p.run_identity_hash = (select s.run_identity_hash from operation_runs s where s.id = $3) order by p.id desc limit 1)";
        let of = sql(LATEST).bind(sight.workspace_id()).bind(run.type_code.as_str()).bind(run.id);
        let of = match run.tenant_id {
            Some(tenant) => of.push_bind(" and b.tenant_id = ", tenant),
            None => of.push(" and b.tenant_id is null"),
        };
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let row: Option<RunRow> = db.optional(of.push(SAME)).await?;
        db.end().await?;
        Ok(row.map(Run::from))
    }

    /// The latest run that repeats that one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn repeated_by(&self, sight: &RunSight) -> Result<Option<RunId>> {
        let latest =
            sql("select id from operation_runs where retry_of_run_id = $1 order by id desc limit 1").bind(sight.run_id());
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let found: Option<(Uuid,)> = db.optional(latest).await?;
        db.end().await?;
        Ok(found.map(|(id,)| RunId::from_uuid(id)))
    }
}
