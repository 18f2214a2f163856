//! The members of the workspace.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::Role;
use model::ids::{TenantId, UserId};
use model::member::TenantRole;
use model::time::Moment;

use super::answer::{nothing, ok, whole};
use super::body::Body;
use super::coded::{Choice, Coded};
use super::{answers, bodies};
use crate::auth::deeds::{ChangeMemberRole, RemoveMember};
use crate::auth::extract::path_id;
use crate::auth::{Manages, Member};
use crate::error::Error;
use crate::live::Hint;
use crate::state::WebState;

/// How many are listed.
const LISTED: u32 = 1_000;

answers! {
    /// A role in a tenant.
    RoleInTenant {
        /// The tenant.
        tenant_id: TenantId,
        /// Its name.
        name: String,
        /// The role there.
        role: Coded<Role>,
    }

    /// A member of the workspace.
    MemberRow {
        /// Their id.
        id: UserId,
        /// Their mail address.
        email: String,
        /// What they are called.
        name: String,
        /// Their role in the workspace.
        role: Coded<Role>,
        /// Since when.
        since: Moment,
        /// When they signed in last, wherever they went then.
        last_sign_in_at: Option<Moment>,
        /// The tenants to which they were added, of those that the token opens, by name.
        tenants: Vec<RoleInTenant>,
    }
}

bodies! {
    /// A role.
    RoleBody {
        /// The role.
        role: Choice<Role>,
    }
}

impl From<TenantRole> for RoleInTenant {
    fn from(of: TenantRole) -> Self {
        Self { tenant_id: of.tenant, name: of.name, role: Coded(of.role) }
    }
}

impl From<model::member::Member> for MemberRow {
    fn from(member: model::member::Member) -> Self {
        Self {
            id: member.user.id,
            email: member.user.email,
            name: member.user.name,
            role: Coded(member.role),
            since: member.since,
            last_sign_in_at: member.last_sign_in,
            tenants: member.tenants.into_iter().map(RoleInTenant::from).collect(),
        }
    }
}

/// `GET /api/v1/members`
pub(crate) async fn list(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let members = web.store().members().list(&member.scope, LISTED).await?;
    whole(members.into_iter().map(MemberRow::from).collect())
}

/// `GET /api/v1/members/{member}`
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let found = web.store().members().find(&member.scope, path_id(&params, "member")?).await?;
    ok(&MemberRow::from(found))
}

/// `PUT /api/v1/members/{member}/role`
pub(crate) async fn set_role(
    Manages { member, permit }: Manages<ChangeMemberRole>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<RoleBody>,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().set_role(&permit, user, wish.role.0).await?;
    web.live().tell(Hint::Standing(user));
    ok(&MemberRow::from(web.store().members().find(&member.scope, user).await?))
}

/// `DELETE /api/v1/members/{member}`: from the workspace and all of its tenants.
pub(crate) async fn remove(
    Manages { permit, .. }: Manages<RemoveMember>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().remove(&permit, user).await?;
    web.live().tell(Hint::Standing(user));
    Ok(nothing())
}
