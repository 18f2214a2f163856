//! People, places, the audit log and settings.

use axum::http::Method;
use model::settings::Level;
use serde_json::json;

use super::{etag, list, paged, starts};
use crate::api::account::Workspace;
use crate::api::invitations::{InvitationRow, NewInvitationLink};
use crate::api::members::MemberRow;
use crate::api::operation::Operation;
use crate::api::settings::Setting;
use crate::api::shape::Schemas;
use crate::api::tenant_members::TenantMemberRow;
use crate::api::tenants::Tenant;
use crate::api::workspaces::WorkspaceDetail;
use crate::api::{audit, invitations, members, settings, tenant_members, tenants, workspaces};
use crate::routes::Routes;

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    setting_routes(place_routes(people_routes(routes)))
        .api(Method::GET, "/api/v1/audit", audit::list, |op, all| {
            paged::<audit::AuditRow>(op.named("listAudit", "Audit", "The audit log of the workspace, newest first."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/audit", audit::of_tenant, |op, all| {
            paged::<audit::AuditRow>(op.named("listTenantAudit", "Audit", "The audit log of a tenant, newest first."), all)
        })
}

fn people_routes(routes: Routes) -> Routes {
    const LAST_OWNER: &str = "They are the last owner.";
    routes
        .api(Method::GET, "/api/v1/members", members::list, |op, all| {
            list::<MemberRow>(op.named("listMembers", "Members", "The members of the workspace, by name."), all)
        })
        .api(Method::GET, "/api/v1/members/{member}", members::show, |op, all| {
            op.named("getMember", "Members", "A member.").gives::<MemberRow>(all, 200, "The member.")
        })
        .api(Method::PUT, "/api/v1/members/{member}/role", members::set_role, |op, all| {
            let op = op.named("setMemberRole", "Members", "Gives a member another role in the workspace.");
            op.gives::<MemberRow>(all, 200, "As it is now.").fails(409, LAST_OWNER)
        })
        .api(Method::DELETE, "/api/v1/members/{member}", members::remove, |op, _| {
            let op = op.named("removeMember", "Members", "Removes a member from the workspace and all of its tenants.");
            op.ends(204, "They are removed.").fails(409, LAST_OWNER)
        })
        .api(Method::GET, "/api/v1/invitations", invitations::list, |op, all| {
            let op = op.named("listInvitations", "Members", "The invitations that can still be accepted, newest first.");
            list::<InvitationRow>(op, all)
        })
        .api(Method::POST, "/api/v1/invitations", invitations::create, |op, all| {
            let op = op.named("createInvitation", "Members", "Invites somebody for seven days; an older link of theirs ends.");
            op.gives::<NewInvitationLink>(all, 201, "The link. It is shown this once.")
                .fails(409, "They are a member already, or 200 invitations are open.")
        })
        .api(Method::DELETE, "/api/v1/invitations/{invitation}", invitations::revoke, |op, _| {
            let op = op.named("revokeInvitation", "Members", "Takes an invitation back.");
            op.ends(204, "Its link opens nothing any more.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/members", tenant_members::list, |op, all| {
            list::<TenantMemberRow>(op.named("listTenantMembers", "Members", "The people of a tenant, by name."), all)
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/members/{member}", tenant_members::set, |op, _| {
            let words = "Adds a member of the workspace to a tenant, or gives them another role there.";
            op.named("setTenantMember", "Members", words).ends(204, "They have that role.").fails(409, LAST_OWNER)
        })
        .api(Method::DELETE, "/api/v1/tenants/{tenant}/members/{member}", tenant_members::remove, |op, _| {
            let words = "Takes somebody out of a tenant; their role in the workspace stays.";
            op.named("removeTenantMember", "Members", words).ends(204, "They are taken out.").fails(409, LAST_OWNER)
        })
}

fn place_routes(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/workspaces", workspaces::create, |op, all| {
            let words = "Makes a workspace that the token's holder owns. This token does not open it.";
            op.named("createWorkspace", "Workspaces", words).gives::<Workspace>(all, 201, "It.")
        })
        .api(Method::GET, "/api/v1/workspace", workspaces::show, |op, all| {
            let op = op.named("getWorkspace", "Workspaces", "The workspace of the token.");
            op.gives::<WorkspaceDetail>(all, 200, "The workspace.")
        })
        .api(Method::PUT, "/api/v1/workspace", workspaces::rename, |op, all| {
            let op = op.named("renameWorkspace", "Workspaces", "Gives the workspace another name.");
            op.gives::<Workspace>(all, 200, "As it is now.")
        })
        .api(Method::POST, "/api/v1/workspace/archive", workspaces::archive, |op, all| {
            let op = op.named("archiveWorkspace", "Workspaces", "Puts the workspace away, or takes it out again.");
            op.gives::<Workspace>(all, 200, "As it is now.").fails(409, "It is so already.")
        })
        .api(Method::POST, "/api/v1/tenants", tenants::change::create, |op, all| {
            let op = op.named("createTenant", "Tenants", "Binds a tenant to the workspace, as a draft.");
            let op = op.gives::<Tenant>(all, 201, "It.");
            let op = op.header(201, "Location", "Where it is.", json!({ "type": "string" }));
            op.fails(409, "That Microsoft tenant is bound already.")
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}", tenants::change::edit, |op, all| {
            let op = op.named("editTenant", "Tenants", "Changes name, domain and environment of a tenant.");
            op.gives::<Tenant>(all, 200, "As it is now.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/advance", tenants::change::advance, |op, all| {
            let op = op.named("advanceTenant", "Tenants", "Takes a draft into onboarding, or an onboarded tenant into use.");
            op.gives::<Tenant>(all, 200, "As it is now.").fails(409, "It is elsewhere in its life.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/archive", tenants::change::archive, |op, all| {
            let op = op.named("archiveTenant", "Tenants", "Puts a tenant away, or takes it out again.");
            op.gives::<Tenant>(all, 200, "As it is now.").fails(409, "It is elsewhere in its life.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/delete", tenants::change::delete, |op, all| {
            let words = "Removes an archived tenant for good, with all that is recorded of it; whoever removes it says its name.";
            starts(op.named("deleteTenant", "Tenants", words), all)
        })
}

fn setting_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/settings", settings::list, |op, all| {
            list::<Setting>(op.named("listSettings", "Settings", "The settings of the workspace."), all)
        })
        .api(Method::GET, "/api/v1/settings/{key}", settings::show, |op, all| {
            one(op.named("getSetting", "Settings", "A setting of the workspace."), all, Level::Workspace)
        })
        .api(Method::PUT, "/api/v1/settings/{key}", settings::save, |op, all| {
            one(op.named("saveSetting", "Settings", "Chooses for the workspace."), all, Level::Workspace)
        })
        .api(Method::DELETE, "/api/v1/settings/{key}", settings::reset, |op, all| {
            one(op.named("resetSetting", "Settings", "Takes the workspace's choice back."), all, Level::Workspace)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/settings", settings::list_of_tenant, |op, all| {
            list::<Setting>(op.named("listTenantSettings", "Settings", "The settings of a tenant."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/settings/{key}", settings::show_of_tenant, |op, all| {
            one(op.named("getTenantSetting", "Settings", "A setting of a tenant."), all, Level::Tenant)
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/settings/{key}", settings::save_of_tenant, |op, all| {
            one(op.named("saveTenantSetting", "Settings", "Chooses for a tenant."), all, Level::Tenant)
        })
        .api(Method::DELETE, "/api/v1/tenants/{tenant}/settings/{key}", settings::reset_of_tenant, |op, all| {
            one(op.named("resetTenantSetting", "Settings", "Takes a tenant's choice back."), all, Level::Tenant)
        })
}

/// A setting by its code, with the tag of its revision.
fn one(operation: Operation, all: &mut Schemas, level: Level) -> Operation {
    let operation = operation.chosen("key", "Code of the setting.", &settings::codes(level));
    etag(operation.gives::<Setting>(all, 200, "As it is now."), 200)
}
