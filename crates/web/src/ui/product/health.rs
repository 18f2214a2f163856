//! For whoever watches the process.

use axum::extract::State;
use axum::http::StatusCode;

use crate::auth::Public;
use crate::state::WebState;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive(_: Public) -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers and its schema is the one that this version knows.
pub(crate) async fn ready(_: Public, State(web): State<WebState>) -> (StatusCode, &'static str) {
    match web.store().migration_state().await {
        Ok(state) if state.applied == state.known => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database schema is not the one that this version knows\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
