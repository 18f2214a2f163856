//! "Check now".

use axum::extract::State;
use axum::response::Response;
use model::operations::drift_generate_findings::Arguments;
use pages::href;

use crate::auth::deeds::StartDriftCheck;
use crate::auth::{Authorized, Form};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::click::{self, Click};

/// `POST /admin/t/{tenant}/drift/check`: writes the run and leads back.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartDriftCheck>,
    State(web): State<WebState>,
    form: Form<Click>,
) -> Result<Response, Error> {
    let tenant = guard.scope.tenant_id();
    click::start(&web, &guard, &permit, &Arguments::default().request(tenant), form, &href::drift(tenant)).await
}
