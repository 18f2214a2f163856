//! Starting a preview.

use model::access::can;
use model::audit::Action;
use model::ids::RestoreId;
use model::operations::restore_preview::Arguments;
use model::restore::RestoreState;
use model::run::{StartBy, Started, Trigger};

use super::Restores;
use super::confirm::Start;
use crate::access::{Permit, RunScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::Links;

impl Restores<'_> {
    /// Starts the run that reads the live state of what would be touched and freezes the plan, or finds the one that is under way.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the checks were not made since the last change, or the restore was
    /// executed or given up.
    pub async fn start_preview(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        self.preview_as_part(permit, id, revision, &by.into(), &Links::default()).await
    }

    /// The same as part of a run that previews many: its child.
    ///
    /// # Errors
    /// As [`Restores::start_preview`]; [`StoreError::NotVisible`] for a run of another workspace.
    pub async fn start_preview_within(
        &self,
        parent: &RunScope,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
    ) -> Result<Started> {
        if parent.workspace_id() != permit.grant().workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let links = Links { parent: Some(parent.run_id()), ..Links::default() };
        self.preview_as_part(permit, id, revision, &StartBy::from(Trigger::FollowUp), &links).await
    }

    async fn preview_as_part(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        by: &StartBy,
        links: &Links,
    ) -> Result<Started> {
        let grant = permit.grant();
        let restore = self.one(grant, id).await?;
        if restore.revision != revision {
            return Err(StoreError::Conflict("the restore was changed meanwhile; look at it again"));
        }
        if !matches!(restore.state, RestoreState::Checked | RestoreState::Previewed) {
            return Err(StoreError::Conflict("make the checks first"));
        }
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let request = Arguments { restore: id, revision }.request(tenant);
        let start = Start::Preview { id, revision };
        self.0.runs().start_for_restore(grant, &request, by, links, Action::RestorePreview, start).await
    }
}
