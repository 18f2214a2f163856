//! The latest reports.

use axum::extract::State;
use axum::response::Response;
use model::operations::Operation;
use pages::connection_check::Detail;
use pages::runs::RunRow;
use store::KEPT_CHECKS;

use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::runs::rows;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/connection/check`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let (connection, _) = web.store().connections().show(&guard.scope).await?;
    let page = Detail {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        connection,
        reports: web.store().connection_checks().latest(&guard.scope, KEPT_CHECKS).await?,
        active: latest(&web, &guard, Operation::ProviderConnectionCheck).await?.filter(|row| row.run.is_active()),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// The tenant's latest run of a type, as a row.
pub(crate) async fn latest(web: &WebState, guard: &InTenant, operation: Operation) -> Result<Option<RunRow>, Error> {
    let run = web.store().runs().latest_of(&guard.scope, operation).await?;
    Ok(rows::in_tenant(run.into_iter().collect(), &guard.scope.tenant().name, guard.scope.can()).pop())
}
