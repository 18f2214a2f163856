//! The people of a tenant.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::{Capability, Role};
use model::ids::UserId;
use model::member::RoleSource;

use super::answer::{nothing, whole};
use super::answers;
use super::body::Body;
use super::coded::{Coded, Codes};
use super::members::RoleBody;
use crate::auth::deeds::{ChangeTenantMember, RemoveTenantMember};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, InTenant};
use crate::error::Error;
use crate::live::Hint;
use crate::state::WebState;

/// How many are listed.
const LISTED: u32 = 1_000;

impl Codes for RoleSource {
    fn all() -> Vec<Self> {
        vec![Self::Workspace, Self::Tenant]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Tenant => "tenant",
        }
    }
}

answers! {
    /// Somebody who is entitled to a tenant; for who manages its people also somebody who could be added to it.
    TenantMemberRow {
        /// Their id.
        id: UserId,
        /// Their mail address.
        email: String,
        /// What they are called.
        name: String,
        /// Their role in the workspace.
        workspace_role: Coded<Role>,
        /// The role with which they were added to the tenant.
        tenant_role: Option<Coded<Role>>,
        /// The role that counts; `null` for somebody who is not entitled to the tenant.
        role: Option<Coded<Role>>,
        /// Where that role comes from.
        source: Option<Coded<RoleSource>>,
    }
}

/// `GET /api/v1/tenants/{tenant}/members`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let mut members = web.store().members().around_tenant(&guard.scope, LISTED).await?;
    if !guard.scope.can().allows(Capability::TenantMembersManage) {
        members.retain(|member| member.effective().is_some());
    }
    let row = |member: model::member::TenantMember| {
        let (role, source) = member.effective().unzip();
        TenantMemberRow {
            id: member.user.id,
            email: member.user.email,
            name: member.user.name,
            workspace_role: Coded(member.workspace_role),
            tenant_role: member.tenant_role.map(Coded),
            role: role.map(Coded),
            source: source.map(Coded),
        }
    };
    whole(members.into_iter().map(row).collect())
}

/// `PUT /api/v1/tenants/{tenant}/members/{member}`
pub(crate) async fn set(
    Authorized { permit, .. }: Authorized<ChangeTenantMember>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<RoleBody>,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().set_tenant_role(&permit, user, wish.role.0).await?;
    web.live().tell(Hint::Standing(user));
    Ok(nothing())
}

/// `DELETE /api/v1/tenants/{tenant}/members/{member}`: their role in the workspace stays.
pub(crate) async fn remove(
    Authorized { permit, .. }: Authorized<RemoveTenantMember>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().remove_from_tenant(&permit, user).await?;
    web.live().tell(Hint::Standing(user));
    Ok(nothing())
}
