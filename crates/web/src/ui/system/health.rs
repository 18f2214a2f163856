//! How the installation is.

use axum::extract::State;
use axum::response::Response;
use pages::system::Health;

use crate::auth::Operates;
use crate::error::Error;
use crate::state::WebState;

/// `GET /system`
pub(crate) async fn health(operates: Operates, State(web): State<WebState>) -> Result<Response, Error> {
    let figures = web.store().platform().health(&operates.scope).await?;
    operates.answer(&web, &Health { figures, version: env!("CARGO_PKG_VERSION").to_owned() }).await
}
