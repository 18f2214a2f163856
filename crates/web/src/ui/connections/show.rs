//! The connection.

use axum::extract::State;
use axum::response::Response;
use pages::connections::Detail;

use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/connection`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (connection, now) = web.store().connections().show(&guard.scope).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let latest = web.store().connection_checks().latest(&guard.scope, 1).await?.pop();
    // What was granted to another application says nothing of this one.
    let latest = latest.filter(|latest| connection.as_ref().is_some_and(|connection| connection.revision == latest.revision));
    let granted = latest.and_then(|latest| latest.report.granted);
    let page = Detail { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), connection, now, granted };
    Ok(around.answer(&page, &web, &guard.signed))
}
