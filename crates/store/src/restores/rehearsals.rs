//! What came of rehearsals: the latest few of each restore, written once, at the end.

use model::ids::{RehearsalId, RestoreId, RunId};
use model::page::{Cursor, Direction, Page};
use model::restore::{Action, Outcome};
use model::time::Moment;
use serde_json::json;
use uuid::Uuid;

use super::Restores;
use super::row::{OutcomeCounts, texts};
use super::state::hold;
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// Rehearsals that are kept of a restore.
const KEPT: i64 = 3;
/// Rows per statement; see `blobs`.
const CHUNK: usize = 30;

/// What came of a rehearsal as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRehearsal {
    /// Objects of the simulated copy.
    pub objects: i64,
    /// Stored objects that could not be read, and that the copy lacks.
    pub unreadable: i64,
    /// Requests that the restore would send.
    pub requests: i64,
    /// How many of them write.
    pub writes: i64,
    /// Secrets in whose place something made up was written.
    pub placeholders: i64,
    /// How long it would take, in milliseconds.
    pub takes_ms: i64,
}

/// A rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// Its id.
    pub id: RehearsalId,
    /// The hash of the plan that was rehearsed.
    pub plan: String,
    /// The run, while it is recorded.
    pub run: Option<RunId>,
    /// Its figures.
    pub figures: NewRehearsal,
    /// When it ended.
    pub at: Moment,
    /// How many items came out how.
    pub outcomes: OutcomeCounts,
}

/// An item of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsedItem {
    /// Its number in the restore.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What it is called.
    pub name: String,
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub outcome: Outcome,
    /// The failure's code.
    pub code: Option<String>,
    /// Properties that were read back otherwise than they were wanted.
    pub differs: Vec<String>,
    /// Properties that were refused as read-only and left out.
    pub stripped: Vec<String>,
    /// Writes that were sent.
    pub writes: u32,
    /// Secrets in whose place something made up was written.
    pub placeholders: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    plan_hash: String,
    operation_run_id: Option<Uuid>,
    objects: i64,
    unreadable: i64,
    requests: i64,
    writes: i64,
    placeholders: i64,
    takes_ms: i64,
    rehearsed_at: DbTime,
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    number: i64,
    resource_type: String,
    name: String,
    action: String,
    outcome: String,
    code: Option<String>,
    differs: DbJson,
    stripped: DbJson,
    writes: i64,
    placeholders: i64,
}

impl From<ItemRow> for RehearsedItem {
    fn from(row: ItemRow) -> Self {
        let small = |n: i64| u32::try_from(n).unwrap_or(0);
        Self {
            number: small(row.number),
            resource_type: row.resource_type,
            name: row.name,
            action: Action::from_code(&row.action),
            outcome: Outcome::from_code(&row.outcome),
            code: row.code,
            differs: texts(row.differs.0),
            stripped: texts(row.stripped.0),
            writes: small(row.writes),
            placeholders: small(row.placeholders),
        }
    }
}

impl Restores<'_> {
    /// Keeps what came of a rehearsal, and takes away the oldest ones of the restore. What an earlier attempt of the same run kept is
    /// replaced.
    ///
    /// # Errors
    /// [`crate::StoreError::NotVisible`] when the restore is gone; [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn record_rehearsal(
        &self,
        run: &RunScope,
        restore: RestoreId,
        plan: &str,
        figures: &NewRehearsal,
        items: &[RehearsedItem],
    ) -> Result<RehearsalId> {
        const INSERT: &str =
            "insert into restore_rehearsals (id, restore_id, workspace_id, tenant_id, plan_hash, operation_run_id,
          objects, unreadable, requests, writes, placeholders, takes_ms, rehearsed_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $now)";
        const MINE: &str = "delete from restore_rehearsals where restore_id = $1 and operation_run_id = $2";
        const OLD: &str = "delete from restore_rehearsals where restore_id = $1 and id not in (
          select id from restore_rehearsals where restore_id = $1 order by rehearsed_at desc, id desc limit $2)";
        let id = RehearsalId::generate();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        hold(&mut tx, run.grant(), restore).await?;
        tx.exec(sql(MINE).bind(restore).bind(run.run_id())).await?;
        let insert = sql(INSERT)
            .bind(id)
            .bind(restore)
            .bind(run.workspace_id())
            .bind(run.tenant_id())
            .bind(plan.to_owned())
            .bind(run.run_id())
            .bind(figures.objects)
            .bind(figures.unreadable)
            .bind(figures.requests)
            .bind(figures.writes)
            .bind(figures.placeholders)
            .bind(figures.takes_ms);
        tx.exec(insert).await?;
        for chunk in items.chunks(CHUNK) {
            put(&mut tx, run, id, chunk).await?;
        }
        tx.exec(sql(OLD).bind(restore).bind(KEPT)).await?;
        tx.commit_unaudited("what came of a rehearsal; the run is the record").await?;
        Ok(id)
    }

    /// The latest rehearsal of a restore.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn rehearsal(&self, scope: &TenantScope, id: RestoreId) -> Result<Option<Rehearsal>> {
        const LATEST: &str = "select id, plan_hash, operation_run_id, objects, unreadable, requests, writes, placeholders, takes_ms,
          rehearsed_at from restore_rehearsals where restore_id = $1 and tenant_id = $2 order by rehearsed_at desc, id desc limit 1";
        const OUTCOMES: &str = "select outcome, count(*) from restore_rehearsal_items where rehearsal_id = $1 group by outcome";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(LATEST).bind(id).bind(scope.tenant_id())).await?;
        let outcomes: Vec<(Option<String>, i64)> = match &row {
            Some(row) => db.all(sql(OUTCOMES).bind(row.id)).await?,
            None => Vec::new(),
        };
        db.end().await?;
        Ok(row.map(|row| Rehearsal {
            id: RehearsalId::from_uuid(row.id),
            plan: row.plan_hash,
            run: row.operation_run_id.map(RunId::from_uuid),
            figures: NewRehearsal {
                objects: row.objects,
                unreadable: row.unreadable,
                requests: row.requests,
                writes: row.writes,
                placeholders: row.placeholders,
                takes_ms: row.takes_ms,
            },
            at: row.rehearsed_at.0,
            outcomes: OutcomeCounts::of(&outcomes),
        }))
    }

    /// A page of the items of a restore's rehearsal, by number; of one outcome, where one is given.
    ///
    /// # Errors
    /// [`crate::StoreError::NotVisible`] as [`Restores::find`]. A cursor that is not one of this list starts at the beginning.
    pub async fn rehearsed_items(
        &self,
        scope: &TenantScope,
        id: RestoreId,
        rehearsal: RehearsalId,
        outcome: Option<Outcome>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<RehearsedItem>> {
        const ITEMS: &str =
            "select i.number, i.resource_type, i.name, i.action, i.outcome, i.code, i.differs, i.stripped, i.writes,
          i.placeholders from restore_rehearsal_items i join restore_rehearsals r on r.id = i.rehearsal_id";
        self.find(scope, id).await?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<i64>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(ITEMS)
            .push_bind(" where i.rehearsal_id = ", rehearsal)
            .push_bind(" and r.restore_id = ", id)
            .push_if(" and i.outcome = ", outcome.map(Outcome::code));
        if let Some((_, number)) = at {
            statement = statement.push_bind(if back { " and i.number < " } else { " and i.number > " }, number);
        }
        let order = if back { " order by i.number desc limit " } else { " order by i.number limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<ItemRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row| row.number.to_string());
        Ok(page.map(RehearsedItem::from))
    }
}

async fn put(tx: &mut Tx, run: &RunScope, id: RehearsalId, items: &[RehearsedItem]) -> Result<()> {
    let mut insert =
        sql("insert into restore_rehearsal_items (rehearsal_id, number, workspace_id, tenant_id, resource_type, name, action,
      outcome, code, differs, stripped, writes, placeholders) values ");
    for (i, item) in items.iter().enumerate() {
        insert = insert
            .push_bind(if i == 0 { "(" } else { ", (" }, id)
            .push_bind(", ", item.number)
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", run.tenant_id())
            .push_bind(", ", item.resource_type.clone())
            .push_bind(", ", item.name.clone())
            .push_bind(", ", item.action.code())
            .push_bind(", ", item.outcome.code())
            .push_bind(", ", item.code.clone())
            .push_bind(", ", json!(item.differs))
            .push_bind(", ", json!(item.stripped))
            .push_bind(", ", item.writes)
            .push_bind(", ", item.placeholders)
            .push(")");
    }
    tx.exec(insert).await?;
    Ok(())
}

impl Rehearsal {
    /// Whether it is of another plan than that one.
    #[must_use]
    pub fn is_stale(&self, plan: Option<&str>) -> bool {
        plan != Some(self.plan.as_str())
    }
}
