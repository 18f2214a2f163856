//! The platform's own keys: an operator's live session, and the workspace that they opened for a while.

use std::sync::Arc;
use std::time::Duration;

use model::ids::{BreakGlassId, OperatorId, OperatorSessionId, WorkspaceId};
use model::platform::BreakGlass;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::entitle::Access;
use crate::audit::{Actor, ActorKind};
use crate::bind::DbTime;
use crate::db::Result;
use crate::platform::OPERATOR_SESSION_IDLE;
use crate::reach::{Reach, Tenants};
use crate::sql::sql;
use crate::token;

/// The last request of a session is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// The right of an operator of the installation: comes from a live session of the platform. It opens no workspace.
#[derive(Debug, Clone)]
pub struct PlatformScope(Arc<Holder>);

#[derive(Debug)]
struct Holder {
    operator: OperatorId,
    email: String,
    name: String,
    session: OperatorSessionId,
}

impl PlatformScope {
    /// Who it is.
    #[must_use]
    pub fn operator_id(&self) -> OperatorId {
        self.0.operator
    }

    /// What they are called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What they sign in with.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.0.email
    }

    pub(crate) fn session(&self) -> OperatorSessionId {
        self.0.session
    }

    pub(crate) fn actor(&self) -> Actor {
        self.actor_in(None)
    }

    pub(crate) fn actor_in(&self, workspace_id: Option<WorkspaceId>) -> Actor {
        Actor { kind: ActorKind::Platform(self.0.operator), workspace_id, tenant_id: None, token: None }
    }
}

/// The right of an operator to read one workspace until a moment: comes from an open break-glass of this very session. It gives no
/// permit, so that nothing takes it for a write, and every transaction on it is read only.
#[derive(Debug, Clone)]
pub struct GlassScope(Arc<(BreakGlass, PlatformScope)>);

impl GlassScope {
    /// What was opened, until when and why.
    #[must_use]
    pub fn glass(&self) -> &BreakGlass {
        &self.0.0
    }

    /// The workspace.
    #[must_use]
    pub fn workspace_id(&self) -> WorkspaceId {
        self.0.0.workspace_id
    }

    pub(crate) fn reach(&self) -> Reach {
        Reach::workspace(self.workspace_id(), Tenants::All)
    }

    pub(crate) fn actor(&self) -> Actor {
        self.0.1.actor_in(Some(self.workspace_id()))
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    operator_id: Uuid,
    email: String,
    name: String,
    last_seen_at: DbTime,
    now: DbTime,
}

#[derive(sqlx::FromRow)]
pub(crate) struct GlassRow {
    id: Uuid,
    operator_id: Uuid,
    pub(crate) session_id: Uuid,
    workspace_id: Uuid,
    workspace_name: String,
    reason: String,
    entered_at: DbTime,
    expires_at: DbTime,
}

impl From<GlassRow> for BreakGlass {
    fn from(row: GlassRow) -> Self {
        Self {
            id: BreakGlassId::from_uuid(row.id),
            operator_id: OperatorId::from_uuid(row.operator_id),
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            workspace_name: row.workspace_name,
            reason: row.reason,
            entered_at: row.entered_at.0,
            expires_at: row.expires_at.0,
        }
    }
}

/// What [`GlassRow`] reads of an operator's open break-glass.
pub(crate) const OPEN_GLASS: &str =
    "select g.id, g.operator_id, g.session_id, g.workspace_id, w.name as workspace_name, g.reason,
    g.entered_at, g.expires_at from break_glass g join workspaces w on w.id = g.workspace_id
  where g.operator_id = $1 and g.ended_at is null and g.expires_at > $now";

impl Access<'_> {
    /// The operator behind a token, while the session lives and they are not disabled.
    ///
    /// # Errors
    /// When the database refuses. An unknown or expired token is `None`.
    pub async fn platform(&self, token: &SecretString) -> Result<Option<PlatformScope>> {
        const FIND: &str = "select s.id, s.operator_id, o.email, o.name, s.last_seen_at, s.now from (
            select *, $now as now from platform_sessions where token_hash = $1) s
          join platform_operators o on o.id = s.operator_id where s.expires_at > s.now and o.disabled_at is null";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<SessionRow> = db.optional(sql(FIND).bind(token::hash(token.expose_secret()))).await?;
        db.end().await?;
        let Some(row) = row else { return Ok(None) };
        let idle = row.now.0.since(row.last_seen_at.0);
        if idle > OPERATOR_SESSION_IDLE {
            return Ok(None);
        }
        let session = OperatorSessionId::from_uuid(row.id);
        if idle > TOUCH_EVERY {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            tx.exec(sql("update platform_sessions set last_seen_at = $now where id = $1").bind(session)).await?;
            tx.commit_unaudited("a session was used").await?;
        }
        let operator = OperatorId::from_uuid(row.operator_id);
        Ok(Some(PlatformScope(Arc::new(Holder { operator, email: row.email, name: row.name, session }))))
    }

    /// The workspace that the operator opened in this session, while its time lasts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn glass(&self, scope: &PlatformScope) -> Result<Option<GlassScope>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<GlassRow> = db.optional(sql(OPEN_GLASS).bind(scope.operator_id())).await?;
        db.end().await?;
        let here = row.filter(|row| row.session_id == scope.session().uuid());
        Ok(here.map(|row| GlassScope(Arc::new((row.into(), scope.clone())))))
    }
}
