//! The runs of one tenant are the runs of its workspace, narrowed.

use axum::response::Response;
use pages::runs::Filter;

use crate::auth::InTenant;
use crate::respond::see_other;

/// `GET /admin/t/{tenant}/operations`
pub(crate) async fn of_tenant(guard: InTenant) -> Response {
    let tenant = guard.scope.tenant();
    let filter = Filter { workspace: Some(tenant.workspace_id), tenant: Some(tenant.id), ..Filter::default() };
    see_other(&String::from(filter.query()))
}
