//! Lists of runs: keyset pages by id, which is the order of creation.

use model::ids::{RunId, TenantId, UserId};
use model::page::{Cursor, Direction, Page};
use model::run::{Outcome, Run, Status, Trigger};
use model::time::Moment;
use uuid::Uuid;

use super::Runs;
use super::row::{RunRow, columns};
use super::walk::Walk;
use crate::access::WorkspaceScope;
use crate::db::Result;

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
    /// Only created before.
    pub until: Option<Moment>,
}

/// Rows of an index that are read for a page.
const READ: u32 = 5_000;

/// A page of runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunList {
    /// The page.
    pub page: Page<Run>,
    /// Where to go on, when the search stopped before the page was full because it had read as much as is read for a page.
    pub further: Option<Cursor>,
}

impl Runs<'_> {
    /// A page of runs, newest first: those of the workspace and of the tenants to which the person is entitled. Reads at most 5,000
    /// rows of an index for it, however many there are.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn list(&self, scope: &WorkspaceScope, filter: &RunFilter, cursor: Option<&Cursor>, rows: u32) -> Result<RunList> {
        self.list_reading(scope, filter, cursor, rows, READ).await
    }

    /// The same with another bound than 5,000.
    ///
    /// # Errors
    /// As [`Runs::list`].
    pub async fn list_reading(
        &self,
        scope: &WorkspaceScope,
        filter: &RunFilter,
        cursor: Option<&Cursor>,
        rows: u32,
        read: u32,
    ) -> Result<RunList> {
        let key = cursor.and_then(|cursor| Some((cursor.key.parse::<RunId>().ok()?, cursor.direction == Direction::Backward)));
        let walk = Walk::new(scope, filter, key, (rows, read));
        let up = walk.upwards();
        let page = walk.ids(concat!("select ", columns!(), " from operation_runs where id in "));
        let page = page.push(if up { " order by id" } else { " order by id desc" });
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<RunRow> = db.all(page).await?;
        let mut runs: Vec<Run> = found.into_iter().map(Run::from).collect();
        let mut end = None;
        if walk.sifts() && (walk.is_split() || runs.len() <= rows as usize) {
            // Beyond the end of a way that was not read to its end, the others tell only a part.
            let ends = db.all::<(Uuid,)>(walk.ends()).await?.into_iter().map(|(id,)| RunId::from_uuid(id));
            end = if up { ends.min() } else { ends.max() };
            if let Some(end) = end {
                runs.retain(|run| if up { run.id <= end } else { run.id >= end });
            }
        }
        db.end().await?;
        let full = runs.len() > rows as usize;
        let direction = if up { Direction::Backward } else { Direction::Forward };
        let further = end.filter(|_| !full).map(|end| Cursor { direction, key: end.to_string() });
        Ok(RunList { page: super::page(runs, rows, key.is_some(), up, |run: &Run| run.id.to_string()), further })
    }

    /// How the database would read a page: its plan, line by line.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain(
        &self,
        scope: &WorkspaceScope,
        filter: &RunFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<String> {
        let key = cursor.and_then(|cursor| Some((cursor.key.parse::<RunId>().ok()?, cursor.direction == Direction::Backward)));
        let walk = Walk::new(scope, filter, key, (rows, READ));
        let order = if walk.upwards() { " order by id" } else { " order by id desc" };
        let postgres = self.0.db().is_postgres();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let lines: Vec<String> = if postgres {
            db.all::<(String,)>(walk.ids("explain (costs off) select * from operation_runs where id in ").push(order))
                .await?
                .into_iter()
                .map(|(line,)| line)
                .collect()
        } else {
            let plan = walk.ids("explain query plan select * from operation_runs where id in ").push(order);
            db.all::<(i64, i64, i64, String)>(plan).await?.into_iter().map(|(.., line)| line).collect()
        };
        db.end().await?;
        Ok(lines.join("\n"))
    }

    /// The active runs of a workspace that the person is entitled to, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn active(&self, scope: &WorkspaceScope, limit: u32) -> Result<Vec<Run>> {
        let filter = RunFilter { tab: RunTab::Active, ..RunFilter::default() };
        Ok(self.list(scope, &filter, None, limit).await?.page.rows)
    }
}
