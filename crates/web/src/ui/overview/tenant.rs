//! A tenant at a glance.

use axum::extract::State;
use axum::response::Response;
use pages::overview::Dashboard;

use super::complete::complete_at;
use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::runs::{days, rows};
use crate::ui::shell::in_tenant;

/// How many of the latest runs are shown.
const RECENT: u32 = 5;
/// How many days the chart of runs goes back.
const DAYS: u16 = 14;

/// `GET /admin/t/{tenant}`
pub(crate) async fn tenant(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, workspace) = in_tenant(&web, &guard).await?;
    let (scope, store) = (&guard.scope, web.store());
    let tenant = scope.tenant().clone();
    let summary = store.inventory().summary(scope).await?;
    let recent = store.runs().newest_of_tenant(scope, RECENT).await?;
    let page = Dashboard {
        can: scope.can(),
        connection: store.tenants().overview(scope).await?.connection,
        complete_at: complete_at(&store.inventory().coverage(scope).await?),
        summary,
        recent: rows::in_tenant(recent, &tenant.name, scope.can()),
        days: days::last_days(&web, &workspace, Some(tenant.id), around.shell.now, DAYS).await?,
        tenant,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
