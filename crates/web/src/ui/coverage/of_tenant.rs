//! What the last syncs found of each type in a tenant.

use axum::extract::State;
use axum::response::Response;
use pages::coverage::OfTenant;

use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/coverage`
pub(crate) async fn of_tenant(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let known = web.store().inventory().coverage(&guard.scope).await?;
    let page = OfTenant { tenant: guard.scope.tenant().clone(), known };
    Ok(around.answer(&page, &web, &guard.signed))
}
