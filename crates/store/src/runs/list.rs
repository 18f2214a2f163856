//! Lists of runs: keyset pages by id, which is the order of creation.

use std::time::Duration;

use model::ids::{RunId, TenantId, UserId};
use model::page::{Cursor, Direction, Page};
use model::run::{Outcome, Run, Status, Trigger};
use model::time::Moment;
use uuid::Uuid;

use super::Runs;
use super::row::{RunRow, columns};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::{Sql, sql};

/// The tabs of the Operations list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunTab {
    /// All of them.
    #[default]
    All,
    /// Queued or running.
    Active,
    /// Failed, partly succeeded or blocked.
    Attention,
    /// Succeeded.
    Succeeded,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Which tab.
    pub tab: RunTab,
    /// Only this tenant.
    pub tenant: Option<TenantId>,
    /// Only this type code.
    pub type_code: Option<String>,
    /// Only this status.
    pub status: Option<Status>,
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only this trigger.
    pub trigger: Option<Trigger>,
    /// Only started by this person.
    pub initiator: Option<UserId>,
    /// Only created at or after.
    pub since: Option<Moment>,
}

fn conditions(scope: &WorkspaceScope, filter: &RunFilter) -> Sql {
    let mut statement = sql(concat!("select ", columns!(), " from operation_runs where workspace_id = $1"))
        .bind(scope.workspace_id())
        .push_if(" and tenant_id = ", filter.tenant)
        .push_if(" and type = ", filter.type_code.as_deref())
        .push_if(" and status = ", filter.status.map(Status::code))
        .push_if(" and outcome = ", filter.outcome.map(Outcome::code))
        .push_if(" and trigger = ", filter.trigger.map(Trigger::code))
        .push_if(" and user_id = ", filter.initiator);
    if let Some(since) = filter.since {
        statement = created_since(statement, since);
    }
    if let Some(entitled) = scope.entitled() {
        statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
    }
    statement.push(match filter.tab {
        RunTab::All => "",
        RunTab::Active => " and status in ('queued', 'running')",
        RunTab::Attention => " and outcome in ('failed', 'partially_succeeded', 'blocked')",
        RunTab::Succeeded => " and outcome = 'succeeded'",
    })
}

/// How far the clock of a process that makes ids may differ from the database's, which tells when a run was created.
const CLOCKS_DIFFER_BY: Duration = Duration::from_secs(24 * 3600);

/// Runs created since. The id, which the index is sorted by, begins with the milliseconds of the process that made it, so it tells
/// only roughly where they begin.
fn created_since(statement: Sql, since: Moment) -> Sql {
    let millis = u128::try_from(since.minus(CLOCKS_DIFFER_BY).micros().max(0) / 1000).unwrap_or(0);
    let first = RunId::from_uuid(Uuid::from_u128(millis << 80));
    statement.push_bind(" and id >= ", first).push_bind(" and created_at >= ", since)
}

impl Runs<'_> {
    /// A page of runs, newest first: those of the workspace and of the tenants to which the person is entitled.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn list(
        &self,
        scope: &WorkspaceScope,
        filter: &RunFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Run>> {
        let key = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<RunId>().ok()?)));
        let back = matches!(key, Some((Direction::Backward, _)));
        let statement = match key {
            None => conditions(scope, filter),
            Some((Direction::Forward, id)) => conditions(scope, filter).push_bind(" and id < ", id),
            Some((Direction::Backward, id)) => conditions(scope, filter).push_bind(" and id > ", id),
        };
        let statement = statement.push(if back { " order by id" } else { " order by id desc" }).push_bind(" limit ", rows + 1);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<RunRow> = db.all(statement).await?;
        db.end().await?;
        let runs = found.into_iter().map(Run::from).collect();
        Ok(super::page(runs, rows, key.is_some(), back, |run: &Run| run.id.to_string()))
    }

    /// When and how runs ended that were created since: the newest `limit` runs, newest first, those under way left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ended(
        &self,
        scope: &WorkspaceScope,
        tenant: Option<TenantId>,
        since: Moment,
        limit: u32,
    ) -> Result<Vec<(Moment, Outcome)>> {
        let mut statement = sql("select completed_at, outcome from operation_runs where workspace_id = $1")
            .bind(scope.workspace_id())
            .push_if(" and tenant_id = ", tenant);
        statement = created_since(statement, since);
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
        }
        let statement = statement.push_bind(" order by id desc limit ", limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(Option<DbTime>, String)> = db.all(statement).await?;
        db.end().await?;
        Ok(rows.into_iter().filter_map(|(at, outcome)| Some((at?.0, Outcome::from_code(&outcome)))).collect())
    }

    /// The active runs of a workspace that the person is entitled to, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn active(&self, scope: &WorkspaceScope, limit: u32) -> Result<Vec<Run>> {
        let filter = RunFilter { tab: RunTab::Active, ..RunFilter::default() };
        Ok(self.list(scope, &filter, None, limit).await?.rows)
    }
}
