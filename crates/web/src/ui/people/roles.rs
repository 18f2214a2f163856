//! Who may do what.

use axum::extract::State;
use axum::response::Response;
use pages::people::Roles;

use crate::auth::Member;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/roles?workspace=`
pub(crate) async fn roles(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let around = in_workspace(&web, &guard).await?;
    Ok(around.answer(&Roles { mine: guard.scope.can().role() }, &web, &guard.signed))
}
