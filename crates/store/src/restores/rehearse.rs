//! Starting a rehearsal.

use model::access::can;
use model::audit::Action;
use model::ids::RestoreId;
use model::operations::restore_rehearse::Arguments;
use model::run::{StartBy, Started};

use super::Restores;
use super::confirm::Start;
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::Links;

impl Restores<'_> {
    /// Starts the run that carries a plan out on a simulated copy of the tenant, or finds the one that is under way. `plan` is the hash
    /// of the plan that the person saw.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plan is another one by now, or was executed or given up.
    pub async fn start_rehearsal(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        plan: &str,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let grant = permit.grant();
        // Whoever may not look into the tenant of the source sees no such restore.
        self.one(grant, id).await?;
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let request = Arguments { restore: id, plan: plan.to_owned() }.request(tenant);
        let start = Start::Rehearse { id, plan: plan.to_owned() };
        self.0.runs().start_for_restore(grant, &request, &by.into(), &Links::default(), Action::RestoreRehearse, start).await
    }
}
