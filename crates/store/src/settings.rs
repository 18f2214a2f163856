//! What workspaces, tenants and people chose: one table, each change with what was chosen before in the audit trail.

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, UserId, WorkspaceId};
use model::run::Run;
use model::settings::{Key, Level, Stored, Times, Value};
use uuid::Uuid;

use crate::access::{Permit, RunScope, SignedIn, TenantScope, WorkspaceScope};
use crate::audit::{self, Actor};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Settings.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(pub(crate) &'a Store);

/// What was chosen at a place and above it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// The values.
    pub stored: Stored,
    /// How often each setting was chosen at the place itself; what is missing was never chosen.
    pub revisions: BTreeMap<Key, i64>,
}

/// A choice, or taking one back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChoice {
    /// The setting.
    pub key: Key,
    /// What it shall be; `None`: what holds above.
    pub value: Option<Value>,
    /// Its revision when whoever chooses looked at it; 0 when there was none.
    pub revision: i64,
}

/// A place at which something is chosen.
#[derive(Debug, Clone, Copy)]
enum Place {
    Workspace(WorkspaceId),
    Tenant(WorkspaceId, TenantId),
    Person(UserId),
}

impl Place {
    const fn level(self) -> Level {
        match self {
            Self::Workspace(_) => Level::Workspace,
            Self::Tenant(..) => Level::Tenant,
            Self::Person(_) => Level::Person,
        }
    }

    /// What a row belongs to: as stored, and as the audit trail calls it.
    const fn scope(self) -> (Uuid, &'static str) {
        match self {
            Self::Workspace(id) => (id.uuid(), "workspace"),
            Self::Tenant(_, id) => (id.uuid(), "tenant"),
            Self::Person(id) => (id.uuid(), "user"),
        }
    }
}

const READ: &str = "select scope_id, code, value, revision from settings where scope_id in ";

type Row = (Uuid, String, Option<String>, i64);

/// What these rows say; what cannot be used is told in the log. The first place is the one whose revisions count.
fn choices(rows: Vec<Row>, places: &[Place]) -> Choices {
    let level = |scope: Uuid| places.iter().find(|place| place.scope().0 == scope).map(|place| place.level());
    let here = places.first().map(|place| place.scope().0);
    let revisions =
        rows.iter().filter(|row| Some(row.0) == here).filter_map(|row| Some((Key::from_code(&row.1)?, row.3))).collect();
    let chosen = rows.iter().filter_map(|(scope, code, value, _)| Some((level(*scope)?, code.as_str(), value.as_deref()?)));
    let stored = Stored::read(chosen);
    warn(&stored);
    Choices { stored, revisions }
}

/// Says in the log what cannot be used.
pub(crate) fn warn(stored: &Stored) {
    for damaged in stored.damaged() {
        tracing::warn!(level = ?damaged.level, code = damaged.code, "a stored setting cannot be used; what holds above counts");
    }
}

impl Settings<'_> {
    /// What the workspace chose.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_workspace(&self, scope: &WorkspaceScope) -> Result<Choices> {
        self.read(scope.grant().reach(), &[Place::Workspace(scope.workspace_id())]).await
    }

    /// What was chosen for the tenant, and in its workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_tenant(&self, scope: &TenantScope) -> Result<Choices> {
        let workspace = scope.workspace_id();
        self.read(scope.grant().reach(), &[Place::Tenant(workspace, scope.tenant_id()), Place::Workspace(workspace)]).await
    }

    /// What holds for a run: what was chosen for its tenant, where it has one, and in its workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_run(&self, run: &RunScope) -> Result<Choices> {
        let workspace = run.workspace_id();
        let tenant = run.tenant_id().map(|tenant| Place::Tenant(workspace, tenant));
        let places: Vec<Place> = tenant.into_iter().chain([Place::Workspace(workspace)]).collect();
        self.read(run.grant().reach(), &places).await
    }

    /// What the person chose for themselves, and what the workspace did at which they look.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_person(&self, who: &SignedIn, workspace: Option<&WorkspaceScope>) -> Result<Choices> {
        let workspace = workspace.map(|scope| Place::Workspace(scope.workspace_id()));
        let places: Vec<Place> = std::iter::once(Place::Person(who.user().id)).chain(workspace).collect();
        // As the system: a person's rows and a workspace's are in no one reach. Both are theirs to read.
        self.read(&Reach::system(), &places).await
    }

    /// How moments are shown to the person.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn times(&self, who: &SignedIn, workspace: Option<&WorkspaceScope>) -> Result<Times> {
        Ok(Times::of(&self.of_person(who, workspace).await?.stored))
    }

    async fn read(&self, reach: &Reach, places: &[Place]) -> Result<Choices> {
        let mut db = self.0.db().read(reach).await?;
        let rows = db.all(sql(READ).push_in("", places.iter().map(|place| place.scope().0))).await?;
        db.end().await?;
        Ok(choices(rows, places))
    }

    /// Chooses for the workspace.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of the settings was changed meanwhile, or is none of a workspace; nothing was saved then.
    pub async fn save_workspace(&self, permit: &Permit<can::WorkspaceSettingsManage>, new: &[NewChoice]) -> Result<()> {
        let grant = permit.grant();
        self.save(grant.reach(), grant.actor(), Place::Workspace(grant.workspace_id()), new).await
    }

    /// Chooses for a tenant.
    ///
    /// # Errors
    /// As [`Settings::save_workspace`]; [`StoreError::NotVisible`] when the permit is not one of a tenant.
    pub async fn save_tenant(&self, permit: &Permit<can::TenantSettingsManage>, new: &[NewChoice]) -> Result<()> {
        let grant = permit.grant();
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        self.save(grant.reach(), grant.actor(), Place::Tenant(grant.workspace_id(), tenant), new).await
    }

    /// Chooses for oneself.
    ///
    /// # Errors
    /// As [`Settings::save_workspace`].
    pub async fn save_person(&self, who: &SignedIn, new: &[NewChoice]) -> Result<()> {
        // As the system: what belongs to no workspace is put on record by nobody else.
        self.save(&Reach::system(), &who.actor(), Place::Person(who.user().id), new).await
    }

    async fn save(&self, reach: &Reach, actor: &Actor, place: Place, new: &[NewChoice]) -> Result<()> {
        let mut tx = self.0.db().write(reach).await?;
        let mut entries = Vec::new();
        for choice in new {
            let old = write(&mut tx, place, choice).await?;
            if old != choice.value {
                let (scope, kind) = place.scope();
                let entry = AuditEntry::done(Action::SettingChange).on(kind, scope).with("setting", choice.key);
                entries.push(entry.with("old", old).with("new", choice.value.clone()));
            }
        }
        // The last one goes with the commit.
        let Some(last) = entries.pop() else { return Ok(()) };
        for entry in entries {
            audit::insert(&mut tx, actor, entry).await?;
        }
        tx.commit(actor, last).await
    }
}

/// Writes one choice when nobody was faster; what was chosen before.
async fn write(tx: &mut Tx, place: Place, choice: &NewChoice) -> Result<Option<Value>> {
    const OLD: &str = "select value, revision from settings where scope_id = $1 and code = $2";
    const SAVE: &str = "insert into settings (scope_id, code, workspace_id, tenant_id, user_id, value, revision, updated_at)
      values ($1, $2, $3, $4, $5, $6, 1, $now) on conflict (scope_id, code) do update
        set value = excluded.value, revision = settings.revision + 1, updated_at = excluded.updated_at where settings.revision = $7";
    if !choice.key.declaration().levels.contains(&place.level()) {
        return Err(StoreError::Conflict("that cannot be chosen here"));
    }
    let (scope, _) = place.scope();
    let old: Option<(Option<String>, i64)> = tx.optional(sql(OLD).bind(scope).bind(choice.key.code())).await?;
    let old = old.and_then(|(value, _)| choice.key.parse(&value?).ok());
    let (workspace, tenant, user) = match place {
        Place::Workspace(workspace) => (Some(workspace), None, None),
        Place::Tenant(workspace, tenant) => (Some(workspace), Some(tenant), None),
        Place::Person(user) => (None, None, Some(user)),
    };
    let save = sql(SAVE)
        .bind(scope)
        .bind(choice.key.code())
        .bind(workspace)
        .bind(tenant)
        .bind(user)
        .bind(choice.value.as_ref().map(ToString::to_string))
        .bind(choice.revision);
    if tx.exec(save).await? == 0 {
        return Err(StoreError::Conflict("a setting was changed meanwhile; look at it again"));
    }
    Ok(old)
}

/// Whether something else than the default was chosen for the tenant of a run, or above it.
pub(crate) async fn chosen(tx: &mut Tx, run: &Run, key: Key) -> Result<bool> {
    let tenant = run.tenant_id.map(|tenant| Place::Tenant(run.workspace_id, tenant));
    let places: Vec<Place> = tenant.into_iter().chain([Place::Workspace(run.workspace_id)]).collect();
    let rows = tx.all(sql(READ).push_in("", places.iter().map(|place| place.scope().0)).push_bind(" and code = ", key.code()));
    let stored = choices(rows.await?, &places).stored;
    Ok(stored.find(key, Level::Tenant.path()).value != key.default_value())
}

/// Whether the plan of a restore of that tenant is approved by a second person before it is carried out.
pub(crate) async fn second_person(tx: &mut Tx, workspace: WorkspaceId, tenant: TenantId) -> Result<bool> {
    let places = [Place::Tenant(workspace, tenant), Place::Workspace(workspace)];
    let rows =
        sql(READ).push_in("", places.iter().map(|place| place.scope().0)).push_bind(" and code = ", Key::SecondPerson.code());
    Ok(Key::needs_second_person(&choices(tx.all(rows).await?, &places).stored))
}

/// Who in a workspace asks for a second person: the workspace itself, and which of its tenants.
pub(crate) struct Askers {
    workspace: bool,
    tenants: BTreeSet<TenantId>,
}

impl Askers {
    /// What is to be read of a workspace.
    pub(crate) fn rows(workspace: WorkspaceId) -> crate::sql::Sql {
        const ROWS: &str = "select tenant_id, value from settings where workspace_id = $1 and code = $2 and value is not null";
        sql(ROWS).bind(workspace).bind(Key::SecondPerson.code())
    }

    /// What was read.
    pub(crate) fn of(rows: Vec<(Option<Uuid>, String)>) -> Self {
        let mut askers = Self { workspace: false, tenants: BTreeSet::new() };
        for (tenant, value) in rows {
            let level = if tenant.is_some() { Level::Tenant } else { Level::Workspace };
            let stored = Stored::read([(level, Key::SecondPerson.code(), value)]);
            warn(&stored);
            match tenant {
                _ if !Key::needs_second_person(&stored) => {}
                Some(tenant) => _ = askers.tenants.insert(TenantId::from_uuid(tenant)),
                None => askers.workspace = true,
            }
        }
        askers
    }

    /// Whether one is asked for in that tenant.
    pub(crate) fn ask_in(&self, tenant: TenantId) -> bool {
        self.workspace || self.tenants.contains(&tenant)
    }
}

/// What a workspace keeps its runs for, tenant by tenant where one differs, in days.
pub(crate) struct KeptDays {
    pub(crate) workspace: u32,
    pub(crate) tenants: BTreeMap<TenantId, u32>,
}

/// Reads for how long the runs of a workspace are kept.
pub(crate) async fn kept_days(tx: &mut Tx, workspace: WorkspaceId) -> Result<KeptDays> {
    const KEPT: &str = "select tenant_id, value from settings where workspace_id = $1 and code = $2 and value is not null";
    let key = Key::KeepDays;
    let rows: Vec<(Option<Uuid>, String)> = tx.all(sql(KEPT).bind(workspace).bind(key.code())).await?;
    let mut kept = KeptDays { workspace: key.default_value().number(), tenants: BTreeMap::new() };
    for (tenant, value) in rows {
        let level = if tenant.is_some() { Level::Tenant } else { Level::Workspace };
        let stored = Stored::read([(level, key.code(), value)]);
        warn(&stored);
        // What cannot be used was not chosen.
        let Some(days) = stored.own(key, level).map(Value::number) else { continue };
        match tenant {
            Some(tenant) => _ = kept.tenants.insert(TenantId::from_uuid(tenant), days),
            None => kept.workspace = days,
        }
    }
    Ok(kept)
}

/// Chooses how long runs are kept, whoever else did before.
pub(crate) async fn keep_days(tx: &mut Tx, workspace: WorkspaceId, days: u32) -> Result<()> {
    const REVISION: &str = "select revision from settings where scope_id = $1 and code = $2";
    let found: Option<(i64,)> = tx.optional(sql(REVISION).bind(workspace).bind(Key::KeepDays.code())).await?;
    let revision = found.map_or(0, |(revision,)| revision);
    let choice = NewChoice { key: Key::KeepDays, value: Some(Value::Number(days)), revision };
    write(tx, Place::Workspace(workspace), &choice).await.map(drop)
}
