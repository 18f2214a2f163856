//! An address that takes connections, counts them, and never answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The address. Gone when dropped.
pub(crate) struct Silent {
    pub(crate) base: String,
    connections: Arc<AtomicUsize>,
    _stop: DropGuard,
}

impl Silent {
    pub(crate) async fn listening() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (connections, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        let (count, stopped) = (Arc::clone(&connections), stop.clone());
        tokio::spawn(stopped.run_until_cancelled_owned(async move {
            let mut open = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                open.push(connection);
            }
        }));
        Self { base, connections, _stop: stop.drop_guard() }
    }

    /// How often somebody came.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
