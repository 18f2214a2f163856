//! The guard of what is done with a tenant by a capability of its workspace.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::access::Capability;
use model::audit::AuditEntry;
use store::access::Permit;

use super::deeds::Permitted;
use super::extract::{Guard, InTenant};
use crate::error::Error;
use crate::state::WebState;

/// Somebody entitled to the tenant of the path who holds what `D` needs in its workspace.
#[derive(Debug)]
pub struct ManagesTenant<D: Permitted> {
    pub(crate) tenant: InTenant,
    pub(crate) permit: Permit<D::Needs>,
}

impl<D: Permitted> Guard for ManagesTenant<D> {
    const NAME: &'static str = "InTenant";
    const CAPABILITY: Option<Capability> = Some(D::CAPABILITY);
}

impl<D: Permitted> FromRequestParts<WebState> for ManagesTenant<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let tenant = InTenant::from_request_parts(parts, web).await?;
        let workspace = web.store().access().workspace(&tenant.signed.who, tenant.scope.workspace_id()).await?;
        let permit = workspace.permit::<D::Needs>();
        if permit.is_err() && !parts.method.is_safe() {
            let entry = AuditEntry::denied(D::ACTION).on("tenant", tenant.scope.tenant_id().uuid());
            web.store().audit().denied_in_tenant(&tenant.scope, entry).await?;
        }
        Ok(Self { permit: permit?, tenant })
    }
}
