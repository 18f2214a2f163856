//! Serving on a listener until shutdown is asked for.

use std::net::SocketAddr;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::live::watch;
use crate::routes::router;
use crate::state::WebState;

/// Serves pages and keeps the live streams fed. Ends when the shutdown token of the state is cancelled and the answers under way
/// are out.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, state: WebState) -> std::io::Result<()> {
    let shutdown = state.options().shutdown.clone();
    let watching = tokio::spawn(watch(state.clone(), shutdown.clone()));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    // Without it what is written in parts (pages that live on) waits 40 ms for the browser's word.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let served = axum::serve(listener, service).with_graceful_shutdown(async move { shutdown.cancelled().await }).await;
    watching.abort();
    served
}
