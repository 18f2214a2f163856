//! Since when all of a tenant's inventory is known: worked out whenever a list is complete, so that nobody reads what is known of every type
//! to tell it of a thousand tenants.

use std::sync::LazyLock;

use model::ids::{TenantId, WorkspaceId};
use model::resource_types;

use crate::db::{Result, Tx};
use crate::sql::{Sql, sql};

/// The keys of the types that this version keeps.
static KEPT: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| resource_types::all().iter().filter(|kind| kind.in_inventory()).map(|kind| kind.key.as_str()).collect());

/// What tells these types from those that another version keeps.
static KEPT_HASH: LazyLock<String> = LazyLock::new(|| blake3::hash(KEPT.join(",").as_bytes()).to_hex()[..16].to_owned());

/// Adds the oldest of the moments at which the kept types of a tenant were last listed completely; null while one never was. `of_tenant` says
/// of which.
fn worked_out(statement: Sql, of_tenant: impl FnOnce(Sql) -> Sql) -> Sql {
    let types = i64::try_from(KEPT.len()).unwrap_or(i64::MAX);
    let statement = statement
        .push_bind("(select case when count(v.complete_at) >= ", types)
        .push(" then min(v.complete_at) end from inventory_coverage v where v.tenant_id = ");
    of_tenant(statement).push_in(" and v.resource_type in ", KEPT.iter().copied()).push(")")
}

/// Adds since when all of the inventory of a tenant `t` with the row `n` of `tenant_inventories` is known. What another version wrote, which
/// kept other types, is worked out anew.
pub(crate) fn synced_at(statement: Sql) -> Sql {
    let statement = statement.push_bind("case when n.kept_types = ", KEPT_HASH.as_str()).push(" then n.synced_at else ");
    worked_out(statement, |statement| statement.push("t.id")).push(" end")
}

/// Writes it down for a tenant. Of two runs that list types of it at once, the one that ends last counts what the other has listed: it waits
/// for the row before it looks.
pub(super) async fn note(tx: &mut Tx, workspace: WorkspaceId, tenant: TenantId) -> Result<()> {
    const HOLD: &str = "insert into tenant_inventories (tenant_id, workspace_id, kept_types) values ($1, $2, $3)
      on conflict (tenant_id) do update set kept_types = excluded.kept_types";
    tx.exec(sql(HOLD).bind(tenant).bind(workspace).bind(KEPT_HASH.as_str())).await?;
    let write = worked_out(sql("update tenant_inventories set synced_at = "), |statement| statement.push_bind("", tenant));
    tx.exec(write.push_bind(" where tenant_id = ", tenant)).await?;
    Ok(())
}
