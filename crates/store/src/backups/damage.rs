//! Contents that a verification found damaged: what is done about them.
//!
//! A damaged content keeps its mark until the same bytes are read again, which stores them anew, or until a later verification finds it
//! as it was stored. A set that is captured meanwhile leaves it out and names it.

use std::collections::BTreeSet;

use model::failure::Code;
use model::ids::TenantId;
use uuid::Uuid;

use crate::db::{Result, Tx};
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// Takes away the marks of contents of a tenant that were stored again, by their hashes, in all sets that hold them.
pub(crate) async fn mended(tx: &mut Tx, tenant: TenantId, hashes: &[String]) -> Result<()> {
    const COUNT: &str = "update backup_sets set corrupt = (select count(*) from backup_set_items i
        where i.set_id = backup_sets.id and i.problem is not null)
      where corrupt is not null";
    let mut sets: BTreeSet<Uuid> = BTreeSet::new();
    for chunk in hashes.chunks(CHUNK) {
        let fine = sql("update backup_set_items set problem = null where problem is not null and version_id in
            (select v.id from policy_versions v where v.tenant_id = $1")
        .bind(tenant)
        .push_in(" and v.content_hash in ", chunk.iter().map(String::as_str))
        .push(") returning set_id");
        let rows: Vec<(Uuid,)> = tx.all(fine).await?;
        sets.extend(rows.into_iter().map(|(set,)| set));
    }
    let sets: Vec<Uuid> = sets.into_iter().collect();
    for chunk in sets.chunks(CHUNK) {
        tx.exec(sql(COUNT).push_in(" and id in ", chunk.iter().copied())).await?;
    }
    Ok(())
}

/// Takes out of a set what is marked as damaged: type and Microsoft's id of each, and why it is left out.
pub(super) async fn take_out(tx: &mut Tx, set: Uuid, tenant: TenantId) -> Result<Vec<(String, String, &'static str)>> {
    const OUT: &str = "delete from backup_set_items where set_id = $1 and version_id in
        (select p.version_id from backup_set_items p where p.tenant_id = $2 and p.problem is not null)
      returning item_id";
    let out: Vec<(Uuid,)> = tx.all(sql(OUT).bind(set).bind(tenant)).await?;
    let mut named = Vec::with_capacity(out.len());
    for chunk in out.chunks(CHUNK) {
        let find = sql("select resource_type, object_id from inventory_items where tenant_id = $1").bind(tenant);
        let rows: Vec<(String, String)> = tx.all(find.push_in(" and id in ", chunk.iter().map(|(id,)| *id))).await?;
        named.extend(rows.into_iter().map(|(key, object)| (key, object, Code::ContentCorrupt.code())));
    }
    Ok(named)
}
