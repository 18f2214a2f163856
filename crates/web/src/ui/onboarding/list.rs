//! The onboardings that are open.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use pages::onboarding::List;

use crate::auth::Looks;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/onboarding?workspace=`
pub(crate) async fn list(
    Looks { member, permit }: Looks<can::WorkspaceTenantsOnboard>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let around = in_workspace(&web, &member).await?;
    let page = List { workspace: member.scope.workspace_id(), open: web.store().onboarding().open(&permit).await? };
    Ok(around.answer(&page, &web, &member.signed))
}
