//! Previewing all restores of a rollout.

use model::access::can;
use model::audit::Action;
use model::ids::{RolloutId, RunId};
use model::operations::restore_rollout_preview::Arguments;
use model::run::{StartBy, Started};

use super::{Rollouts, of_every_tenant};
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::Links;
use crate::sql::sql;

impl Rollouts<'_> {
    /// Starts the run that checks the restores of a rollout and starts their previews, or finds the one that is under way.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] while the rollout is at work, and when it is over.
    pub async fn start_preview(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RolloutId,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let grant = permit.grant();
        of_every_tenant(grant)?;
        if !self.one(grant, id).await?.state.is_open() {
            return Err(StoreError::Conflict("the rollout is at work, or over"));
        }
        let request = Arguments { rollout: id }.request(grant.workspace_id());
        let started = self.0.runs().start_linked(grant, &request, &by.into(), &Links::default(), Action::RolloutPreview).await?;
        if !matches!(started, Started::ScopeBusy(_)) {
            self.previewed_by(permit, id, started.run().id).await?;
        }
        Ok(started)
    }

    /// Keeps which run it is. Where this is lost, the run is known by what it does all the same.
    async fn previewed_by(&self, permit: &Permit<can::RestoreExecute>, id: RolloutId, run: RunId) -> Result<()> {
        const KEEP: &str = "update rollouts set preview_operation_run_id = $2, updated_at = $now where id = $1";
        let mut tx = self.0.db().write(permit.grant().reach()).await?;
        tx.exec(sql(KEEP).bind(id).bind(run)).await?;
        tx.commit_unaudited("which run previews a rollout; its start is audited").await
    }
}
