//! Whoever sends too much is heard out for a while: a connection that is closed while they still send would lose them the answer.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _};

/// The rest of a body that is read and forgotten, at most.
const MOST: usize = 16 << 20;
/// For how long.
const LONGEST: Duration = Duration::from_secs(5);

/// A body that can be gone on with by somebody else.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    }
}

/// After the answer that a body is too large, reads on.
pub(super) async fn linger(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let response = next.run(Request::from_parts(parts, Body::from_stream(rest.clone()))).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let drained = async {
            let mut left = MOST;
            while let Some(Ok(part)) = rest.next().await
                && part.len() <= left
            {
                left -= part.len();
            }
        };
        // Too slow is like too much: the connection is closed.
        let _ = tokio::time::timeout(LONGEST, drained).await;
    }
    response
}
