//! From a response to bytes on a connection, also the ways in which that goes wrong.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::http::{HeaderName, HeaderValue, Response as HttpResponse, StatusCode};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use tokio::sync::watch;

use crate::message::{Body, Delivery, Response};

/// Bytes of one part of a large or slow body.
const PART: usize = 16 * 1024;

/// Between the half body and the end of the connection.
const BEFORE_BREAKING: Duration = Duration::from_millis(10);

/// Puts a response on the connection. `ended` becomes true when the listener stops: whatever hangs then ends.
pub(crate) fn deliver(response: Response, ended: watch::Receiver<bool>) -> HttpResponse<HttpBody> {
    let length = response.body.len();
    let body = match (response.delivery, response.body) {
        (Delivery::Whole | Delivery::Late(_), Body::Bytes(bytes)) => HttpBody::from(bytes),
        (Delivery::Whole | Delivery::Late(_), filled @ Body::Filled { .. }) => {
            HttpBody::from_stream(stream::iter(parts(filled).map(Ok::<_, Infallible>)))
        }
        (Delivery::Dropped, body) => {
            let half = usize::try_from(length / 2).unwrap_or(usize::MAX).min(PART);
            let head: Bytes = parts(body).next().unwrap_or_default();
            let head = head.slice(..half.min(head.len()));
            // The head is sent only when the body makes it wait: without the pause the connection would close before a byte.
            let broken = stream::once(async {
                tokio::time::sleep(BEFORE_BREAKING).await;
                Err(io::Error::new(io::ErrorKind::ConnectionReset, "closed by a fault"))
            });
            HttpBody::from_stream(stream::once(async { Ok(head) }).chain(broken))
        }
        (Delivery::Slow(pause), body) => {
            let small =
                parts(body).flat_map(|part| (0..part.len()).step_by(64).map(move |at| part.slice(at..(at + 64).min(part.len()))));
            HttpBody::from_stream(stream::unfold((small, ended), move |(mut rest, mut ended)| async move {
                let part = rest.next()?;
                let stopped = tokio::select! {
                    () = tokio::time::sleep(pause) => false,
                    _ = ended.wait_for(|ended| *ended) => true,
                };
                (!stopped).then_some((Ok::<_, Infallible>(part), (rest, ended)))
            }))
        }
        // A body that fails at once takes the head with it.
        (Delivery::Lost, _) => HttpBody::from_stream(stream::once(async {
            Err::<Bytes, _>(io::Error::new(io::ErrorKind::ConnectionReset, "closed by a fault"))
        })),
        // The listener has waited already; nobody is there any more.
        (Delivery::Hang, _) => HttpBody::empty(),
    };
    let mut http = HttpResponse::new(body);
    *http.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            http.headers_mut().append(name, value);
        }
    }
    http
}

/// The body in parts.
fn parts(body: Body) -> impl Iterator<Item = Bytes> + Send + 'static {
    let (head, fill, tail) = match body {
        Body::Bytes(bytes) => (bytes, 0, Vec::new()),
        Body::Filled { head, fill, tail } => (head, fill, tail),
    };
    let part = PART as u64;
    let filling = Bytes::from(vec![b'x'; if fill == 0 { 0 } else { PART }]);
    let whole = (0..fill / part).map({
        let filling = filling.clone();
        move |_| filling.clone()
    });
    let rest = filling.slice(..usize::try_from(fill % part).unwrap_or(0));
    std::iter::once(Bytes::from(head)).chain(whole).chain([rest, Bytes::from(tail)]).filter(|part| !part.is_empty())
}
