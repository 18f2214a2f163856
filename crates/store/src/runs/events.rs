//! The timeline of a run: append-only, bounded per run.

use model::ids::RunEventId;
use model::run::{Level, NewEvent, Run, RunEvent};
use uuid::Uuid;

use crate::access::RunSight;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::row::DbJson;
use crate::runs::Runs;
use crate::sql::sql;

/// A run keeps at most this many events; later ones of the normal course are left out.
const MAX_EVENTS: i64 = 500;
/// Warnings and errors are kept up to here: a run with thousands of failing objects counts them in its failure summary.
const MAX_EVENTS_THAT_MATTER: i64 = 1000;

const INSERT: &str = "insert into operation_run_events (id, run_id, workspace_id, tenant_id, at, level, code, message, data)
  select $1, $2, $3, $4, $now, $5, $6, $7, $8
  where $9 or (select count(*) from operation_run_events where run_id = $2) < $10";

/// Rows of one statement.
const AT_ONCE: usize = 30;
const HEAD: &str =
    "insert into operation_run_events (id, run_id, workspace_id, tenant_id, at, level, code, message, data) values ";

/// Adds events of which a run has few by its nature: that it was queued, or is over. Not bounded.
pub(super) async fn add_many(tx: &mut Tx, events: &[(&Run, NewEvent)]) -> Result<()> {
    for part in events.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        for (i, (run, event)) in part.iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, RunEventId::generate())
                .push_bind(", ", run.id)
                .push_bind(", ", run.workspace_id)
                .push_bind(", ", run.tenant_id)
                .push_bind(", $now, ", level_code(event.level))
                .push_bind(", ", event.code)
                .push_bind(", ", event.message.as_str())
                .push_bind(", ", event.data.clone())
                .push(")");
        }
        tx.exec(statement).await?;
    }
    Ok(())
}

/// As [`add_many`], but only to the runs that are still held under the token that they were read with: an attempt that lost its run
/// tells nothing. `hold`: what keeps them so until the transaction ends.
pub(super) async fn add_if_held(tx: &mut Tx, events: &[(&Run, NewEvent)], hold: &'static str) -> Result<()> {
    const HELD: &str = "), held as (select r.id from operation_runs r join new on new.run_id = r.id and new.token = r.lease_token
        where r.status = 'running'";
    const INSERT: &str =
        ") insert into operation_run_events (id, run_id, workspace_id, tenant_id, at, level, code, message, data)
        select new.id, new.run_id, new.workspace_id, new.tenant_id, $now, new.level, new.code, new.message, new.data
        from new join held on held.id = new.run_id";
    for part in events.chunks(AT_ONCE) {
        let mut statement = sql("with new(id, run_id, token, workspace_id, tenant_id, level, code, message, data) as (values ");
        for (i, (run, event)) in part.iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, RunEventId::generate())
                .push_bind(", ", run.id)
                .push_bind(", ", run.lease_token)
                .push_bind(", ", run.workspace_id)
                .push_bind(", ", run.tenant_id)
                .push_bind(", ", level_code(event.level))
                .push_bind(", ", event.code)
                .push_bind(", ", event.message.as_str())
                .push_bind(", ", event.data.clone())
                .push(")");
        }
        tx.exec(statement.push(HELD).push(hold).push(INSERT)).await?;
    }
    Ok(())
}

/// Adds an event, if there is room for it. What tells where the run went (requeued, asked to stop, completed) is always kept.
pub(crate) async fn add(tx: &mut Tx, run: &Run, event: NewEvent) -> Result<()> {
    let always = ["completed", "lease_lost", "cancel_requested"].contains(&event.code);
    let room = if event.level == Level::Info { MAX_EVENTS } else { MAX_EVENTS_THAT_MATTER };
    let insert = sql(INSERT)
        .bind(RunEventId::generate())
        .bind(run.id)
        .bind(run.workspace_id)
        .bind(run.tenant_id)
        .bind(level_code(event.level))
        .bind(event.code)
        .bind(event.message)
        .bind(event.data)
        .bind(always)
        .bind(room);
    tx.exec(insert).await?;
    Ok(())
}

const fn level_code(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: DbTime,
    level: String,
    code: String,
    message: String,
    data: DbJson,
}

impl Runs<'_> {
    /// The timeline, oldest first by the database's clock, at most `limit` events.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn events(&self, sight: &RunSight, limit: u32) -> Result<Vec<RunEvent>> {
        const EVENTS: &str =
            "select id, at, level, code, message, data from operation_run_events where run_id = $1 order by at, id limit $2";
        let mut db = self.0.db().read(sight.grant.reach()).await?;
        let rows: Vec<Row> = db.all(sql(EVENTS).bind(sight.run_id()).bind(limit)).await?;
        db.end().await?;
        let event = |row: Row| RunEvent {
            id: RunEventId::from_uuid(row.id),
            at: row.at.0,
            level: match row.level.as_str() {
                "warning" => Level::Warning,
                "error" => Level::Error,
                _ => Level::Info,
            },
            code: row.code,
            message: row.message,
            data: row.data.0,
        };
        Ok(rows.into_iter().map(event).collect())
    }
}
