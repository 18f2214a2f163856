//! The address without a path.

use axum::response::Response;

use crate::auth::Public;
use crate::respond::see_other;

/// `GET /`
pub(crate) async fn start(_: Public) -> Response {
    see_other(pages::href::HOME)
}
