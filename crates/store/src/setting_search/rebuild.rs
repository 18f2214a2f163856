//! Beginning the index of a tenant anew, when it was made in another form: secrets may be known now that were not then.

use model::ids::TenantId;
use model::setting_search::form;

use crate::db::{Result, Tx};
use crate::sql::sql;

/// Removes the tenant's index and lets all contents of its versions wait. Until they are taken again, fewer are found.
pub(super) async fn begin(tx: &mut Tx, tenant: TenantId) -> Result<()> {
    const CONTENTS: &str = "delete from setting_contents where tenant_id = $1";
    const LETTERS: &str = "delete from setting_letters where tenant_id = $1";
    const WAIT: &str = "insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
      select v.tenant_id, v.content_hash, i.resource_type, v.workspace_id, min(v.captured_at)
      from policy_versions v join inventory_items i on i.id = v.item_id
      where v.tenant_id = $1 and v.content_hash is not null
      group by v.tenant_id, v.content_hash, i.resource_type, v.workspace_id on conflict do nothing";
    const FORM: &str = "update setting_index set form = $2, next_number = 0 where tenant_id = $1";
    for statement in [CONTENTS, LETTERS, WAIT] {
        tx.exec(sql(statement).bind(tenant)).await?;
    }
    tx.exec(sql(FORM).bind(tenant).bind(form())).await?;
    Ok(())
}
