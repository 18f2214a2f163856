//! API tokens.

pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod revoke;

use model::access::can;
use model::api_token::ApiToken;
use store::access::WorkspaceScope;

use crate::error::Error;
use crate::state::WebState;

/// Everybody's for an owner, else the person's own.
async fn visible(web: &WebState, scope: &WorkspaceScope) -> Result<Vec<ApiToken>, Error> {
    let tokens = web.store().api_tokens();
    Ok(match scope.permit::<can::WorkspaceMembersManage>() {
        Ok(permit) => tokens.all(&permit).await?,
        Err(_) => tokens.mine(scope).await?,
    })
}
