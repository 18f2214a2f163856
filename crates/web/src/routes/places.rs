//! Workspaces and tenants: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/workspaces", ui::places::workspaces::list)
        .post("/admin/workspaces", ui::places::workspaces::create)
        .get("/admin/workspace", ui::places::workspace::show)
        .post("/admin/workspace", ui::places::workspace::rename)
        .get("/admin/workspace/archive", ui::places::workspace::ask)
        .post("/admin/workspace/archive", ui::places::workspace::archive)
        .get("/admin/tenants", ui::places::tenants::list)
        .get("/admin/tenant-groups", ui::places::groups::list)
        .post("/admin/tenant-groups", ui::places::groups::create)
        .post("/admin/tenant-groups/members", ui::places::groups::members)
        .get("/admin/tenant-groups/{group}", ui::places::groups::show)
        .post("/admin/tenant-groups/{group}", ui::places::groups::rename)
        .post("/admin/tenant-groups/{group}/remove", ui::places::groups::remove)
        .get("/admin/t/{tenant}", ui::overview::tenant::tenant)
        .get("/admin/t/{tenant}/details", ui::places::tenant::show)
        .post("/admin/t/{tenant}/details", ui::places::tenant::edit)
        .post("/admin/t/{tenant}/tags", ui::places::tenant::tag)
        .post("/admin/t/{tenant}/advance", ui::places::tenant::advance)
        .get("/admin/t/{tenant}/archive", ui::places::tenant::ask)
        .post("/admin/t/{tenant}/archive", ui::places::tenant::archive)
        .get("/admin/t/{tenant}/delete", ui::places::delete::ask)
        .post("/admin/t/{tenant}/delete", ui::places::delete::delete)
}
