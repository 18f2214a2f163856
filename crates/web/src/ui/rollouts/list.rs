//! The rollouts of a workspace.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::page::{Cursor, PAGE_ROWS};
use pages::rollouts::List;

use super::shown::brief;
use crate::auth::Looks;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/rollouts?cursor=`
pub(crate) async fn list(
    Looks { member, permit }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let rollouts = web.store().rollouts().list(&permit, cursor.as_ref(), PAGE_ROWS).await?.map(brief);
    let around = in_workspace(&web, &member).await?;
    Ok(around.answer(&List { rollouts }, &web, &member.signed))
}
