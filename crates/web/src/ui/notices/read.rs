//! Marking notices as read.

use axum::extract::State;
use axum::response::Response;

use crate::auth::form::Empty;
use crate::auth::{Form, SignedIn};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;

/// `POST /admin/notices/read`
pub(crate) async fn read(signed: SignedIn, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    web.store().notices().read_all(&signed.who).await?;
    Ok(see_other(pages::href::NOTICES))
}
