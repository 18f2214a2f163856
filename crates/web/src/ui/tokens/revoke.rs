//! Revoking a token: the question, and the answer to it. One's own, or as an owner anybody's.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::ApiTokenId;
use model::label::Tone;
use pages::Toast;
use pages::tokens::{Revoke, tokens};

use super::visible;
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Form, Member};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};

/// `GET /admin/tokens/{api_token}/revoke?workspace=`
pub(crate) async fn ask(guard: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: ApiTokenId = path_id(&params, "api_token")?;
    let Member { signed, home, scope } = guard;
    let token = visible(&web, &scope).await?.into_iter().find(|token| token.id == id).ok_or(Error::NotFound)?;
    let around = shell(&web, &signed, At { home, scope: Some(&scope), tenant: None }).await?;
    Ok(around.answer(&Revoke { token }, &web, &signed))
}

/// `POST /admin/tokens/{api_token}/revoke?workspace=`
pub(crate) async fn revoke(
    guard: Member,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: ApiTokenId = path_id(&params, "api_token")?;
    match guard.scope.permit::<can::WorkspaceMembersManage>() {
        Ok(permit) => web.store().api_tokens().revoke(&permit, id).await?,
        Err(_) => web.store().api_tokens().revoke_own(&guard.scope, id).await?,
    }
    let toast = Toast::plain("Token revoked", "It is refused from the next request on.", Tone::Info);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&tokens(guard.scope.workspace_id())))
}
