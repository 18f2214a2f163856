//! The guard of what is done in many tenants of a workspace at once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::access::Capability;
use model::audit::AuditEntry;
use store::access::Across;

use super::deeds::Permitted;
use super::extract::{Guard, Member};
use crate::error::Error;
use crate::state::WebState;

/// A member of the workspace (as [`Member`]) who holds what `D` needs in at least one of its tenants.
#[derive(Debug)]
pub struct AcrossTenants<D: Permitted> {
    pub(crate) member: Member,
    pub(crate) across: Across<D::Needs>,
}

impl<D: Permitted> Guard for AcrossTenants<D> {
    const NAME: &'static str = "Member";
    const CAPABILITY: Option<Capability> = Some(D::CAPABILITY);
}

impl<D: Permitted> FromRequestParts<WebState> for AcrossTenants<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, web).await?;
        let across = member.scope.across::<D::Needs>();
        if across.is_err() && !parts.method.is_safe() {
            web.store().audit().denied_in_workspace(&member.scope, AuditEntry::denied(D::ACTION)).await?;
        }
        Ok(Self { across: across?, member })
    }
}
