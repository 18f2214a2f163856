//! The members of a workspace, one of them, and their role.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::UserId;
use model::label::Tone;
use pages::people::{Detail, List};
use pages::{Toast, href};

use super::told::{Chosen, changed};
use crate::auth::deeds::ChangeMemberRole;
use crate::auth::extract::path_id;
use crate::auth::{Form, Manages, Member};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// How many members are listed.
const LISTED: u32 = 500;

/// `GET /admin/members?workspace=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let around = in_workspace(&web, &guard).await?;
    let scope = &guard.scope;
    let mut members = web.store().members().list(scope, LISTED + 1).await?;
    let more = members.len() > LISTED as usize;
    members.truncate(LISTED as usize);
    let invitations = match scope.permit::<can::WorkspaceMembersManage>() {
        Ok(permit) => web.store().invitations().open(&permit).await?,
        Err(_) => Vec::new(),
    };
    let (workspace, me) = (scope.workspace_id(), guard.signed.who.user().id);
    let page = List { workspace, can: scope.can(), me, members, more, invitations };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/members/{member}?workspace=`
pub(crate) async fn show(guard: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let member = web.store().members().find(&guard.scope, path_id(&params, "member")?).await?;
    let around = in_workspace(&web, &guard).await?;
    let (workspace, me) = (guard.scope.workspace_id(), guard.signed.who.user().id);
    let page = Detail { workspace, can: guard.scope.can(), me, member };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `POST /admin/members/{member}/role?workspace=`
pub(crate) async fn set_role(
    Manages { member: guard, permit }: Manages<ChangeMemberRole>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Chosen>,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().set_role(&permit, user, form.into_inner().0).await?;
    let toast = Toast::plain("Role changed", "It holds at once.", Tone::Success);
    changed(&web, &guard.signed, user, toast, &href::member(guard.scope.workspace_id(), user)).await
}
