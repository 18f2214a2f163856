//! The processes that work.

use axum::extract::State;
use axum::response::Response;
use pages::system::Workers;

use crate::auth::Operates;
use crate::error::Error;
use crate::state::WebState;

/// `GET /system/workers`
pub(crate) async fn workers(operates: Operates, State(web): State<WebState>) -> Result<Response, Error> {
    let workers = web.store().platform().workers(&operates.scope).await?;
    operates.answer(&web, &Workers { workers }).await
}
