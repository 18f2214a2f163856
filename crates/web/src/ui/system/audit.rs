//! What operators did.

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use pages::system::Audit;

use crate::auth::Operates;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// The place in a list that the query names. One that cannot be read starts at the beginning.
pub(super) fn cursor(query: &Fields) -> Option<Cursor> {
    query.one("cursor").and_then(|token| Cursor::parse(token).ok())
}

/// `GET /system/audit?cursor=`
pub(crate) async fn audit(operates: Operates, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let entries = web.store().platform().trail(&operates.scope, cursor(&query).as_ref(), PAGE_ROWS).await?;
    operates.answer(&web, &Audit { entries }).await
}
