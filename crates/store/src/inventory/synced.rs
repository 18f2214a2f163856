//! Since when all of a tenant's inventory is known, and how many items that is: worked out whenever a list is complete, so that nobody reads
//! what is known of every type to tell it of a thousand tenants.

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

/// Adds the oldest of the moments at which the kept types of a tenant were last listed completely; null while one never was. A type of whose
/// service the tenant has no licence keeps nothing from being known.
fn oldest(statement: Sql) -> Sql {
    const KNOWN: &str = "case when count(case when v.complete_at is not null or v.state = 'not_licensed' then 1 end) >= ";
    let types = i64::try_from(KEPT.len()).unwrap_or(i64::MAX);
    statement.push_bind(KNOWN, types).push(" then min(case when v.state <> 'not_licensed' then v.complete_at end) end")
}

/// How many objects the latest complete lists had; null: there was none.
const LISTED: &str = "cast(sum(case when v.complete_at is not null then v.objects end) as bigint)";

/// Adds of what these are worked out; `of_tenant` adds of which tenant.
fn of_kept(statement: Sql, of_tenant: impl FnOnce(Sql) -> Sql) -> Sql {
    of_tenant(statement.push(" from inventory_coverage v where v.tenant_id = "))
        .push_in(" and v.resource_type in ", KEPT.iter().copied())
}

/// Adds since when all of the inventory of a tenant `t` with the row `n` of `tenant_inventories` is known. What another version wrote, which
/// kept other types, is worked out anew.
pub(crate) fn synced_at(statement: Sql) -> Sql {
    let statement = statement.push_bind("case when n.kept_types = ", KEPT_HASH.as_str()).push(" then n.synced_at else (select ");
    of_kept(oldest(statement), |statement| statement.push("t.id")).push(") end")
}

/// Adds, in the same way, how many items its latest complete lists had.
pub(crate) fn items(statement: Sql) -> Sql {
    let statement = statement.push_bind("case when n.kept_types = ", KEPT_HASH.as_str()).push(" then n.items else (select ");
    of_kept(statement.push(LISTED), |statement| statement.push("t.id")).push(") end")
}

/// Writes it down for a tenant. Of two runs that list types of it at once, the one that ends last counts what the other has listed: it waits
/// for the row before it looks.
pub(super) async fn note(tx: &mut Tx, workspace: WorkspaceId, tenant: TenantId) -> Result<()> {
    const HOLD: &str = "insert into tenant_inventories (tenant_id, workspace_id, kept_types) values ($1, $2, $3)
      on conflict (tenant_id) do update set kept_types = excluded.kept_types";
    tx.exec(sql(HOLD).bind(tenant).bind(workspace).bind(KEPT_HASH.as_str())).await?;
    let write = oldest(sql("update tenant_inventories set (synced_at, items) = (select ")).push(", ").push(LISTED);
    let write = of_kept(write, |statement| statement.push_bind("", tenant));
    tx.exec(write.push_bind(") where tenant_id = ", tenant)).await?;
    Ok(())
}
