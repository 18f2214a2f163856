//! References of which the caches know nothing, for the preview that asks the tenant.

use model::ids::RestoreId;
use model::restore::{MappingOrigin, Reference, RestoreState, Target};
use serde_json::json;

use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::restores::Restores;
use crate::restores::state::hold;
use crate::runs::fenced;
use crate::sql::sql;

impl Restores<'_> {
    /// References without a target that no person decided, by type and id, at most so many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_references(&self, run: &RunScope, id: RestoreId, most: u32) -> Result<Vec<Reference>> {
        const OPEN: &str = "select resource_type, source_id from restore_mappings
          where restore_id = $1 and tenant_id = $2 and target is null and decided_at is null
          order by resource_type, source_id limit $3";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(String, String)> = db.all(sql(OPEN).bind(id).bind(run.tenant_id()).bind(most)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(resource_type, id)| Reference { resource_type, id }).collect())
    }

    /// Decides that these references name the same object of the tenant, as the preview saw it. What a person decided meanwhile stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the restore was changed since the preview began; [`StoreError::LeaseLost`] when the attempt no
    /// longer holds its lease.
    pub async fn decide_same(&self, run: &RunScope, id: RestoreId, revision: i64, found: &[Reference]) -> Result<()> {
        const DECIDE: &str = "update restore_mappings set target = $4, origin = $5, decided_at = $now
          where restore_id = $1 and resource_type = $2 and source_id = $3 and target is null and decided_at is null";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let held = hold(&mut tx, run.grant(), id).await?;
        held.editable(revision)?;
        if !matches!(held.state, RestoreState::Checked | RestoreState::Previewed) {
            return Err(StoreError::Conflict("the checks were not made"));
        }
        for one in found {
            let decide = sql(DECIDE).bind(id).bind(one.resource_type.as_str()).bind(one.id.as_str());
            let target = Target::Object { id: one.id.clone() };
            tx.exec(decide.bind(json!(target)).bind(MappingOrigin::SameId.code())).await?;
        }
        tx.commit_unaudited("what a preview saw in the tenant; the confirmation of its plan is audited").await
    }
}
