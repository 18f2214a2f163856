//! No answer takes longer to begin than this. A stream begins at once and goes on for as long as it likes.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Error;

const DEADLINE: Duration = Duration::from_secs(30);
/// How long a large file may take to arrive, whose sender was let in by then.
const UPLOAD: Duration = Duration::from_secs(1_800);
/// How the addresses end at which such a file is sent.
const UPLOADS: &str = "/backups/import";

pub(super) async fn deadline(request: Request, next: Next) -> Response {
    let upload = !request.method().is_safe() && request.uri().path().ends_with(UPLOADS);
    match tokio::time::timeout(if upload { UPLOAD } else { DEADLINE }, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Unavailable("no answer in time".into()).into_response(),
    }
}
