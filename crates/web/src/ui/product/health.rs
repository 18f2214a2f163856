//! For whoever watches the process.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use store::Store;
use tokio::time::timeout;

use crate::auth::Public;
use crate::state::WebState;

/// A database that takes longer than this does not answer: those who ask give up soon after.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /healthz`: the process answers.
pub(crate) async fn alive(_: Public) -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers and its schema is one that this version can work with.
pub(crate) async fn ready(_: Public, State(web): State<WebState>) -> (StatusCode, &'static str) {
    readiness(web.store()).await
}

/// Whether requests can be served, and if not, why.
pub(crate) async fn readiness(store: &Store) -> (StatusCode, &'static str) {
    match timeout(PATIENCE, store.migration_state()).await {
        Ok(Ok(state)) if state.is_served() => (StatusCode::OK, "ready\n"),
        Ok(Ok(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database schema is none that this version can work with\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => {
            tracing::warn!("not ready: the database did not answer in time");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
