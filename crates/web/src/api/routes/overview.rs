//! The overview of all tenants, their groups and tags.

use axum::http::Method;
use serde_json::json;

use super::{list, paged};
use crate::api::overview::{self, Standing};
use crate::api::tenant_groups::{self, TenantGroupRow, TenantGroupTenants, TenantTags};
use crate::routes::Routes;

const TAKEN: &str = "A group of tenants has that name already, or there are 200.";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/overview", overview::list, |op, all| {
            let words = "How each tenant of the workspace stands; those put away are left out.";
            paged::<Standing>(op.named("listStandings", "Tenants", words), all)
        })
        .api(Method::GET, "/api/v1/tenant-groups", tenant_groups::list, |op, all| {
            list::<TenantGroupRow>(op.named("listTenantGroups", "Tenants", "The groups of tenants, by name."), all)
        })
        .api(Method::POST, "/api/v1/tenant-groups", tenant_groups::create, |op, all| {
            let op = op.named("createTenantGroup", "Tenants", "Makes a group of tenants, without any.");
            let op = op.gives::<TenantGroupRow>(all, 201, "It.");
            op.header(201, "Location", "Where it is.", json!({ "type": "string" })).fails(409, TAKEN)
        })
        .api(Method::GET, "/api/v1/tenant-groups/{group}", tenant_groups::show, |op, all| {
            op.named("getTenantGroup", "Tenants", "A group of tenants.").gives::<TenantGroupRow>(all, 200, "The group.")
        })
        .api(Method::PUT, "/api/v1/tenant-groups/{group}", tenant_groups::rename, |op, all| {
            let op = op.named("renameTenantGroup", "Tenants", "Gives a group of tenants another name.");
            op.gives::<TenantGroupRow>(all, 200, "As it is now.").fails(409, TAKEN)
        })
        .api(Method::DELETE, "/api/v1/tenant-groups/{group}", tenant_groups::remove, |op, _| {
            op.named("removeTenantGroup", "Tenants", "Removes a group; its tenants stay.").ends(204, "It is removed.")
        })
        .api(Method::GET, "/api/v1/tenant-groups/{group}/tenants", tenant_groups::tenants, |op, all| {
            let op = op.named("getTenantGroupTenants", "Tenants", "The tenants of a group.");
            op.gives::<TenantGroupTenants>(all, 200, "The tenants.")
        })
        .api(Method::PUT, "/api/v1/tenant-groups/{group}/tenants", tenant_groups::set_tenants, |op, all| {
            let op = op.named("setTenantGroupTenants", "Tenants", "Says which tenants are in a group.");
            op.gives::<TenantGroupRow>(all, 200, "As it is now.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/tags", tenant_groups::tags, |op, all| {
            op.named("getTenantTags", "Tenants", "The tags of a tenant.").gives::<TenantTags>(all, 200, "The tags.")
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/tags", tenant_groups::set_tags, |op, all| {
            let op = op.named("setTenantTags", "Tenants", "Gives a tenant these tags, and no others.");
            op.gives::<TenantTags>(all, 200, "As they are now.")
        })
}
