//! Removing a member from a workspace: the question, and the answer to it.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::UserId;
use model::label::Tone;
use pages::people::{Confirm, Removal};
use pages::{Toast, href};

use super::told::changed;
use crate::auth::deeds::RemoveMember;
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Form, Manages};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/members/{member}/remove?workspace=`
pub(crate) async fn ask(
    Manages { member: guard, .. }: Manages<RemoveMember>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let member = web.store().members().find(&guard.scope, path_id(&params, "member")?).await?;
    let around = in_workspace(&web, &guard).await?;
    let what = Removal::Workspace(guard.scope.workspace_id(), guard.scope.name().to_owned());
    Ok(around.answer(&Confirm { what, user: member.user }, &web, &guard.signed))
}

/// `POST /admin/members/{member}/remove?workspace=`
pub(crate) async fn remove(
    Manages { member: guard, permit }: Manages<RemoveMember>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let user: UserId = path_id(&params, "member")?;
    web.store().members().remove(&permit, user).await?;
    let toast = Toast::plain("Member removed", "They see nothing of this workspace any more.", Tone::Info);
    // Who removed themselves has no page of members any more.
    let gone = guard.signed.who.user().id == user;
    let to = if gone { href::HOME.to_owned() } else { href::within(guard.scope.workspace_id(), href::MEMBERS) };
    changed(&web, &guard.signed, user, toast, &to).await
}
