//! What came of drills, over time.

use model::ids::{BackupSetId, DrillId, RunId};
use model::page::{Cursor, Direction, Page};
use model::restore::Readiness;
use model::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Restores;
use super::drill_source::DrillSource;
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// Drills that are kept of a tenant.
const KEPT: i64 = 100;

/// The figures of a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewDrill {
    /// How much came back.
    pub readiness: Readiness,
    /// Requests that the recovery would send.
    pub requests: i64,
    /// How many of them write.
    pub writes: i64,
    /// Secrets in whose place something made up was written.
    pub placeholders: i64,
    /// How long it would take, in milliseconds.
    pub takes_ms: i64,
}

/// Why objects did not come back, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillReason {
    /// The code of a failure, or of a hindrance.
    pub code: String,
    /// How many objects.
    pub count: i64,
}

/// What came of the objects of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillType {
    /// Key of the type.
    pub resource_type: String,
    /// How much came back.
    pub readiness: Readiness,
    /// Why the others did not, the most frequent first.
    pub reasons: Vec<DrillReason>,
}

/// A drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// Its id.
    pub id: DrillId,
    /// The backup, while it is there.
    pub set: Option<BackupSetId>,
    /// What it was called.
    pub set_name: String,
    /// When it was taken.
    pub taken_at: Moment,
    /// The run, while it is recorded.
    pub run: Option<RunId>,
    /// From 0 to 100.
    pub score: i64,
    /// Its figures.
    pub figures: NewDrill,
    /// When it ended.
    pub at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    set_id: Option<Uuid>,
    set_name: String,
    taken_at: DbTime,
    operation_run_id: Option<Uuid>,
    score: i64,
    objects: i64,
    restorable: i64,
    verified: i64,
    requests: i64,
    writes: i64,
    placeholders: i64,
    takes_ms: i64,
    drilled_at: DbTime,
}

impl From<Row> for Drill {
    fn from(row: Row) -> Self {
        Self {
            id: DrillId::from_uuid(row.id),
            set: row.set_id.map(BackupSetId::from_uuid),
            set_name: row.set_name,
            taken_at: row.taken_at.0,
            run: row.operation_run_id.map(RunId::from_uuid),
            score: row.score,
            figures: NewDrill {
                readiness: Readiness { objects: row.objects, restorable: row.restorable, verified: row.verified },
                requests: row.requests,
                writes: row.writes,
                placeholders: row.placeholders,
                takes_ms: row.takes_ms,
            },
            at: row.drilled_at.0,
        }
    }
}

#[derive(sqlx::FromRow)]
struct TypeRow {
    resource_type: String,
    objects: i64,
    restorable: i64,
    verified: i64,
    reasons: DbJson,
}

const SELECT: &str =
    "select id, set_id, set_name, taken_at, operation_run_id, score, objects, restorable, verified, requests, writes,
    placeholders, takes_ms, drilled_at from restore_drills";

/// When it ended, as microseconds, then its id.
fn key(row: &Row) -> String {
    format!("{} {}", row.drilled_at.0.micros(), row.id)
}

fn read_key(cursor: &Cursor) -> Option<(Moment, Uuid)> {
    let (at, id) = cursor.key.split_once(' ')?;
    // Nothing was drilled before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
    Some((Moment::from_micros(at.parse::<i64>().ok()?.max(0)), id.parse().ok()?))
}

impl Restores<'_> {
    /// Keeps what came of a drill, and takes away the oldest ones of the tenant. What an earlier attempt of the same run kept is replaced.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn record_drill(
        &self,
        run: &RunScope,
        source: &DrillSource,
        figures: &NewDrill,
        types: &[DrillType],
    ) -> Result<DrillId> {
        // A set that was removed meanwhile is named only.
        const INSERT: &str = "insert into restore_drills (id, workspace_id, tenant_id, set_id, set_name, taken_at, operation_run_id, score,
          objects, restorable, verified, requests, writes, placeholders, takes_ms, drilled_at)
          values ($1, $2, $3, (select id from backup_sets where id = $4 and tenant_id = $3), $5, $6, $7, $8, $9, $10, $11, $12, $13,
          $14, $15, $now)";
        const TYPE: &str =
            "insert into restore_drill_types (drill_id, resource_type, workspace_id, tenant_id, objects, verified, restorable,
          reasons) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        const MINE: &str = "delete from restore_drills where tenant_id = $1 and operation_run_id = $2";
        const OLD: &str = "delete from restore_drills where tenant_id = $1 and id not in (
          select id from restore_drills where tenant_id = $1 order by drilled_at desc, id desc limit $2)";
        let id = DrillId::generate();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(MINE).bind(run.tenant_id()).bind(run.run_id())).await?;
        let insert = sql(INSERT)
            .bind(id)
            .bind(run.workspace_id())
            .bind(run.tenant_id())
            .bind(source.set)
            .bind(source.name.clone())
            .bind(source.taken_at)
            .bind(run.run_id())
            .bind(figures.readiness.score())
            .bind(figures.readiness.objects)
            .bind(figures.readiness.restorable)
            .bind(figures.readiness.verified)
            .bind(figures.requests)
            .bind(figures.writes)
            .bind(figures.placeholders)
            .bind(figures.takes_ms);
        tx.exec(insert).await?;
        for one in types {
            let insert = sql(TYPE)
                .bind(id)
                .bind(one.resource_type.clone())
                .bind(run.workspace_id())
                .bind(run.tenant_id())
                .bind(one.readiness.objects)
                .bind(one.readiness.verified)
                .bind(one.readiness.restorable)
                .bind(json!(one.reasons));
            tx.exec(insert).await?;
        }
        tx.exec(sql(OLD).bind(run.tenant_id()).bind(KEPT)).await?;
        tx.commit_unaudited("what came of a drill; the run is the record").await?;
        Ok(id)
    }

    /// A page of the tenant's drills, the latest first.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn drills(&self, scope: &TenantScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Drill>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT).push_bind(" where tenant_id = ", scope.tenant_id());
        if let Some((_, (at, id))) = at {
            statement = statement
                .push_bind(if back { " and (drilled_at, id) > (" } else { " and (drilled_at, id) < (" }, at)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by drilled_at, id limit " } else { " order by drilled_at desc, id desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(Drill::from))
    }

    /// A drill of the tenant, with what came of each type, by key.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has none of that id.
    pub async fn drill(&self, scope: &TenantScope, id: DrillId) -> Result<(Drill, Vec<DrillType>)> {
        const TYPES: &str = "select resource_type, objects, restorable, verified, reasons from restore_drill_types
          where drill_id = $1 order by resource_type";
        let find = sql(SELECT).push_bind(" where tenant_id = ", scope.tenant_id()).push_bind(" and id = ", id);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(find).await?;
        let types: Vec<TypeRow> = db.all(sql(TYPES).bind(id)).await?;
        db.end().await?;
        let drill = Drill::from(row.ok_or(StoreError::NotVisible)?);
        let of = |row: TypeRow| DrillType {
            readiness: Readiness { objects: row.objects, restorable: row.restorable, verified: row.verified },
            reasons: serde_json::from_value(row.reasons.0).unwrap_or_default(),
            resource_type: row.resource_type,
        };
        Ok((drill, types.into_iter().map(of).collect()))
    }

    /// The latest drill of a tenant, and how it stood with the one before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn latest_drill(&self, scope: &TenantScope) -> Result<Option<(Drill, Option<i64>)>> {
        let mut two = self.drills(scope, None, 2).await?.rows.into_iter();
        let Some(latest) = two.next() else { return Ok(None) };
        Ok(Some((latest, two.next().map(|before| before.score))))
    }
}
