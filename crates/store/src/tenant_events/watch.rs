//! Watching the audit logs of tenants whose settings say so.

use model::attribution::{WATCH_RESTS, WATCHED_EVERY};
use model::coverage::TypeState;
use model::ids::{RunId, TenantId, WorkspaceId};
use model::operations::{Operation, audit_events_sync};
use model::run::Trigger;
use model::settings::Key;
use model::tenant::TenantStatus;
use uuid::Uuid;

use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::runs::{Links, NewRun, Queue, insert_many};
use crate::sql::sql;

impl Queue<'_> {
    /// Starts reading the audit logs of up to `limit` tenants that are watched, and of which a log was last asked long enough ago: one
    /// that could not be read rests. A tenant of which no log was ever asked begins with its schedule, or when somebody asks. How many
    /// runs were made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn watch_due(&self, limit: u32) -> Result<usize> {
        const DUE: &str = "select distinct s.tenant_id, s.workspace_id from tenant_audit_sources s
            join tenants t on t.id = s.tenant_id join workspaces w on w.id = s.workspace_id
            join provider_connections c on c.tenant_id = s.tenant_id
          where w.archived_at is null and c.enabled and t.status = $1
            and (c.credential_expires_at is null or c.credential_expires_at > $now)
            and ((s.state = $2 and s.attempted_at <= $3) or s.attempted_at <= $4)
            and coalesce((select o.value from settings o where o.scope_id = s.tenant_id and o.code = $5),
              (select o.value from settings o where o.scope_id = s.workspace_id and o.code = $5)) = $6
          order by s.tenant_id limit $7";
        const LATEST: &str = "select created_at from operation_runs where workspace_id = $1 and tenant_id = $2 and type = $3
          order by id desc limit 1";
        let now = self.0.now().await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let due = sql(DUE)
            .bind(TenantStatus::Active.code())
            .bind(TypeState::Complete.code())
            .bind(now.minus(WATCHED_EVERY))
            .bind(now.minus(WATCH_RESTS))
            .bind(Key::DriftWatch.code())
            .bind(Key::WATCHED)
            .bind(limit);
        let due: Vec<(Uuid, Uuid)> = db.all(due).await?;
        let mut new = Vec::new();
        for (tenant, workspace) in due {
            // One that was begun and came to nothing is not begun again at once either.
            let latest = sql(LATEST).bind(workspace).bind(tenant).bind(Operation::AuditEventsSync.code());
            let latest: Option<(DbTime,)> = db.optional(latest).await?;
            if latest.is_some_and(|(at,)| at.0 > now.minus(WATCHED_EVERY)) {
                continue;
            }
            let tenant = TenantId::from_uuid(tenant);
            new.push(NewRun {
                id: RunId::generate(),
                workspace: WorkspaceId::from_uuid(workspace),
                tenant: Some(tenant),
                request: audit_events_sync::request(tenant),
                trigger: Trigger::System,
                user: None,
                blocked: None,
                links: Links::default(),
            });
        }
        db.end().await?;
        if new.is_empty() {
            return Ok(0);
        }
        // An equal run that is under way is the one that is wanted.
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let made = insert_many(&mut tx, &new).await?.len();
        tx.commit_unaudited("audit logs that are watched; the runs record it").await?;
        Ok(made)
    }
}
