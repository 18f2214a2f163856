//! Groups of tenants: what is looked at, or done, together.

use std::collections::BTreeSet;

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::ids::{TenantGroupId, TenantId};
use model::overview::{MOST_GROUPS, TenantGroup};
use uuid::Uuid;

use crate::access::{Grant, Permit, WorkspaceScope};
use crate::baselines::{entered, is_held, left};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::row::name_key;
use crate::sql::{Sql, sql};

/// Groups of tenants.
#[derive(Debug, Clone, Copy)]
pub struct TenantGroups<'a>(&'a Store);

/// Tenants in a group, at most.
pub const MOST_IN_GROUP: usize = 5_000;
/// Rows per statement.
const CHUNK: usize = 200;

/// What is done with the tenants of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupChange {
    /// They are put into it, and all others taken out.
    Replace,
    /// They are put into it.
    Add,
    /// They are taken out of it.
    Remove,
}

const TAKEN: &str = "a group of tenants has that name already";
const NO_NAME: &str = "a name has 1 to 100 characters, in one line";

impl Store {
    /// Groups of tenants.
    #[must_use]
    pub const fn tenant_groups(&self) -> TenantGroups<'_> {
        TenantGroups(self)
    }
}

impl TenantGroups<'_> {
    /// The groups of the workspace, by name. Who does not manage them sees those that have one of their tenants.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, scope: &WorkspaceScope) -> Result<Vec<TenantGroup>> {
        self.read(scope, None).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it is none of theirs.
    pub async fn find(&self, scope: &WorkspaceScope, id: TenantGroupId) -> Result<TenantGroup> {
        self.read(scope, Some(id)).await?.pop().ok_or(StoreError::NotVisible)
    }

    async fn read(&self, scope: &WorkspaceScope, id: Option<TenantGroupId>) -> Result<Vec<TenantGroup>> {
        let mut groups = sql("select g.id, g.name, count(m.tenant_id) from tenant_groups g
          left join tenant_group_members m on m.group_id = g.id");
        if let Some(entitled) = scope.entitled() {
            groups = groups.push_in(" and m.tenant_id in ", entitled);
        }
        groups = groups.push_bind(" where g.workspace_id = ", scope.workspace_id()).push_if(" and g.id = ", id);
        groups = groups.push(" group by g.id, g.name, g.name_key");
        if !scope.can().allows(Capability::WorkspaceSettingsManage) && scope.entitled().is_some() {
            groups = groups.push(" having count(m.tenant_id) > 0");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(Uuid, String, i64)> = db.all(groups.push(" order by g.name_key")).await?;
        db.end().await?;
        let group = |(id, name, tenants)| TenantGroup { id: TenantGroupId::from_uuid(id), name, tenants };
        Ok(rows.into_iter().map(group).collect())
    }

    /// The tenants in a group, of those that the person is entitled to.
    ///
    /// # Errors
    /// When the database refuses; a group that is none of theirs has no tenants.
    pub async fn members(&self, scope: &WorkspaceScope, id: TenantGroupId) -> Result<BTreeSet<TenantId>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(Uuid,)> = db.all(members(scope.grant(), id)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(tenant,)| TenantId::from_uuid(tenant)).collect())
    }

    /// Makes a group without tenants.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a name that cannot be one or is taken, and beyond 200 groups.
    pub async fn create(&self, permit: &Permit<can::WorkspaceSettingsManage>, name: &str) -> Result<TenantGroupId> {
        const INSERT: &str =
            "insert into tenant_groups (id, workspace_id, name, name_key, created_at) values ($1, $2, $3, $4, $now)
          on conflict (workspace_id, name_key) do nothing";
        let (grant, id) = (permit.grant(), TenantGroupId::generate());
        let name = model::name::name(name).map_err(|_| StoreError::Conflict(NO_NAME))?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let count = sql("select count(*) from tenant_groups where workspace_id = $1").bind(grant.workspace_id());
        let (count,): (i64,) = tx.one(count).await?;
        if count >= MOST_GROUPS {
            return Err(StoreError::Conflict("a workspace has 200 groups of tenants at most"));
        }
        let insert = sql(INSERT).bind(id).bind(grant.workspace_id()).bind(name.as_str()).bind(name_key(&name));
        if tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict(TAKEN));
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantGroupCreate).on("tenant_group", id.uuid())).await?;
        Ok(id)
    }

    /// Gives a group another name.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such group; [`StoreError::Conflict`] for a name that cannot be one or is taken.
    pub async fn rename(&self, permit: &Permit<can::WorkspaceSettingsManage>, id: TenantGroupId, name: &str) -> Result<()> {
        const TAKEN_BY: &str = "select id from tenant_groups where workspace_id = $1 and name_key = $2 and id <> $3";
        let grant = permit.grant();
        let name = model::name::name(name).map_err(|_| StoreError::Conflict(NO_NAME))?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id).await?;
        let taken: Option<(Uuid,)> = tx.optional(sql(TAKEN_BY).bind(grant.workspace_id()).bind(name_key(&name)).bind(id)).await?;
        if taken.is_some() {
            return Err(StoreError::Conflict(TAKEN));
        }
        let rename = sql("update tenant_groups set name = $2, name_key = $3 where id = $1");
        tx.exec(rename.bind(id).bind(name.as_str()).bind(name_key(&name))).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantGroupRename).on("tenant_group", id.uuid())).await
    }

    /// Removes a group; its tenants stay.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such group; [`StoreError::Conflict`] while it is held against a baseline.
    pub async fn delete(&self, permit: &Permit<can::WorkspaceSettingsManage>, id: TenantGroupId) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id).await?;
        if is_held(&mut tx, id).await? {
            return Err(StoreError::Conflict("the group is held against a baseline: end that first"));
        }
        let delete = sql("delete from tenant_groups where id = $1 and workspace_id = $2").bind(id).bind(grant.workspace_id());
        if tx.exec(delete).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantGroupDelete).on("tenant_group", id.uuid())).await
    }

    /// Changes which tenants are in a group, of those that the person is entitled to; how many of theirs are in it then.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such group, or one of the tenants is none that they are entitled to; nothing is
    /// changed then. [`StoreError::Conflict`] beyond 5,000 tenants.
    pub async fn change_members(
        &self,
        permit: &Permit<can::WorkspaceSettingsManage>,
        id: TenantGroupId,
        change: GroupChange,
        tenants: &BTreeSet<TenantId>,
    ) -> Result<usize> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id).await?;
        let entitled: Option<BTreeSet<TenantId>> = grant.entitled().map(|list| list.into_iter().collect());
        if entitled.is_some_and(|entitled| !tenants.is_subset(&entitled)) {
            return Err(StoreError::NotVisible);
        }
        let rows: Vec<(Uuid,)> = tx.all(members(grant, id)).await?;
        let before: BTreeSet<TenantId> = rows.into_iter().map(|(tenant,)| TenantId::from_uuid(tenant)).collect();
        let after: BTreeSet<TenantId> = match change {
            GroupChange::Replace => tenants.clone(),
            GroupChange::Add => before.union(tenants).copied().collect(),
            GroupChange::Remove => before.difference(tenants).copied().collect(),
        };
        if after.len() > MOST_IN_GROUP {
            return Err(StoreError::Conflict("a group has 5,000 tenants at most"));
        }
        let out: Vec<TenantId> = before.difference(&after).copied().collect();
        for chunk in out.chunks(CHUNK) {
            let delete = sql("delete from tenant_group_members where group_id = $1").bind(id);
            tx.exec(delete.push_in(" and tenant_id in ", chunk.iter().copied())).await?;
            left(&mut tx, grant, id, chunk).await?;
        }
        let new: Vec<TenantId> = after.difference(&before).copied().collect();
        for chunk in new.chunks(CHUNK) {
            const INSERT: &str = "insert into tenant_group_members (group_id, tenant_id, workspace_id)
              select g.id, t.id, t.workspace_id from tenant_groups g join tenants t on t.workspace_id = g.workspace_id where g.id = $1";
            let insert = sql(INSERT)
                .bind(id)
                .push_bind(" and t.workspace_id = ", grant.workspace_id())
                .push_in(" and t.id in ", chunk.iter().copied());
            if tx.exec(insert).await? != chunk.len() as u64 {
                return Err(StoreError::NotVisible);
            }
            entered(&mut tx, id, Some(chunk)).await?;
        }
        let entry = AuditEntry::done(Action::TenantGroupMembers).on("tenant_group", id.uuid());
        tx.commit(grant.actor(), entry.with("tenants", i64::try_from(after.len()).unwrap_or(i64::MAX))).await?;
        Ok(after.len())
    }
}

/// The members of a group that a grant reaches.
fn members(grant: &Grant, id: TenantGroupId) -> Sql {
    let statement = sql("select tenant_id from tenant_group_members where workspace_id = $1 and group_id = $2")
        .bind(grant.workspace_id())
        .bind(id);
    match grant.entitled() {
        Some(entitled) => statement.push_in(" and tenant_id in ", entitled),
        None => statement,
    }
}

/// Holds a group of the workspace until the transaction ends: of two who change it, one waits.
pub(crate) async fn hold(tx: &mut Tx, grant: &Grant, id: TenantGroupId) -> Result<()> {
    let hold =
        sql("update tenant_groups set name = name where id = $1 and workspace_id = $2").bind(id).bind(grant.workspace_id());
    if tx.exec(hold).await? == 0 { Err(StoreError::NotVisible) } else { Ok(()) }
}
