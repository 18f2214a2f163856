//! The journal of an execution: each line says what is going to be written, or what came of it. Never a payload.

use model::ids::RestoreId;
use model::page::{Cursor, Direction, Page};
use model::restore::{Effect, JournalKind};
use model::time::Moment;

use super::Restores;
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 30;

/// A line to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLine {
    /// Of which item; `None`: of a type, or of all.
    pub number: Option<u32>,
    /// What it says.
    pub kind: JournalKind,
    /// The write's place among the item's writes of this attempt, from 0.
    pub step: Option<u32>,
    /// What the write does.
    pub effect: Option<Effect>,
    /// Its method.
    pub method: Option<&'static str>,
    /// Its path without ids.
    pub template: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The failure's code.
    pub code: Option<&'static str>,
    /// Microsoft's id of the object.
    pub object_id: Option<String>,
    /// What else there is: the ids of all objects of a type, names of properties, the code of a request for approval. Never a value.
    pub data: Option<serde_json::Value>,
}

impl NewLine {
    /// A line of an item that says only that.
    #[must_use]
    pub const fn of(number: Option<u32>, kind: JournalKind) -> Self {
        Self {
            number,
            kind,
            step: None,
            effect: None,
            method: None,
            template: None,
            status: None,
            code: None,
            object_id: None,
            data: None,
        }
    }
}

/// A line as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalLine {
    /// Its place in the journal.
    pub sequence: i64,
    /// Of which item.
    pub number: Option<u32>,
    /// Which attempt of the run wrote it, by its lease token.
    pub attempt: i64,
    /// What it says.
    pub kind: JournalKind,
    /// The write's place among the item's writes of that attempt.
    pub step: Option<u32>,
    /// What the write does.
    pub effect: Option<Effect>,
    /// Its method.
    pub method: Option<String>,
    /// Its path without ids.
    pub template: Option<String>,
    /// The status of the answer.
    pub status: Option<i64>,
    /// The failure's code.
    pub code: Option<String>,
    /// Microsoft's id of the object.
    pub object_id: Option<String>,
    /// What else there is.
    pub data: Option<serde_json::Value>,
    /// When it was written.
    pub at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    sequence: i64,
    number: Option<i64>,
    attempt: i64,
    kind: String,
    step: Option<i64>,
    effect: Option<String>,
    method: Option<String>,
    template: Option<String>,
    status: Option<i64>,
    code: Option<String>,
    object_id: Option<String>,
    data: Option<DbJson>,
    at: DbTime,
}

impl From<Row> for JournalLine {
    fn from(row: Row) -> Self {
        let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        Self {
            sequence: row.sequence,
            number: small(row.number),
            attempt: row.attempt,
            kind: JournalKind::from_code(&row.kind),
            step: small(row.step),
            effect: row.effect.as_deref().map(Effect::from_code),
            method: row.method,
            template: row.template,
            status: row.status,
            code: row.code,
            object_id: row.object_id,
            data: row.data.map(|data| data.0),
            at: row.at.0,
        }
    }
}

const SELECT: &str = "select j.sequence, j.number, j.attempt, j.kind, j.step, j.effect, j.method, j.template, j.status, j.code,
    j.object_id, j.data, j.at from restore_journal j where j.restore_id = $1";

/// Adds lines behind the last one. The run's row is held, so that nobody else adds any.
pub(super) async fn write(tx: &mut Tx, run: &RunScope, id: RestoreId, lines: &[NewLine]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    const LAST: &str = "select coalesce(max(sequence), 0) from restore_journal where restore_id = $1";
    let (last,): (i64,) = tx.one(sql(LAST).bind(id)).await?;
    for (chunk, first) in lines.chunks(CHUNK).zip((last + 1..).step_by(CHUNK)) {
        let mut insert =
            sql("insert into restore_journal (restore_id, sequence, workspace_id, tenant_id, number, attempt, kind, step,
          effect, method, template, status, code, object_id, at, data) values ");
        for (i, (line, sequence)) in chunk.iter().zip(first..).enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", sequence)
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", line.number)
                .push_bind(", ", run.token())
                .push_bind(", ", line.kind.code())
                .push_bind(", ", line.step)
                .push_bind(", ", line.effect.map(Effect::code))
                .push_bind(", ", line.method)
                .push_bind(", ", line.template.clone())
                .push_bind(", ", line.status.map(i64::from))
                .push_bind(", ", line.code)
                .push_bind(", ", line.object_id.clone())
                .push(", $now");
            insert = match &line.data {
                Some(data) => insert.push_bind(", ", data.clone()).push(")"),
                None => insert.push(", null)"),
            };
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

impl Restores<'_> {
    /// Adds lines; committed before this returns.
    ///
    /// # Errors
    /// [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease: then nothing may be written to the tenant either.
    pub async fn note(&self, run: &RunScope, id: RestoreId, lines: &[NewLine]) -> Result<()> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        write(&mut tx, run, id, lines).await?;
        tx.commit_unaudited("the journal of a restore is a record of its own").await
    }

    /// Everything that the journal says, in its order, for the attempt of a run. One with nothing in it is asked for at little cost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn journal_for_run(&self, run: &RunScope, id: RestoreId) -> Result<Vec<JournalLine>> {
        let all = sql(SELECT).bind(id).push_bind(" and j.tenant_id = ", run.tenant_id()).push(" order by j.sequence");
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(all).await?;
        db.end().await?;
        Ok(rows.into_iter().map(JournalLine::from).collect())
    }

    /// A page of the journal, in its order; of one item, where one is given.
    ///
    /// # Errors
    /// As [`Restores::find`]. A cursor that is not one of this list starts at the beginning.
    pub async fn journal(
        &self,
        scope: &TenantScope,
        id: RestoreId,
        item: Option<u32>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<JournalLine>> {
        self.find(scope, id).await?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<i64>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT).bind(id).push_if(" and j.number = ", item);
        if let Some((_, sequence)) = at {
            statement = statement.push_bind(if back { " and j.sequence < " } else { " and j.sequence > " }, sequence);
        }
        let order = if back { " order by j.sequence desc limit " } else { " order by j.sequence limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, |row| row.sequence.to_string()).map(JournalLine::from))
    }
}
