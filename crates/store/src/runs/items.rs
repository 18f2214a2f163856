//! Items: what of a run's work is done. Recorded once per run and key; a later attempt skips what is recorded.

use std::collections::BTreeMap;

use model::ids::RunId;
use model::page::{Cursor, Direction, Page};
use model::run::{CountKey, Counts, ItemStatus, NewItem, RunItem};

use super::progress::{self, Progress};
use super::{Queue, Runs};
use crate::access::{RunScope, RunSight};
use crate::db::{Result, Tx};
use crate::row::DbJson;
use crate::sql::sql;

/// Rows of one statement.
const AT_ONCE: usize = 40;
/// The longest key that is kept, in characters.
const MAX_KEY: usize = 200;
const HEAD: &str = "insert into operation_run_items
  (run_id, item_key, workspace_id, tenant_id, status, code, data, attempt, created_at) values ";

impl Queue<'_> {
    /// Records items together with the figures that include them. An item that is recorded already stays as it is.
    ///
    /// # Errors
    /// [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing was written then.
    pub async fn record(&self, scope: &RunScope, items: &[NewItem], progress: Progress) -> Result<()> {
        let mut tx = self.0.db().write(scope.grant().reach()).await?;
        let run = progress::write(&mut tx, scope, progress).await?;
        for part in items.chunks(AT_ONCE) {
            let mut statement = sql(HEAD);
            for (i, item) in part.iter().enumerate() {
                let key: String = item.key.chars().take(MAX_KEY).collect();
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, run.id)
                    .push_bind(", ", key)
                    .push_bind(", ", run.workspace_id)
                    .push_bind(", ", run.tenant_id)
                    .push_bind(", ", item.status.code())
                    .push_bind(", ", item.code.map(model::failure::Code::code))
                    .push_bind(", ", item.data.clone())
                    .push_bind(", ", run.attempt)
                    .push(", $now)");
            }
            tx.exec(statement.push(" on conflict do nothing")).await?;
        }
        tx.commit_unaudited("the work of a run; the run is the record").await
    }

    /// What earlier attempts of the run recorded, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recorded(&self, scope: &RunScope) -> Result<BTreeMap<String, ItemStatus>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let all = sql("select item_key, status from operation_run_items where run_id = $1").bind(scope.run_id());
        let rows: Vec<(String, String)> = db.all(all).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(key, status)| (key, ItemStatus::from_code(&status))).collect())
    }
}

/// Where a run has items, they are the truth of its figures.
pub(super) async fn tally(tx: &mut Tx, run: RunId, counts: &mut Counts) -> Result<()> {
    let by = sql("select status, count(*) from operation_run_items where run_id = $1 group by status").bind(run);
    let rows: Vec<(String, i64)> = tx.all(by).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let of = |status: ItemStatus| rows.iter().find(|(code, _)| code == status.code()).map_or(0, |(_, count)| *count);
    counts.set(CountKey::Succeeded, of(ItemStatus::Succeeded));
    counts.set(CountKey::Failed, of(ItemStatus::Failed));
    counts.set(CountKey::Skipped, of(ItemStatus::Skipped));
    let all: i64 = rows.iter().map(|(_, count)| count).sum();
    counts.set(CountKey::Processed, all);
    if counts.get(CountKey::Total).is_some_and(|total| total < all) {
        counts.set(CountKey::Total, all);
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    item_key: String,
    status: String,
    code: Option<String>,
    data: DbJson,
    attempt: i64,
}

impl Runs<'_> {
    /// A page of a run's items, by key; `status`: only those.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn items(
        &self,
        sight: &RunSight,
        status: Option<ItemStatus>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<RunItem>> {
        let back = cursor.is_some_and(|cursor| cursor.direction == Direction::Backward);
        let mut statement = sql("select item_key, status, code, data, attempt from operation_run_items where run_id = $1")
            .bind(sight.run_id())
            .push_if(" and status = ", status.map(ItemStatus::code));
        if let Some(cursor) = cursor {
            statement = statement.push_bind(if back { " and item_key < " } else { " and item_key > " }, cursor.key.as_str());
        }
        let order = if back { " order by item_key desc limit " } else { " order by item_key limit " };
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let item = |row: Row| RunItem {
            key: row.item_key,
            status: ItemStatus::from_code(&row.status),
            code: row.code,
            data: row.data.0,
            attempt: u32::try_from(row.attempt).unwrap_or(u32::MAX),
        };
        let items = found.into_iter().map(item).collect();
        Ok(super::page(items, rows, cursor.is_some(), back, |item: &RunItem| item.key.clone()))
    }
}
