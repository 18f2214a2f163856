//! The platform plane: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/system", ui::system::health::health)
        .get("/system/sign-in", ui::system::door::form)
        .post("/system/sign-in", ui::system::door::submit)
        .post("/system/sign-out", ui::system::door::sign_out)
        .get("/system/welcome/{link}", ui::system::welcome::form)
        .post("/system/welcome/{link}", ui::system::welcome::save)
        .get("/system/workers", ui::system::workers::workers)
        .get("/system/workspaces", ui::system::workspaces::list)
        .post("/system/workspaces", ui::system::workspaces::create)
        .get("/system/operators", ui::system::operators::list)
        .post("/system/operators", ui::system::operators::add)
        .get("/system/operators/{operator}/disable", ui::system::operators::ask)
        .post("/system/operators/{operator}/disable", ui::system::operators::disable)
        .post("/system/operators/{operator}/link", ui::system::operators::link)
        .get("/system/audit", ui::system::audit::audit)
        .get("/system/break-glass", ui::system::glass::form)
        .post("/system/break-glass", ui::system::glass::enter)
        .post("/system/break-glass/exit", ui::system::glass::exit)
        .get("/system/break-glass/workspace", ui::system::inside::workspace)
        .get("/system/break-glass/runs", ui::system::inside::runs)
        .get("/system/break-glass/audit", ui::system::inside::audit)
        .get("/system/break-glass/owner", ui::system::owner::form)
        .post("/system/break-glass/owner", ui::system::owner::name)
}
