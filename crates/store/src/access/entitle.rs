//! Building scopes: memberships are read here, as the system, and nowhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::access::{Capability, Role};
use model::ids::{EntraTenantId, RunId, SessionId, TenantId, UserId, WorkspaceId};
use model::operations::Operation;
use model::tenant::{Environment, Tenant, TenantStatus};
use model::user::User;
use uuid::Uuid;

use super::grant::{Grant, Place, RunScope, SignedIn, TenantScope, WorkspaceScope};
use super::limits::Limits;
use super::permit::Operator;
use crate::audit::ActorKind;
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::{Sql, sql};

/// Turns a person and a place into a scope, or into "not found".
#[derive(Debug, Clone, Copy)]
pub struct Access<'a>(pub(crate) &'a Store);

/// The right to look at one run, with what its type asks for already granted.
#[derive(Debug, Clone)]
pub struct RunSight {
    pub(crate) grant: Arc<Grant>,
    pub(crate) run_id: RunId,
    tenant: Option<Tenant>,
    /// What it takes to change the run.
    change: Capability,
}

impl RunSight {
    /// The run.
    #[must_use]
    pub const fn run_id(&self) -> RunId {
        self.run_id
    }

    /// Its workspace.
    #[must_use]
    pub fn workspace_id(&self) -> WorkspaceId {
        self.grant.workspace_id()
    }

    /// Its tenant, as the person sees it.
    #[must_use]
    pub const fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }

    /// Refuses who may look at the run but not change it.
    pub(crate) fn may_change(&self) -> Result<()> {
        if self.grant.grants(self.change) { Ok(()) } else { Err(StoreError::Forbidden(self.change)) }
    }

    /// What the person may do where the run belongs.
    #[must_use]
    pub fn can(&self) -> model::access::Can {
        self.grant.can()
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct TenantRow {
    pub(crate) id: Uuid,
    pub(crate) workspace_id: Uuid,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) entra_tenant_id: Uuid,
    pub(crate) environment: String,
    pub(crate) status: String,
    pub(crate) workspace_role: Option<String>,
    pub(crate) tenant_role: Option<String>,
}

/// The effective role of a member in a tenant; `None` when not entitled: owners and managers of the workspace to all of
/// its tenants, others only to those that they were added to, provided that they are members of the workspace.
pub(crate) fn effective(workspace_role: Option<&str>, tenant_role: Option<&str>) -> Option<Role> {
    model::member::effective(Role::from_code(workspace_role?), tenant_role.map(Role::from_code)).map(|(role, _)| role)
}

impl TenantRow {
    pub(crate) fn entitled(self) -> Option<Tenant> {
        let role = effective(self.workspace_role.as_deref(), self.tenant_role.as_deref())?;
        Some(Tenant {
            id: TenantId::from_uuid(self.id),
            workspace_id: WorkspaceId::from_uuid(self.workspace_id),
            name: self.name,
            domain: self.domain,
            entra_tenant_id: EntraTenantId::from_uuid(self.entra_tenant_id),
            environment: Environment::from_code(&self.environment),
            status: TenantStatus::from_code(&self.status),
            role,
        })
    }
}

const TENANT: &str = "select t.id, t.workspace_id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    m.role as workspace_role, tm.role as tenant_role
  from tenants t
  left join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = $2
  left join tenant_members tm on tm.tenant_id = t.id and tm.user_id = $2
  where t.id = $1";

const WORKSPACE: &str = "select w.name, m.role from workspaces w
  join workspace_members m on m.workspace_id = w.id where w.id = $1 and m.user_id = $2";

const TENANT_ROLES: &str = "select tenant_id, role from tenant_members where workspace_id = $1 and user_id = $2";

/// The run, its workspace, tenant and type, and the person's roles in the two.
type RunPlace = (Uuid, Uuid, Option<Uuid>, String, String, Option<String>);

/// Where a run belongs, for a member of its workspace, with their roles there: a run that does not exist and one that is somebody
/// else's end after this one statement alike.
const RUN_PLACE: &str = "select r.id, r.workspace_id, r.tenant_id, r.type, m.role, tm.role from operation_runs r
  join workspace_members m on m.workspace_id = r.workspace_id and m.user_id = $2
  left join tenant_members tm on tm.tenant_id = r.tenant_id and tm.user_id = $2
  where r.id = $1";

/// The same by the number that the run had in an earlier installation. One that two adopted databases have leads nowhere.
const NUMBERED_PLACE: &str = "select r.id, r.workspace_id, r.tenant_id, r.type, m.role, tm.role from adopted_records a
  join operation_runs r on r.id = a.new_id
  join workspace_members m on m.workspace_id = r.workspace_id and m.user_id = $2
  left join tenant_members tm on tm.tenant_id = r.tenant_id and tm.user_id = $2
  where a.kind = 'operation_runs' and a.old_id = $1
    and not exists (select 1 from adopted_records b where b.kind = 'operation_runs' and b.old_id = $1 and b.source <> a.source)";

async fn workspace_grant(db: &mut Reader, who: &SignedIn, id: WorkspaceId) -> Result<Grant> {
    let (user, limits) = (&who.user, who.limits.clone());
    // A token is of one workspace: any other is as if it did not exist.
    if limits.as_ref().is_some_and(|limits| limits.workspace() != id) {
        return Err(StoreError::NotVisible);
    }
    let found: Option<(String, String)> = db.optional(sql(WORKSPACE).bind(id).bind(user.id)).await?;
    let (name, role) = found.ok_or(StoreError::NotVisible)?;
    let roles: Vec<(Uuid, String)> = db.all(sql(TENANT_ROLES).bind(id).bind(user.id)).await?;
    let tenant_roles: BTreeMap<TenantId, Role> =
        roles.into_iter().map(|(tenant, role)| (TenantId::from_uuid(tenant), Role::from_code(&role))).collect();
    let place = Place::Workspace { name, tenant_roles };
    Ok(Grant::new(ActorKind::User(user.id), Some(user.clone()), id, Role::from_code(&role), place, limits))
}

async fn tenant_for(db: &mut Reader, who: &SignedIn, id: TenantId) -> Result<Tenant> {
    let row: Option<TenantRow> = db.optional(sql(TENANT).bind(id).bind(who.user.id)).await?;
    let tenant = row.and_then(TenantRow::entitled);
    tenant.filter(|tenant| who.limits.as_ref().is_none_or(|limits| limits.reaches(tenant))).ok_or(StoreError::NotVisible)
}

fn tenant_grant(who: &SignedIn, tenant: Tenant) -> Grant {
    let (workspace, role, user) = (tenant.workspace_id, tenant.role, who.user.clone());
    Grant::new(ActorKind::User(user.id), Some(user), workspace, role, Place::Tenant(tenant), who.limits.clone())
}

/// Every role may look around; a token only when it was given that.
fn looks(limits: Option<&Limits>, capability: Capability) -> Result<()> {
    match limits {
        Some(limits) if !limits.capabilities().has(capability) => Err(StoreError::Forbidden(capability)),
        _ => Ok(()),
    }
}

impl Access<'_> {
    /// Whoever started an attempt's run, to act with their rights of now and no others; `None` for runs of the system, and for
    /// people that are no longer known.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn initiator(&self, scope: &RunScope) -> Result<Option<SignedIn>> {
        const USER: &str = "select id, email, name from users where id = $1 and disabled_at is null";
        let Some(user) = scope.initiator() else { return Ok(None) };
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(Uuid, String, String)> = db.optional(sql(USER).bind(user)).await?;
        db.end().await?;
        let who = |(id, email, name)| {
            let user = User { id: UserId::from_uuid(id), email, name };
            SignedIn { user, session: SessionId::generate(), workspace: Some(scope.workspace_id()), limits: None }
        };
        Ok(row.map(who))
    }

    /// The workspace, for a member.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for an unknown workspace and for a stranger alike; [`StoreError::Forbidden`] for a token that was
    /// not given `workspace.view`.
    pub async fn workspace(&self, who: &SignedIn, id: WorkspaceId) -> Result<WorkspaceScope> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let grant = workspace_grant(&mut db, who, id).await?;
        db.end().await?;
        looks(who.limits.as_deref(), Capability::WorkspaceView)?;
        Ok(WorkspaceScope(Arc::new(grant)))
    }

    /// The tenant, for somebody entitled to it.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for an unknown tenant and for somebody without entitlement alike; [`StoreError::Forbidden`] for a
    /// token that was not given `tenant.view`.
    pub async fn tenant(&self, who: &SignedIn, id: TenantId) -> Result<TenantScope> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let tenant = tenant_for(&mut db, who, id).await?;
        db.end().await?;
        looks(who.limits.as_deref(), Capability::TenantView)?;
        Ok(TenantScope(Arc::new(tenant_grant(who, tenant))))
    }

    /// The workspace of a tenant, for whoever runs the program on its machine.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it is gone.
    pub async fn workspace_of_operator(&self, _: &Operator, of: &TenantScope) -> Result<WorkspaceScope> {
        let workspace = of.grant().workspace_id();
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(String,)> = db.optional(sql("select name from workspaces where id = $1").bind(workspace)).await?;
        db.end().await?;
        let (name,) = row.ok_or(StoreError::NotVisible)?;
        let place = Place::Workspace { name, tenant_roles: BTreeMap::new() };
        Ok(WorkspaceScope(Arc::new(Grant::new(ActorKind::Operator, None, workspace, Role::Owner, place, None))))
    }

    /// A tenant, for whoever runs the program on its machine.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for an unknown tenant.
    pub async fn tenant_of_operator(&self, _: &Operator, id: TenantId) -> Result<TenantScope> {
        const TENANT: &str = "select id, workspace_id, name, domain, entra_tenant_id, environment, status,
          'owner' as workspace_role, cast(null as text) as tenant_role from tenants where id = $1";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<TenantRow> = db.optional(sql(TENANT).bind(id)).await?;
        db.end().await?;
        let tenant = row.and_then(TenantRow::entitled).ok_or(StoreError::NotVisible)?;
        let workspace = tenant.workspace_id;
        let grant = Grant::new(ActorKind::Operator, None, workspace, Role::Owner, Place::Tenant(tenant), None);
        Ok(TenantScope(Arc::new(grant)))
    }

    /// A run, for somebody entitled to its tenant (or a member of its workspace) who holds its type's capability.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for an unknown run and for a stranger alike, [`StoreError::Forbidden`] without the capability.
    pub async fn run(&self, who: &SignedIn, id: RunId) -> Result<RunSight> {
        self.run_at(who, sql(RUN_PLACE).bind(id)).await
    }

    /// As [`Access::run`], by the number that the run had in an earlier installation whose database was adopted. A number that two of
    /// these have is unknown.
    ///
    /// # Errors
    /// As [`Access::run`].
    pub async fn run_numbered(&self, who: &SignedIn, number: u64) -> Result<RunSight> {
        self.run_at(who, sql(NUMBERED_PLACE).bind(number.to_string())).await
    }

    async fn run_at(&self, who: &SignedIn, place: Sql) -> Result<RunSight> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let place: Option<RunPlace> = db.optional(place.bind(who.user.id)).await?;
        let (id, workspace, tenant, code, role, in_tenant) = place.ok_or(StoreError::NotVisible)?;
        if tenant.is_some() && effective(Some(&role), in_tenant.as_deref()).is_none() {
            return Err(StoreError::NotVisible);
        }
        let (grant, tenant) = match tenant {
            Some(tenant) => {
                let tenant = tenant_for(&mut db, who, TenantId::from_uuid(tenant)).await?;
                (tenant_grant(who, tenant.clone()), Some(tenant))
            }
            None => (workspace_grant(&mut db, who, WorkspaceId::from_uuid(workspace)).await?, None),
        };
        db.end().await?;
        // A type that this version does not know needs only membership.
        let operation = Operation::from_code(&code);
        if operation.is_some_and(Operation::speaks_of_every_tenant) && grant.entitled().is_some() {
            return Err(StoreError::NotVisible);
        }
        let capability = operation.map(|operation| operation.view_capability());
        if let Some(capability) = capability
            && !grant.grants(capability)
        {
            return Err(StoreError::Forbidden(capability));
        }
        // What nobody knows may be changed by who manages the workspace.
        let change = operation.map_or(Capability::WorkspaceSettingsManage, |operation| operation.entry().capability);
        Ok(RunSight { grant: Arc::new(grant), run_id: RunId::from_uuid(id), tenant, change })
    }
}

/// The grant of a run's attempt: the system acts, within the run's own tenant or workspace.
pub(crate) fn run_grant(workspace: WorkspaceId, tenant: Option<Tenant>) -> Arc<Grant> {
    let place = match tenant {
        Some(tenant) => Place::Tenant(tenant),
        None => Place::Workspace { name: String::new(), tenant_roles: BTreeMap::new() },
    };
    Arc::new(Grant::new(ActorKind::System, None, workspace, Role::Owner, place, None))
}
