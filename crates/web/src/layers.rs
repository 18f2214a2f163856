//! What stands around every handler, outermost first: the request's id and log line, security headers, compression, the answer to
//! errors and panics, the host, the origin of what is posted, the deadline.

mod deadline;
mod failure;
mod headers;
mod host;
mod origin;
mod trace;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::WebState;

/// The routes with everything around them.
pub(crate) fn around(routes: Router<WebState>, state: &WebState) -> Router<WebState> {
    routes
        .layer(from_fn(deadline::deadline))
        .layer(from_fn_with_state(state.clone(), origin::origin))
        .layer(from_fn_with_state(state.clone(), host::host))
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(from_fn(failure::failure))
        // Its default leaves event streams alone.
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::headers))
        .layer(from_fn(trace::trace))
}

/// The host that the browser asked for, with its port: `Host`, or HTTP/2's authority.
fn asked_host(request: &axum::extract::Request) -> Option<&str> {
    let header = request.headers().get(axum::http::header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str))
}
