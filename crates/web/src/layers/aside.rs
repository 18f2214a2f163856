//! Pages that may be read from a replica of the database, where there is one.

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use store::replica;

use crate::auth::cookies;
use crate::state::WebState;

/// Lets the page be read from the replica, unless this browser changed something a moment ago: then it sees what it did. A page that
/// fails there is read from the database itself: a replica ends what stands in the way of what it has to replay.
pub(crate) async fn aside(request: Request, next: Next) -> Response {
    if !request.method().is_safe() || cookies::changed_something(request.headers()) {
        return next.run(request).await;
    }
    let again = copy(&request);
    let (response, used) = replica::aside(next.clone().run(request)).await;
    if used && response.status().is_server_error() {
        tracing::warn!(status = response.status().as_u16(), "a page could not be read from the replica");
        return next.run(again).await;
    }
    response
}

/// The same request; what is only read has no body.
fn copy(request: &Request) -> Request {
    let mut again = Request::default();
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.version_mut() = request.version();
    *again.headers_mut() = HeaderMap::clone(request.headers());
    *again.extensions_mut() = Extensions::clone(request.extensions());
    again
}

/// Notes in the browser that it changed something.
pub(super) async fn note(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let reads = request.method().is_safe();
    let mut response = next.run(request).await;
    if !reads && state.store().has_replica() {
        cookies::note_change(&mut response, state.options());
    }
    response
}
