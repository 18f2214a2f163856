//! Workspaces as operators see them: names and counts.

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{UserId, WorkspaceId};
use model::page::{Cursor, Direction, Page};
use model::platform::WorkspaceFigures;
use uuid::Uuid;

use super::Platform;
use crate::access::PlatformScope;
use crate::audit;
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// What became of asking for a workspace with a first owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstOwner {
    /// It was created.
    Named(WorkspaceId),
    /// Nobody has that mail address; nothing was created.
    Nobody,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    created_at: DbTime,
    members: i64,
    owners: i64,
    tenants: i64,
    active_runs: i64,
    last_sync_at: Option<DbTime>,
    stored_bytes: i64,
}

/// Counts of the workspaces of one page: each subquery reads an index that begins with the workspace.
const FIGURES: &str = "select w.id, w.name, w.created_at,
    (select count(*) from workspace_members m where m.workspace_id = w.id) as members,
    (select count(*) from workspace_members m where m.workspace_id = w.id and m.role = 'owner') as owners,
    (select count(*) from tenants t where t.workspace_id = w.id) as tenants,
    (select count(*) from operation_runs r where r.workspace_id = w.id and r.status in ('queued', 'running')) as active_runs,
    (select max(c.complete_at) from tenants t join inventory_coverage c on c.tenant_id = t.id where t.workspace_id = w.id)
      as last_sync_at,
    (select cast(coalesce(sum(coalesce(b.packed_size, length(b.bytes))), 0) as bigint) from blobs b where b.workspace_id = w.id) as stored_bytes
  from workspaces w";

impl Platform<'_> {
    /// A page of all workspaces, newest first: names and counts.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn workspaces(&self, _: &PlatformScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<WorkspaceFigures>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<WorkspaceId>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut list = sql(FIGURES);
        if let Some((_, id)) = at {
            list = list.push_bind(if back { " where w.id > " } else { " where w.id < " }, id);
        }
        list = list.push(if back { " order by w.id" } else { " order by w.id desc" }).push_bind(" limit ", rows + 1);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Vec<Row> = db.all(list).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row: &Row| row.id.to_string());
        Ok(page.map(|row| WorkspaceFigures {
            id: WorkspaceId::from_uuid(row.id),
            name: row.name,
            created_at: row.created_at.0,
            members: row.members,
            owners: row.owners,
            tenants: row.tenants,
            active_runs: row.active_runs,
            last_sync_at: row.last_sync_at.map(|at| at.0),
            stored_bytes: row.stored_bytes,
        }))
    }

    /// Names of workspaces by id, newest first, to choose from; at most 1,000.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn workspace_names(&self, _: &PlatformScope) -> Result<Vec<(WorkspaceId, String)>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<(Uuid, String)> = db.all(sql("select id, name from workspaces order by id desc limit 1000")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id, name)| (WorkspaceId::from_uuid(id), name)).collect())
    }

    /// Creates a workspace with an existing person (mail address in [`model::user::normal_email`] form) as its owner, both or neither.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn create_workspace(&self, scope: &PlatformScope, name: &str, owner: &str) -> Result<FirstOwner> {
        const CREATE: &str = "insert into workspaces (id, name, created_at) values ($1, $2, $now)";
        const OWN: &str = "insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $now)";
        const OWNER: &str = "select id from users where email = $1 and email_claimed_at is null and disabled_at is null";
        let id = WorkspaceId::generate();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let user: Option<(Uuid,)> = tx.optional(sql(OWNER).bind(owner)).await?;
        let Some(user) = user.map(|(user,)| UserId::from_uuid(user)) else { return Ok(FirstOwner::Nobody) };
        tx.exec(sql(CREATE).bind(id).bind(name)).await?;
        tx.exec(sql(OWN).bind(id).bind(user).bind(Role::Owner.code())).await?;
        let actor = scope.actor_in(Some(id));
        audit::insert(&mut tx, &actor, AuditEntry::done(Action::WorkspaceCreate).on("workspace", id.uuid())).await?;
        tx.commit(&actor, AuditEntry::done(Action::WorkspaceMemberAdd).on("user", user.uuid())).await?;
        Ok(FirstOwner::Named(id))
    }
}
