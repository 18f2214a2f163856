//! The people of a tenant: adding a member of its workspace, changing their role there, taking them out.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::{Capability, Role};
use model::ids::UserId;
use model::label::Tone;
use pages::people::{Confirm, OfTenant, Removal};
use pages::{Toast, href};

use super::told::{changed, role};
use crate::auth::deeds::{ChangeTenantMember, RemoveTenantMember};
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many people are listed.
const LISTED: u32 = 1000;

/// `GET /admin/t/{tenant}/members`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let can = guard.scope.can();
    let mut members = web.store().members().around_tenant(&guard.scope, LISTED).await?;
    if !can.allows(Capability::TenantMembersManage) {
        members.retain(|member| member.effective().is_some());
    }
    let page = OfTenant { tenant: guard.scope.tenant().clone(), can, members };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// Who, and as what.
#[derive(Debug)]
pub(crate) struct Choice {
    user: Option<UserId>,
    role: Role,
}

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self { user: fields.one("user").and_then(|id| id.parse().ok()), role: role(fields, "role") }
    }
}

/// `POST /admin/t/{tenant}/members`
pub(crate) async fn set(
    Authorized { tenant: guard, permit }: Authorized<ChangeTenantMember>,
    State(web): State<WebState>,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let Choice { user, role } = form.into_inner();
    let user = user.ok_or(Error::BadRequest("Choose somebody from the list."))?;
    web.store().members().set_tenant_role(&permit, user, role).await?;
    let toast = Toast::plain("Role in the tenant saved", "It holds at once.", Tone::Success);
    changed(&web, &guard.signed, user, toast, &href::of_tenant(guard.scope.tenant_id(), "members")).await
}

/// `GET /admin/t/{tenant}/members/{member}/remove`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<RemoveTenantMember>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let (around, workspace) = in_tenant(&web, &guard).await?;
    let member = web.store().members().find(&workspace, path_id(&params, "member")?).await?;
    let what = Removal::Tenant(guard.scope.tenant().clone());
    Ok(around.answer(&Confirm { what, user: member.user }, &web, &guard.signed))
}

/// `POST /admin/t/{tenant}/members/{member}/remove`
pub(crate) async fn remove(
    Authorized { tenant: guard, permit }: Authorized<RemoveTenantMember>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().remove_from_tenant(&permit, user).await?;
    let toast = Toast::plain("Removed from the tenant", "The role in the workspace stays as it is.", Tone::Info);
    // Who took themselves out may not see the tenant any more.
    let gone = guard.signed.who.user().id == user;
    let to = if gone { href::HOME.to_owned() } else { href::of_tenant(guard.scope.tenant_id(), "members") };
    changed(&web, &guard.signed, user, toast, &to).await
}
