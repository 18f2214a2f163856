//! "Capture now".

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::operations::policy_capture_snapshot::Arguments;
use pages::href;

use crate::auth::deeds::CapturePolicy;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::click::{self, Click};

/// `POST /admin/t/{tenant}/inventory/{item}/capture`: writes the run and leads back.
pub(crate) async fn capture(
    Authorized { tenant: guard, permit }: Authorized<CapturePolicy>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    // An item that the tenant does not have is none here either.
    web.store().inventory().find(&guard.scope, item).await?;
    let tenant = guard.scope.tenant_id();
    click::start(&web, &guard, &permit, &Arguments { item }.request(tenant), form, &href::item(tenant, item)).await
}
