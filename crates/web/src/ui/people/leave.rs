//! Leaving a workspace: what every member may do.

use axum::extract::State;
use axum::response::Response;
use model::label::Tone;
use pages::people::{Confirm, Removal};
use pages::{Toast, href};

use super::told::changed;
use crate::auth::form::Empty;
use crate::auth::{Form, Member};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/members/leave?workspace=`
pub(crate) async fn ask(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let around = in_workspace(&web, &guard).await?;
    let what = Removal::Leave(guard.scope.workspace_id(), guard.scope.name().to_owned());
    Ok(around.answer(&Confirm { what, user: guard.signed.who.user().clone() }, &web, &guard.signed))
}

/// `POST /admin/members/leave?workspace=`
pub(crate) async fn leave(guard: Member, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    web.store().members().leave(&guard.scope).await?;
    let toast = Toast::plain("You left the workspace", "An owner of it can invite you again.", Tone::Info);
    changed(&web, &guard.signed, guard.signed.who.user().id, toast, href::HOME).await
}
