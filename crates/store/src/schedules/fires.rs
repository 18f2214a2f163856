//! The ledger of a schedule.

use model::ids::{RunId, ScheduleId};
use model::page::{Cursor, Direction, Page};
use model::schedule::{Fire, Omission};
use model::time::Moment;
use uuid::Uuid;

use super::Schedules;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    scheduled_for: DbTime,
    local_occurrence: String,
    run_id: Option<Uuid>,
    omitted: Option<String>,
    omitted_since: Option<DbTime>,
    omitted_count: i64,
    created_at: DbTime,
}

impl Schedules<'_> {
    /// A page of what a schedule started and left out, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn fires(&self, scope: &TenantScope, id: ScheduleId, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Fire>> {
        const FIRES: &str = "select scheduled_for, local_occurrence, run_id, omitted, omitted_since, omitted_count, created_at
          from schedule_fires where schedule_id = $1 and workspace_id = $2 and tenant_id = $3";
        // Nothing was due before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
        let moment = |text: &str| Moment::parse(text).ok().map(|at| at.max(Moment::from_micros(0)));
        let key = cursor.and_then(|cursor| Some((cursor.direction, moment(&cursor.key)?)));
        let back = matches!(key, Some((Direction::Backward, _)));
        let mut statement = sql(FIRES).bind(id).bind(scope.workspace_id()).bind(scope.tenant_id());
        if let Some((_, at)) = key {
            statement = statement.push_bind(if back { " and scheduled_for > " } else { " and scheduled_for < " }, at);
        }
        let order = if back { " order by scheduled_for limit " } else { " order by scheduled_for desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let fire = |row: Row| Fire {
            scheduled_for: row.scheduled_for.0,
            local: row.local_occurrence,
            run: row.run_id.map(RunId::from_uuid),
            omitted: row.omitted.as_deref().map(Omission::from_code),
            omitted_since: row.omitted_since.map(|at| at.0),
            omitted_count: u64::try_from(row.omitted_count).unwrap_or(0),
            decided_at: row.created_at.0,
        };
        let fires = found.into_iter().map(fire).collect();
        Ok(crate::runs::page(fires, rows, key.is_some(), back, |fire: &Fire| fire.scheduled_for.to_fixed_text()))
    }
}
