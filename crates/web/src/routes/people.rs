//! Members of workspaces and tenants: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/roles", ui::people::roles::roles)
        .get("/admin/members", ui::people::members::list)
        .get("/admin/members/invite", ui::people::invite::form)
        .post("/admin/members/invite", ui::people::invite::invite)
        .post("/admin/members/invitations/{invitation}/revoke", ui::people::invite::revoke)
        .get("/admin/members/leave", ui::people::leave::ask)
        .post("/admin/members/leave", ui::people::leave::leave)
        .get("/admin/members/{member}", ui::people::members::show)
        .post("/admin/members/{member}/role", ui::people::members::set_role)
        .get("/admin/members/{member}/remove", ui::people::removal::ask)
        .post("/admin/members/{member}/remove", ui::people::removal::remove)
        .get("/admin/t/{tenant}/members", ui::people::of_tenant::list)
        .post("/admin/t/{tenant}/members", ui::people::of_tenant::set)
        .get("/admin/t/{tenant}/members/{member}/remove", ui::people::of_tenant::ask)
        .post("/admin/t/{tenant}/members/{member}/remove", ui::people::of_tenant::remove)
}
