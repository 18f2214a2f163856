//! Invitations to the workspace. The secret of one is answered when it is made, and never again.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use model::access::{Role, can};
use model::ids::{InvitationId, TenantId};
use model::time::Moment;
use model::user::normal_email;
use pages::href;
use secrecy::ExposeSecret as _;
use store::NewInvitation;

use super::answer::{json, nothing, whole};
use super::body::Body;
use super::coded::{Choice, Coded};
use super::members::RoleInTenant;
use super::query::invalid;
use super::{answers, bodies};
use crate::auth::deeds::{InviteMember, RevokeInvitation};
use crate::auth::extract::path_id;
use crate::auth::{Looks, Manages};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::people::invite::origin;

/// To how many tenants an invitation leads at most.
const MOST_TENANTS: usize = 500;

answers! {
    /// An invitation that can still be accepted.
    InvitationRow {
        /// Its id, which opens nothing.
        id: InvitationId,
        /// Who is invited.
        email: String,
        /// The role in the workspace.
        role: Coded<Role>,
        /// The tenants to which they are added, of those that the token opens.
        tenants: Vec<RoleInTenant>,
        /// Who invites; `null` when they are no longer known.
        invited_by: Option<String>,
        /// When it was made.
        created_at: Moment,
        /// Until when it may be accepted.
        expires_at: Moment,
    }

    /// An invitation that was just made, with its secret.
    NewInvitationLink {
        /// Its id, which opens nothing.
        id: InvitationId,
        /// Who is invited.
        email: String,
        /// The secret of the link. It is kept nowhere: this answer is the only one that has it.
        token: String,
        /// The link, for the person who is invited.
        link: String,
    }
}

bodies! {
    /// A tenant to which somebody is added.
    InvitedTenant {
        /// The tenant.
        tenant_id: TenantId,
        /// The role there.
        role: Choice<Role>,
    }

    /// Whom to invite, and as what.
    InvitationBody {
        /// The mail address.
        email: String = {"minLength": 3, "maxLength": 254},
        /// The role in the workspace.
        role: Choice<Role>,
        /// The tenants to which they are added, each once; left out: none.
        tenants: Option<Vec<InvitedTenant>> = {"maxItems": 500},
    }
}

impl From<model::member::Invitation> for InvitationRow {
    fn from(invitation: model::member::Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email,
            role: Coded(invitation.role),
            tenants: invitation.tenants.into_iter().map(RoleInTenant::from).collect(),
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// `GET /api/v1/invitations`
pub(crate) async fn list(
    Looks { permit, .. }: Looks<can::WorkspaceMembersManage>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let open = web.store().invitations().open(&permit).await?;
    whole(open.into_iter().map(InvitationRow::from).collect())
}

/// `POST /api/v1/invitations`
pub(crate) async fn create(
    Manages { permit, .. }: Manages<InviteMember>,
    State(web): State<WebState>,
    headers: HeaderMap,
    Body(wish): Body<InvitationBody>,
) -> Result<Response, Error> {
    let email = normal_email(&wish.email).map_err(|problem| invalid(&format!("`email`: {problem}")))?;
    let mut tenants: Vec<(TenantId, Role)> =
        wish.tenants.unwrap_or_default().into_iter().map(|of| (of.tenant_id, of.role.0)).collect();
    tenants.sort_unstable_by_key(|(tenant, _)| *tenant);
    if tenants.len() > MOST_TENANTS || tenants.windows(2).any(|two| two[0].0 == two[1].0) {
        return Err(invalid("`tenants` names at most 500, each once"));
    }
    let new = NewInvitation { email, role: wish.role.0, tenants };
    let (id, token) = web.store().invitations().create(&permit, &new).await?;
    let link = format!("{}{}", origin(&headers, web.options()), href::invitation(token.expose_secret()));
    let made = NewInvitationLink { id, email: new.email, token: token.expose_secret().to_owned(), link };
    let mut response = json(StatusCode::CREATED, &made)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `DELETE /api/v1/invitations/{invitation}`
pub(crate) async fn revoke(
    Manages { permit, .. }: Manages<RevokeInvitation>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: InvitationId = path_id(&params, "invitation")?;
    web.store().invitations().revoke(&permit, id).await?;
    Ok(nothing())
}
