//! What owners are told of break-glass.

use model::access::Role;
use model::ids::{BreakGlassId, WorkspaceId};
use model::platform::BreakGlassNotice;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::bind::DbTime;
use crate::db::Result;
use crate::notices::Notices;
use crate::reach::Reach;
use crate::sql::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    operator_name: String,
    reason: String,
    entered_at: DbTime,
    expires_at: DbTime,
    ended_at: Option<DbTime>,
    read_at: Option<DbTime>,
    now: DbTime,
}

impl Notices<'_> {
    /// The newest times that operators opened a workspace of which the person is an owner, told to them then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn break_glass(&self, who: &SignedIn, limit: u32) -> Result<Vec<BreakGlassNotice>> {
        const TOLD: &str = "select g.id, g.workspace_id, g.operator_name, g.reason, g.entered_at, g.expires_at, g.ended_at,
            n.read_at, $now as now
          from break_glass_notices n join break_glass g on g.id = n.break_glass_id
          join workspace_members m on m.workspace_id = n.workspace_id and m.user_id = n.user_id and m.role = $2
          where n.user_id = $1 order by n.at desc, n.break_glass_id limit $3";
        // Membership decides, so the statement runs as the system; it returns only what this person was told.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<Row> = db.all(sql(TOLD).bind(who.user().id).bind(Role::Owner.code()).bind(limit)).await?;
        db.end().await?;
        let notice = |row: Row| BreakGlassNotice {
            id: BreakGlassId::from_uuid(row.id),
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            operator_name: row.operator_name,
            reason: row.reason,
            entered_at: row.entered_at.0,
            until: row.ended_at.map_or(row.expires_at.0, |ended| ended.0.min(row.expires_at.0)),
            over: row.ended_at.is_some() || row.expires_at.0 <= row.now.0,
            read: row.read_at.is_some(),
        };
        Ok(rows.into_iter().map(notice).collect())
    }
}
