//! Starting by hand what a schedule starts.

use model::access::can;
use model::audit::Action;
use model::ids::ScheduleId;
use model::run::{StartBy, Started};

use super::Schedules;
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::Links;

impl Schedules<'_> {
    /// Starts it now, whether it is switched on or not; its fires are not touched.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] without the capability of what it starts; [`StoreError::Conflict`] for an archived one, or one that
    /// this version cannot start.
    pub async fn run_now(
        &self,
        permit: &Permit<can::BackupSchedulesRun>,
        scope: &TenantScope,
        id: ScheduleId,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let grant = permit.grant();
        if grant.tenant_id() != Some(scope.tenant_id()) {
            return Err(StoreError::NotVisible);
        }
        let schedule = self.find(scope, id).await?;
        if schedule.archived_at.is_some() {
            return Err(StoreError::Conflict("the schedule is archived"));
        }
        let operation =
            schedule.operation().ok_or(StoreError::Conflict("this version does not know what the schedule starts"))?;
        let capability = operation.entry().capability;
        if !scope.can().allows(capability) {
            return Err(StoreError::Forbidden(capability));
        }
        let request = operation.scheduled(grant.workspace_id(), grant.tenant_id(), &schedule.arguments);
        let request = request.ok_or(StoreError::Conflict("this version cannot start what the schedule asks for"))?;
        let links = Links { schedule: Some(id.uuid()), ..Links::default() };
        self.0.runs().start_linked(grant, &request, &by.into(), &links, Action::ScheduleRun).await
    }
}
