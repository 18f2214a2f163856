//! How far each kind was synced.

use model::directory::{DirectoryKind, DirectoryState};
use model::failure::Code;
use model::ids::{RunId, TenantId};
use uuid::Uuid;

use super::{BY_RUN, Directory};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Makes the row of a kind unless it is there.
const BEGIN: &str = "insert into directory_state (tenant_id, kind, workspace_id, next_number, objects) values ($1, $2, $3, 0, 0)
  on conflict (tenant_id, kind) do nothing";

pub(super) async fn begin(tx: &mut Tx, run: &RunScope, tenant: TenantId, kind: DirectoryKind) -> Result<()> {
    tx.exec(sql(BEGIN).bind(tenant).bind(kind.code()).bind(run.workspace_id())).await?;
    Ok(())
}

/// Takes that many numbers for new objects; gives the first.
pub(super) async fn take_numbers(tx: &mut Tx, run: &RunScope, tenant: TenantId, kind: DirectoryKind, many: usize) -> Result<i64> {
    const TAKE: &str = "update directory_state set next_number = next_number + $3 where tenant_id = $1 and kind = $2
      returning next_number";
    let many = i64::try_from(many).map_err(|_| StoreError::Corrupt("too many objects"))?;
    begin(tx, run, tenant, kind).await?;
    let (next,): (i64,) = tx.one(sql(TAKE).bind(tenant).bind(kind.code()).bind(many)).await?;
    Ok(next - many)
}

impl Directory<'_> {
    /// How far a kind was synced.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn state(&self, scope: &TenantScope, kind: DirectoryKind) -> Result<DirectoryState> {
        const STATE: &str = "select complete_at, full_at, operation_run_id, objects, attempted_at, failure_code
          from directory_state where tenant_id = $1 and kind = $2";
        type Row = (Option<DbTime>, Option<DbTime>, Option<Uuid>, i64, Option<DbTime>, Option<String>);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(STATE).bind(scope.tenant_id()).bind(kind.code())).await?;
        db.end().await?;
        let state = row.map(|(complete, full, run, objects, attempted, failure_code)| DirectoryState {
            complete_at: complete.map(|at| at.0),
            full_at: full.map(|at| at.0),
            run: run.map(RunId::from_uuid),
            objects,
            attempted_at: attempted.map(|at| at.0),
            failure_code,
        });
        Ok(state.unwrap_or_default())
    }

    /// Microsoft's link to what changed since the latest sync of groups; `None`: all are to be read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delta_link(&self, run: &RunScope) -> Result<Option<String>> {
        const LINK: &str =
            "select delta_link from directory_state where tenant_id = $1 and kind = $2 and complete_at is not null";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<(Option<String>,)> =
            db.optional(sql(LINK).bind(run.tenant_id()).bind(DirectoryKind::Groups.code())).await?;
        db.end().await?;
        Ok(row.and_then(|(link,)| link))
    }

    /// Forgets that link: Microsoft no longer takes it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn forget_delta_link(&self, run: &RunScope) -> Result<()> {
        const FORGET: &str = "update directory_state set delta_link = null where tenant_id = $1 and kind = $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(FORGET).bind(run.tenant_id()).bind(DirectoryKind::Groups.code())).await?;
        tx.commit_unaudited(BY_RUN).await
    }

    /// Records that a sync failed. What was read before stays.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn failed(&self, run: &RunScope, kind: DirectoryKind, code: Code) -> Result<()> {
        const FAILED: &str =
            "update directory_state set attempted_at = $now, failure_code = $3 where tenant_id = $1 and kind = $2";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        begin(&mut tx, run, tenant, kind).await?;
        tx.exec(sql(FAILED).bind(tenant).bind(kind.code()).bind(code.code())).await?;
        tx.commit_unaudited(BY_RUN).await
    }
}
