//! What groups give. Only memberships that came from the same provider are ever changed or taken away.

use std::collections::{BTreeMap, BTreeSet};

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, UserId, WorkspaceId};
use model::sign_in::{Mapped, Mapping, Wanted};
use uuid::Uuid;

use crate::audit::{self, Actor, ActorKind};
use crate::db::{Result, Tx};
use crate::members::take_out;
use crate::sql::sql;

const WORKSPACE_BY_ID: &str = "select id from workspaces where id = $1";
const TENANT_BY_ID: &str = "select id, workspace_id from tenants where id = $1 or entra_tenant_id = $1 limit 2";

/// What these groups give, with the places looked up by their ids: names are chosen by members, who could lead a group elsewhere by
/// them. A place that does not exist gives nothing.
pub(super) async fn wanted(tx: &mut Tx, mapping: &[Mapping], groups: &[String]) -> Result<Mapped> {
    let groups: BTreeSet<&str> = groups.iter().map(String::as_str).collect();
    let mut mapped = Mapped::default();
    for line in mapping.iter().filter(|line| groups.contains(line.group.as_str())) {
        match &line.place {
            Wanted::Workspace(text) => {
                let Ok(id) = text.parse::<WorkspaceId>() else { continue };
                match tx.all::<(Uuid,)>(sql(WORKSPACE_BY_ID).bind(id)).await?[..] {
                    [(id,)] => mapped.workspace(WorkspaceId::from_uuid(id), line.role),
                    ref found => unclear("workspace", found.len()),
                }
            }
            Wanted::Tenant(text) => {
                let Ok(id) = text.parse::<TenantId>() else { continue };
                match tx.all::<(Uuid, Uuid)>(sql(TENANT_BY_ID).bind(id)).await?[..] {
                    [(id, of)] => mapped.tenant(TenantId::from_uuid(id), WorkspaceId::from_uuid(of), line.role),
                    ref found => unclear("tenant", found.len()),
                }
            }
        }
    }
    Ok(mapped)
}

fn unclear(kind: &str, found: usize) {
    tracing::warn!(kind, found, "a line of the group mapping names no place, or more than one; it gives nothing");
}

/// A membership as it stands: role, and where it comes from.
type Have = (Role, Option<String>);

/// What to do with a membership.
enum Step {
    Leave,
    Add(Role),
    Change(Role),
    Remove,
}

fn step(have: Option<&Have>, want: Option<Role>, source: &str) -> Step {
    match (have, want) {
        (None, Some(role)) => Step::Add(role),
        (Some((role, Some(from))), want) if from == source => match want {
            Some(want) if want == *role => Step::Leave,
            Some(want) => Step::Change(want),
            None => Step::Remove,
        },
        _ => Step::Leave,
    }
}

/// Brings the person's memberships from that source to what is wanted.
pub(super) async fn apply(tx: &mut Tx, user: UserId, source: &str, wanted: &Mapped) -> Result<()> {
    tenants(tx, user, source, wanted).await?;
    workspaces(tx, user, source, wanted).await
}

async fn workspaces(tx: &mut Tx, user: UserId, source: &str, wanted: &Mapped) -> Result<()> {
    const HAVE: &str = "select workspace_id, role, source from workspace_members where user_id = $1";
    const ADD: &str = "insert into workspace_members (workspace_id, user_id, role, source, created_at)
      values ($1, $2, $3, $4, $now) on conflict (workspace_id, user_id) do nothing";
    const CHANGE: &str = "update workspace_members set role = $3 where workspace_id = $1 and user_id = $2 and source = $4";
    let rows: Vec<(Uuid, String, Option<String>)> = tx.all(sql(HAVE).bind(user)).await?;
    let have: BTreeMap<WorkspaceId, Have> =
        rows.into_iter().map(|(id, role, from)| (WorkspaceId::from_uuid(id), (Role::from_code(&role), from))).collect();
    // In the order of ids: two people who sign in at once wait for each other in no circle.
    let places: BTreeSet<WorkspaceId> = have.keys().chain(wanted.workspaces.keys()).copied().collect();
    for id in places {
        let step = step(have.get(&id), wanted.workspaces.get(&id).copied(), source);
        let (from, to) = (have.get(&id).map_or(Role::Unknown, |(role, _)| *role), wanted.workspaces.get(&id).copied());
        let was_owner = have.get(&id).is_some_and(|(role, _)| *role == Role::Owner);
        if was_owner && matches!(step, Step::Change(_) | Step::Remove) && alone(tx, id, user).await? {
            tracing::warn!(workspace = %id, "the last owner of a workspace stays, though their groups no longer say so");
            continue;
        }
        let (action, done) = match step {
            Step::Leave => continue,
            Step::Add(role) => {
                let add = sql(ADD).bind(id).bind(user).bind(role.code()).bind(source);
                (Action::WorkspaceMemberAdd, tx.exec(add).await?)
            }
            Step::Change(role) => {
                let change = sql(CHANGE).bind(id).bind(user).bind(role.code()).bind(source);
                (Action::WorkspaceMemberRole, tx.exec(change).await?)
            }
            // With what they were given by hand in its tenants, and their tokens: nothing comes back with a later membership.
            Step::Remove => {
                take_out(tx, id, user).await?;
                (Action::WorkspaceMemberRemove, 1)
            }
        };
        if done > 0 {
            let actor = Actor { kind: ActorKind::System, workspace_id: Some(id), tenant_id: None, token: None };
            audit::insert(tx, &actor, told(action, user, from, to)).await?;
        }
    }
    Ok(())
}

/// What the audit trail says of a change of roles.
fn told(action: Action, user: UserId, from: Role, to: Option<Role>) -> AuditEntry {
    let entry = AuditEntry::done(action).on("user", user.uuid());
    let entry = if from == Role::Unknown { entry } else { entry.with("from", from) };
    match to {
        Some(to) => entry.with("role", to),
        None => entry,
    }
}

/// Whether nobody else owns the workspace. Holds its row until the end, so that of two owners who leave at once one is the last.
async fn alone(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    const OTHERS: &str = "select count(*) from workspace_members m join users u on u.id = m.user_id and u.disabled_at is null
      where m.workspace_id = $1 and m.role = 'owner' and m.user_id <> $2";
    tx.exec(sql("update workspaces set name = name where id = $1").bind(workspace)).await?;
    let (others,): (i64,) = tx.one(sql(OTHERS).bind(workspace).bind(user)).await?;
    Ok(others == 0)
}

async fn tenants(tx: &mut Tx, user: UserId, source: &str, wanted: &Mapped) -> Result<()> {
    const HAVE: &str = "select tenant_id, workspace_id, role, source from tenant_members where user_id = $1";
    const PLACE: &str = "select workspace_id from tenants where id = $1";
    const ADD: &str = "insert into tenant_members (tenant_id, workspace_id, user_id, role, source, created_at)
      values ($1, $2, $3, $4, $5, $now) on conflict (tenant_id, user_id) do nothing";
    const CHANGE: &str = "update tenant_members set role = $3 where tenant_id = $1 and user_id = $2 and source = $4";
    const REMOVE: &str = "delete from tenant_members where tenant_id = $1 and user_id = $2 and source = $3";
    let rows: Vec<(Uuid, Uuid, String, Option<String>)> = tx.all(sql(HAVE).bind(user)).await?;
    let have: BTreeMap<TenantId, Have> =
        rows.into_iter().map(|(id, _, role, from)| (TenantId::from_uuid(id), (Role::from_code(&role), from))).collect();
    let places: BTreeSet<TenantId> = have.keys().chain(wanted.tenants.keys()).copied().collect();
    for id in places {
        let step = step(have.get(&id), wanted.tenants.get(&id).copied(), source);
        if matches!(step, Step::Leave) {
            continue;
        }
        let Some((workspace,)): Option<(Uuid,)> = tx.optional(sql(PLACE).bind(id)).await? else { continue };
        let (action, done) = match step {
            Step::Leave => continue,
            Step::Add(role) => {
                let add = sql(ADD).bind(id).bind(workspace).bind(user).bind(role.code()).bind(source);
                (Action::TenantMemberAdd, tx.exec(add).await?)
            }
            Step::Change(role) => {
                let change = sql(CHANGE).bind(id).bind(user).bind(role.code()).bind(source);
                (Action::TenantMemberRole, tx.exec(change).await?)
            }
            Step::Remove => (Action::TenantMemberRemove, tx.exec(sql(REMOVE).bind(id).bind(user).bind(source)).await?),
        };
        if done > 0 {
            let workspace_id = Some(WorkspaceId::from_uuid(workspace));
            let actor = Actor { kind: ActorKind::System, workspace_id, tenant_id: Some(id), token: None };
            let (from, to) = (have.get(&id).map_or(Role::Unknown, |(role, _)| *role), wanted.tenants.get(&id).copied());
            audit::insert(tx, &actor, told(action, user, from, to)).await?;
        }
    }
    Ok(())
}
