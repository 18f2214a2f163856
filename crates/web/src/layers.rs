//! What stands around every handler, outermost first: the request's id and log line, security headers, compression, the answer to
//! errors and panics, the host, the origin of what is posted, the deadline.

pub(crate) mod aside;
mod deadline;
mod failure;
mod headers;
mod host;
mod linger;
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
        .layer(from_fn(linger::linger))
        .layer(from_fn_with_state(state.clone(), aside::note))
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::response::Response;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;
    use crate::state::WebOptions;

    async fn asked(path: &str, routes: Router<WebState>, state: &WebState) -> (StatusCode, String) {
        let router = around(routes, state).with_state(state.clone());
        let response: Response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_its_words() {
        let test = async |test: testkit::stores::TestStore| {
            let state = WebState::new(test.store.clone(), WebOptions::default());
            let routes = || Router::new().route("/", get(async || -> &'static str { panic!("secret words") }));
            let (status, body) = asked("/", routes(), &state).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(body.contains("Something went wrong") && body.contains("Request id:") && !body.contains("secret"));
        };
        testkit::stores::on(store::Backend::Sqlite, true, &test).await;
    }

    #[tokio::test]
    async fn an_answer_that_does_not_begin_is_given_up() {
        let test = async |test: testkit::stores::TestStore| {
            let state = WebState::new(test.store.clone(), WebOptions::default());
            let routes = Router::new().route("/", get(std::future::pending::<&'static str>));
            // The clock jumps ahead as soon as nothing else is to be done.
            tokio::time::pause();
            let (status, body) = asked("/", routes, &state).await;
            tokio::time::resume();
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(body.contains("Not available right now"));
        };
        testkit::stores::on(store::Backend::Sqlite, true, &test).await;
    }
}
