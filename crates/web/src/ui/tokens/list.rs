//! The tokens that the person may see.

use axum::extract::State;
use axum::response::Response;
use pages::tokens::List;

use super::visible;
use crate::auth::Member;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

/// `GET /admin/tokens?workspace=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let Member { signed, home, scope } = guard;
    let page = List { workspace: scope.workspace_id(), can: scope.can(), tokens: visible(&web, &scope).await? };
    Ok(shell(&web, &signed, At { home, scope: Some(&scope), tenant: None }).await?.answer(&page, &web, &signed))
}
