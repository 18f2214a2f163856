//! What operators of the installation did.

use model::ids::AuditId;
use model::page::{Cursor, Direction, Page};
use model::platform::TrailEntry;
use uuid::Uuid;

use super::Platform;
use crate::access::PlatformScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: DbTime,
    actor_kind: String,
    action: String,
    outcome: String,
    by_name: Option<String>,
    workspace_name: Option<String>,
    reason: Option<String>,
}

/// The condition is that of the index `audit_entries_platform`, word for word.
const TRAIL: &str = "select e.id, e.at, e.actor_kind, e.action, e.outcome, o.name as by_name, w.name as workspace_name, g.reason
  from (select id, at, workspace_id, actor_kind, actor_id, action, outcome, subject_kind, subject_id from audit_entries
    where ((actor_kind = 'operator' and (actor_id is not null or workspace_id is null)) or action = 'break_glass.expire')";
const NAMES: &str = ") e left join platform_operators o on o.id = e.actor_id
  left join workspaces w on w.id = e.workspace_id
  left join break_glass g on e.subject_kind = 'break_glass' and g.id = e.subject_id";

impl Platform<'_> {
    /// A page of the platform's own trail, newest first. Tells of operators and workspaces by name, of nobody else.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn trail(&self, _: &PlatformScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<TrailEntry>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<AuditId>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut list = sql(TRAIL);
        if let Some((_, id)) = at {
            list = list.push_bind(if back { " and id > " } else { " and id < " }, id);
        }
        list = list
            .push(if back { " order by id" } else { " order by id desc" })
            .push_bind(" limit ", rows + 1)
            .push(NAMES)
            .push(if back { " order by e.id" } else { " order by e.id desc" });
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Vec<Row> = db.all(list).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row: &Row| row.id.to_string());
        Ok(page.map(|row| TrailEntry {
            id: row.id.to_string(),
            at: row.at.0,
            by: row.by_name,
            by_system: row.actor_kind == "system",
            action: row.action,
            outcome: row.outcome,
            workspace: row.workspace_name,
            reason: row.reason,
        }))
    }
}
