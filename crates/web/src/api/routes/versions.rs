//! Versions, the tenant as it was, and who changed what.

use axum::http::Method;

use super::{etag, list, paged, starts};
use crate::api::versions::{self, AuditSource, PastObject, Version, VersionDetail};
use crate::routes::Routes;

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/versions", versions::list, |op, all| {
            paged::<Version>(op.named("listVersions", "Versions", "The changes of a tenant, newest first."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/versions/at", versions::at, |op, all| {
            let op = op.named("listObjectsAt", "Versions", "The objects of a tenant as it was at an instant.");
            paged::<PastObject>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/versions", versions::of_item, |op, all| {
            list::<Version>(op.named("listItemVersions", "Versions", "The versions of an object, newest first."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/versions/{version}", versions::show, |op, all| {
            let op = op.named("getVersion", "Versions", "A version of an object with its content.");
            etag(op.gives::<VersionDetail>(all, 200, "The version."), 200)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/at", versions::item_at, |op, all| {
            let op = op.named("getItemAt", "Versions", "An object as it was at an instant, with its content.");
            op.gives::<VersionDetail>(all, 200, "The version that it was in; one without content where it had disappeared.")
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/inventory/{item}/versions/{version}/mark", versions::mark, |op, _| {
            let op = op.named("markVersion", "Versions", "Writes a note on a version and pins it, or takes both away.");
            op.ends(204, "It stands.").fails(409, "Somebody else wrote on it at the same moment.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/inventory/{item}/capture", versions::capture, |op, all| {
            starts(op.named("captureItem", "Versions", "Reads one object fresh; a version is written when it differs."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/audit-sources", versions::sources, |op, all| {
            let op = op.named("listAuditSources", "Versions", "How far the tenant's own audit logs were read.");
            list::<AuditSource>(op, all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/audit-events/sync", versions::read_events, |op, all| {
            starts(op.named("startAuditEventsSync", "Versions", "Reads the tenant's own audit logs."), all)
        })
}
