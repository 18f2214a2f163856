//! Objects that a complete list no longer had: a version of each that says so.

use model::ids::TenantId;
use model::time::Moment;
use model::version::{Change, Changed};
use uuid::Uuid;

use crate::access::RunScope;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::links;
use crate::policy_versions::{NewVersion, insert};
use crate::sql::sql;

/// Writes a version for each item of the type that was not seen since `from` and is not known to be gone.
pub(super) async fn note(tx: &mut Tx, run: &RunScope, tenant: TenantId, resource_type: &str, from: Moment) -> Result<()> {
    // An item that was never completed has no version to follow.
    const GONE: &str = "update inventory_items set absent = $4, latest_version = latest_version + 1
      where tenant_id = $1 and resource_type = $2 and last_seen_at < $3 and absent <> $4 and latest_version > 0
      returning id, name, latest_version, observed_at";
    let gone: Vec<(Uuid, String, i64, Option<DbTime>)> =
        tx.all(sql(GONE).bind(tenant).bind(resource_type).bind(from).bind(true)).await?;
    links::forget(tx, &gone.iter().map(|(item, ..)| *item).collect::<Vec<_>>()).await?;
    let versions = gone.into_iter().map(|(item, name, number, observed)| NewVersion {
        item,
        number,
        change: Change::Disappeared,
        changed: Changed::default(),
        name,
        content: None,
        observed_before: observed.map(|at| at.0),
    });
    insert(tx, run, tenant, &versions.collect::<Vec<_>>()).await
}
