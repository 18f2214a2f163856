//! Retention: removes sets of a schedule that its rules no longer keep, by the rule that a page shows before.

use std::collections::BTreeMap;

use model::backup::{BackupSet, Kept, Retention, SetFacts, Why, decide};
use model::ids::{BackupSetId, ScheduleId, TenantId};
use model::operations::backup_schedule_run::Arguments;
use model::page::{Cursor, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Backups;
use super::row::{FACTS, FactsRow, in_use};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// What becomes of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The set.
    pub set: BackupSet,
    /// Why it stays, or goes.
    pub why: Why,
}

/// A set that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// What it was called.
    pub name: String,
    /// When its capture began.
    pub started_at: Moment,
}

fn facts(tenant: TenantId, schedule: ScheduleId) -> Sql {
    sql(FACTS).push_bind(" where s.tenant_id = ", tenant).push_bind(" and s.schedule_id = ", schedule)
}

fn decided(rule: Retention, rows: Vec<FactsRow>, now: Moment) -> Vec<Kept> {
    decide(rule, &rows.into_iter().map(SetFacts::from).collect::<Vec<_>>(), now)
}

impl Backups<'_> {
    /// A page of what retention by that rule would do with the sets of a schedule now, newest first, and how many of all of them would
    /// go. Nothing is removed.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn preview(
        &self,
        scope: &TenantScope,
        schedule: ScheduleId,
        rule: Retention,
        now: Moment,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<(Page<Preview>, usize)> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let all: Vec<FactsRow> = db.all(facts(scope.tenant_id(), schedule)).await?;
        db.end().await?;
        let whys: BTreeMap<BackupSetId, Why> = decided(rule, all, now).into_iter().map(|kept| (kept.id, kept.why)).collect();
        let go = whys.values().filter(|why| why.goes()).count();
        let page = self.list(scope, Some(schedule), cursor, rows).await?;
        // One that was begun meanwhile is not finished.
        let preview = |set: BackupSet| Preview { why: whys.get(&set.id).copied().unwrap_or(Why::Unfinished), set };
        Ok((page.map(preview), go))
    }

    /// Removes up to `limit` sets of a schedule, the oldest first, by the schedule's own rule as it is now, and by `rule` where it is
    /// gone or cannot be read. Gives those that it removed, and how many are left to remove.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn keep(
        &self,
        run: &RunScope,
        schedule: ScheduleId,
        rule: Retention,
        limit: usize,
    ) -> Result<(Vec<Removed>, usize)> {
        const RULE: &str = "select arguments from schedules where id = $1 and workspace_id = $2 and purged_at is null";
        const HOLD: &str = "update backup_sets set pinned = pinned where tenant_id = $1 and schedule_id = $2 and pinned = $3";
        const REMOVE: &str =
            concat!("delete from backup_sets where tenant_id = $1 and schedule_id = $2 and not ", in_use!("backup_sets.id"));
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a retention without a tenant"))?;
        let now = self.0.now().await?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let stored: Option<(DbJson,)> = tx.optional(sql(RULE).bind(schedule).bind(run.workspace_id())).await?;
        let rule = stored.and_then(|(json,)| Arguments::stored(&json.0)).map_or(rule, |arguments| arguments.retention);
        let all: Vec<FactsRow> = tx.all(facts(tenant, schedule)).await?;
        let old: Vec<Kept> = decided(rule, all, now).into_iter().rev().filter(|kept| kept.why.goes()).collect();
        let chosen: Vec<Uuid> = old.iter().take(limit).map(|kept| kept.id.uuid()).collect();
        if chosen.is_empty() {
            return Ok((Vec::new(), 0));
        }
        // Whoever pins one of them waits, or was first: then it stays.
        let hold = sql(HOLD).bind(tenant).bind(schedule).bind(false).push_in(" and id in ", chosen.iter().copied());
        let held: Vec<(Uuid,)> = tx.all(hold.push(" returning id")).await?;
        let remove = sql(REMOVE).bind(tenant).bind(schedule).push_in(" and id in ", held.iter().map(|(id,)| *id));
        let removed: Vec<(String, DbTime)> = tx.all(remove.push(" returning name, started_at")).await?;
        tx.commit_unaudited("old sets of a schedule; the run that removes them names them").await?;
        let mut removed: Vec<Removed> = removed.into_iter().map(|(name, at)| Removed { name, started_at: at.0 }).collect();
        removed.sort_by_key(|set| set.started_at);
        Ok((removed, old.len() - chosen.len()))
    }
}
