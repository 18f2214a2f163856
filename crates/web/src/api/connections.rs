//! A tenant's provider connection. Its credential goes in and never comes out.

pub(crate) mod change;
pub(crate) mod shapes;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::connection::Connection;

use self::shapes::ConnectionDetail;
use super::answer::{json, set, tag, tagged};
use super::headers::IfNoneMatch;
use crate::auth::InTenant;
use crate::error::Error;
use crate::state::WebState;

/// The connection of the tenant.
///
/// # Errors
/// [`Error::NotFound`] when it has none.
async fn found(web: &WebState, guard: &InTenant) -> Result<Connection, Error> {
    web.store().connections().show(&guard.scope).await?.0.ok_or(Error::NotFound)
}

fn tag_of(connection: &ConnectionDetail) -> Result<String, Error> {
    Ok(tag(&serde_json::to_vec(connection).map_err(|error| Error::Internal(error.to_string().into()))?))
}

/// The connection as it stands, with its tag.
async fn standing(web: &WebState, guard: &InTenant, status: StatusCode) -> Result<Response, Error> {
    let connection = ConnectionDetail::from(found(web, guard).await?);
    let mut response = json(status, &connection)?;
    set(&mut response, header::ETAG, &tag_of(&connection)?);
    Ok(response)
}

/// `GET /api/v1/tenants/{tenant}/connection`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>, seen: IfNoneMatch) -> Result<Response, Error> {
    tagged(&ConnectionDetail::from(found(&web, &guard).await?), &seen)
}
