//! The audit trail: rows are only added, in the transaction of the change that they describe.

use model::audit::AuditEntry;
use model::failure::SafeValue;
use model::ids::{ApiTokenId, AuditId, OperatorId, RunId, TenantId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::access::{Grant, SignedIn, TenantScope, WorkspaceScope};
use crate::db::{Result, Tx};
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

mod erase;
mod list;
mod row;
mod seal;
mod verify;

pub use list::{AuditActor, AuditFilter, AuditList, actions_of_group};

/// Who acts, and where.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) kind: ActorKind,
    pub(crate) workspace_id: Option<WorkspaceId>,
    pub(crate) tenant_id: Option<TenantId>,
    /// The token with which a program acts for that person.
    pub(crate) token: Option<ApiTokenId>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ActorKind {
    User(UserId),
    /// Somebody at the machine's command line.
    Operator,
    /// An operator of the installation, by the pages of the platform.
    Platform(OperatorId),
    /// A worker, a scheduler.
    System,
}

impl Actor {
    pub(crate) const fn operator(workspace_id: Option<WorkspaceId>, tenant_id: Option<TenantId>) -> Self {
        Self { kind: ActorKind::Operator, workspace_id, tenant_id, token: None }
    }

    /// An operator of the installation, in no workspace.
    pub(crate) const fn of_operator(operator: OperatorId) -> Self {
        Self { kind: ActorKind::Platform(operator), workspace_id: None, tenant_id: None, token: None }
    }
}

const INSERT: &str = "insert into audit_entries
  (id, at, workspace_id, tenant_id, actor_kind, actor_id, action, outcome, subject_kind, subject_id, run_id, details)
  values ($1, $now, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub(crate) async fn insert(tx: &mut Tx, actor: &Actor, entry: AuditEntry) -> Result<()> {
    let entry = match actor.token {
        Some(token) => entry.with("api_token", SafeValue::Id(token.uuid())),
        None => entry,
    };
    let (kind, id) = match actor.kind {
        ActorKind::User(id) => ("user", Some(id.uuid())),
        ActorKind::Platform(id) => ("operator", Some(id.uuid())),
        ActorKind::Operator => ("operator", None),
        ActorKind::System => ("system", None),
    };
    let insert = sql(INSERT)
        .bind(AuditId::generate())
        .bind(actor.workspace_id)
        .bind(actor.tenant_id)
        .bind(kind)
        .bind(id)
        .bind(entry.action.code())
        .bind(entry.outcome.code())
        .bind(entry.subject.map(|(kind, _)| kind))
        .bind(entry.subject.map(|(_, id)| id))
        .bind(entry.run_id)
        .bind(entry.details());
    tx.exec(insert).await?;
    Ok(())
}

/// The audit trail: its pages, its chain, and entries for attempts that changed nothing.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a>(pub(crate) &'a Store);

impl Audit<'_> {
    /// Records an attempt that was refused in a tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn denied_in_tenant(&self, scope: &TenantScope, entry: AuditEntry) -> Result<()> {
        self.denied(scope.grant(), entry).await
    }

    /// Records an attempt that was refused in a workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn denied_in_workspace(&self, scope: &WorkspaceScope, entry: AuditEntry) -> Result<()> {
        self.denied(scope.grant(), entry).await
    }

    /// Records that a person was refused something on a run that they may see but not touch. A run that does not exist leaves
    /// no trace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn denied_on_run(&self, who: &SignedIn, run: RunId, entry: AuditEntry) -> Result<()> {
        const PLACE: &str = "select workspace_id, tenant_id from operation_runs where id = $1";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let place: Option<(Uuid, Option<Uuid>)> = tx.optional(sql(PLACE).bind(run)).await?;
        let Some((workspace, tenant)) = place else { return Ok(()) };
        let mut actor = who.actor();
        actor.workspace_id = Some(WorkspaceId::from_uuid(workspace));
        actor.tenant_id = tenant.map(TenantId::from_uuid);
        tx.commit(&actor, entry.on("run", run.uuid()).run(run)).await
    }

    async fn denied(&self, grant: &Grant, entry: AuditEntry) -> Result<()> {
        let tx = self.0.db().write(grant.reach()).await?;
        tx.commit(grant.actor(), entry).await
    }
}
