//! Connections.

use axum::http::Method;
use serde_json::json;

use super::{etag, tagged};
use crate::api::connections::{self, change, shapes::ConnectionDetail};
use crate::routes::Routes;

const TAG: &str = "Connections";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/connection", connections::show, |op, all| {
            let op = op.named("getConnection", TAG, "The connection of a tenant, without its credential.");
            tagged(op.gives::<ConnectionDetail>(all, 200, "The connection."))
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/connection", change::create, |op, all| {
            let op = op.named("createConnection", TAG, "Adds the connection of a tenant, enabled.");
            let op = op.gives::<ConnectionDetail>(all, 201, "It.");
            let op = op.header(201, "Location", "Where it is.", json!({ "type": "string" }));
            etag(op, 201).fails(409, "The tenant has one already.")
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/connection", change::edit, |op, all| {
            let op = op.named("editConnection", TAG, "Changes a connection; its credential stays.");
            etag(op.gives::<ConnectionDetail>(all, 200, "As changed."), 200).fails(409, "It was changed meanwhile.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/connection/rotate", change::rotate, |op, all| {
            let op =
                op.named("rotateConnection", TAG, "Replaces the credential; runs that are at work keep the one that they have.");
            etag(op.gives::<ConnectionDetail>(all, 200, "As changed."), 200).fails(409, "It was changed meanwhile.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/connection/switch", change::switch, |op, all| {
            let op = op.named("switchConnection", TAG, "Enables or disables a connection.");
            etag(op.gives::<ConnectionDetail>(all, 200, "As it stands."), 200)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/connection/remove", change::remove, |op, _| {
            op.named("removeConnection", TAG, "Removes a connection with its credential.").ends(204, "It is removed.")
        })
}
