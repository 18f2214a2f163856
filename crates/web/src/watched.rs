//! What an operator's tools ask of a process: metrics, health and readiness, on a listener of their own. It serves nothing else, so
//! that it can stand where the pages must not be seen, and it needs no web state, so that a worker has it too.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::get;
use store::Store;
use tokio::net::TcpListener;

use crate::ui::product::health::readiness;

/// Writes the metrics as Prometheus' text format has them, version 0.0.4.
pub type Scrape = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

#[derive(Clone)]
struct Watched {
    store: Store,
    scrape: Scrape,
}

/// `GET /metrics`, `GET /healthz` and `GET /readyz`; any other address is not found.
pub fn watched(store: Store, scrape: Scrape) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .fallback(async || (StatusCode::NOT_FOUND, "not found\n"))
        .with_state(Watched { store, scrape })
}

/// Serves [`watched`] until it is dropped.
///
/// # Errors
/// When the listener fails.
pub async fn serve_watched(listener: TcpListener, store: Store, scrape: Scrape) -> std::io::Result<()> {
    axum::serve(listener, watched(store, scrape)).await
}

async fn metrics(State(watched): State<Watched>) -> ([(HeaderName, HeaderValue); 1], String) {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, TEXT)], (watched.scrape)().await)
}

async fn ready(State(watched): State<Watched>) -> (StatusCode, &'static str) {
    readiness(&watched.store).await
}
