//! Neither a workspace nor a tenant loses its last owner. A tenant's owners are its own and those of its workspace.

use model::ids::{TenantId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// What a change of a person's roles may take away.
pub(super) struct Owned {
    workspace: WorkspaceId,
    /// How many owners the workspace has.
    owners: i64,
    /// The tenants of which the person is an owner of their own.
    tenants: Vec<TenantId>,
}

/// Looks before roles of that person are changed. Holds the workspace's row until the transaction ends, so that of two owners who
/// go at once, whether from the workspace or from one of its tenants, one is the last.
pub(super) async fn before(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<Owned> {
    const TENANTS: &str = "select tenant_id from tenant_members where workspace_id = $1 and user_id = $2 and role = 'owner'";
    tx.exec(sql("update workspaces set name = name where id = $1").bind(workspace)).await?;
    let tenants: Vec<(Uuid,)> = tx.all(sql(TENANTS).bind(workspace).bind(user)).await?;
    let tenants = tenants.into_iter().map(|(id,)| TenantId::from_uuid(id)).collect();
    Ok(Owned { workspace, owners: owners(tx, workspace).await?, tenants })
}

/// Looks afterwards.
///
/// # Errors
/// [`StoreError::Conflict`] when the workspace, or a tenant of the person's, has no owner any more.
pub(super) async fn keep(tx: &mut Tx, before: Owned) -> Result<()> {
    const OWNED: &str = "select tm.tenant_id from tenant_members tm
      join workspace_members m on m.workspace_id = tm.workspace_id and m.user_id = tm.user_id
      where tm.role = 'owner' and tm.tenant_id in ";
    if owners(tx, before.workspace).await? > 0 {
        return Ok(());
    }
    if before.owners > 0 {
        return Err(StoreError::Conflict("a workspace keeps at least one owner: name another one first"));
    }
    let still: Vec<(Uuid,)> = tx.all(sql(OWNED).push_in("", before.tenants.iter().copied())).await?;
    if before.tenants.iter().all(|tenant| still.iter().any(|(id,)| *id == tenant.uuid())) {
        return Ok(());
    }
    Err(StoreError::Conflict("a tenant keeps at least one owner: name another one first"))
}

async fn owners(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    // Who is disabled can do nothing for it.
    const OWNERS: &str = "select count(*) from workspace_members m join users u on u.id = m.user_id and u.disabled_at is null
      where m.workspace_id = $1 and m.role = 'owner'";
    let (owners,): (i64,) = tx.one(sql(OWNERS).bind(workspace)).await?;
    Ok(owners)
}
