//! "Read audit logs now".

use axum::extract::State;
use axum::response::Response;
use model::operations::audit_events_sync;
use pages::href;

use crate::auth::deeds::StartAuditEventsSync;
use crate::auth::{Authorized, Form};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::click::{self, Click};

/// `POST /admin/t/{tenant}/versions/events`: writes the run and leads back.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartAuditEventsSync>,
    State(web): State<WebState>,
    form: Form<Click>,
) -> Result<Response, Error> {
    let tenant = guard.scope.tenant_id();
    click::start(&web, &guard, &permit, &audit_events_sync::request(tenant), form, &href::versions(tenant)).await
}
