//! Starting the run that makes a report and keeps it.

use model::access::can;
use model::audit::Action;
use model::operations::report_generate::Arguments;
use model::run::{StartBy, Started};

use super::Reports;
use crate::access::{Permit, TenantScope, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::Links;

impl Reports<'_> {
    /// Starts the run that makes a report of a tenant and keeps it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] without what its kind asks for; [`StoreError::KeyMismatch`] when the key was sent before with another
    /// wish.
    pub async fn make(
        &self,
        permit: &Permit<can::TenantView>,
        scope: &TenantScope,
        report: &Arguments,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let (grant, tenant) = (permit.grant(), scope.tenant_id());
        if grant.tenant_id() != Some(tenant) {
            return Err(StoreError::NotVisible);
        }
        let capability = report.kind().capability();
        if !scope.can().allows(capability) {
            return Err(StoreError::Forbidden(capability));
        }
        let request = report.request(grant.workspace_id(), Some(tenant));
        self.0.runs().start_linked(grant, &request, &by.into(), &Links::default(), Action::RunStart).await
    }

    /// The same of all tenants of the workspace, for somebody who is entitled to each of them.
    ///
    /// # Errors
    /// As [`Reports::make`]; [`StoreError::Forbidden`] for somebody who is not entitled to every tenant.
    pub async fn make_of_all(&self, scope: &WorkspaceScope, report: &Arguments, by: impl Into<StartBy>) -> Result<Started> {
        self.of_all(scope, &[report.kind().capability(), model::access::Capability::TenantView])?;
        let (grant, request) = (scope.grant(), report.request(scope.workspace_id(), None));
        self.0.runs().start_linked(grant, &request, &by.into(), &Links::default(), Action::RunStart).await
    }

    /// Refuses who may not read of every tenant.
    pub(super) fn of_all(&self, scope: &WorkspaceScope, capabilities: &[model::access::Capability]) -> Result<()> {
        let lacks = |capability: &&model::access::Capability| scope.entitled().is_some() || !scope.may_open(None, **capability);
        capabilities.iter().find(lacks).map_or(Ok(()), |capability| Err(StoreError::Forbidden(*capability)))
    }
}
