//! Drift: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get_aside("/admin/incidents", ui::incidents::show::list)
        .get_aside("/admin/incidents/{incident}", ui::incidents::show::show)
        .post("/admin/incidents/{incident}/move", ui::incidents::decide::act)
        .post("/admin/incidents/{incident}/accept", ui::incidents::decide::accept)
        .get_aside("/admin/t/{tenant}/drift", ui::drift::list::list)
        .post("/admin/t/{tenant}/drift/check", ui::drift::check::start)
        .post("/admin/t/{tenant}/drift/bulk", ui::drift::bulk::bulk)
        .post("/admin/t/{tenant}/drift/bulk/accept", ui::drift::bulk::accept)
        .post("/admin/t/{tenant}/drift/bulk/note", ui::drift::bulk::note)
        .post("/admin/t/{tenant}/drift/bulk/assign", ui::drift::bulk::assign)
        .post("/admin/t/{tenant}/drift/classify", ui::drift::classify::classify)
        .get_aside("/admin/t/{tenant}/drift/{finding}", ui::drift::show::show)
        .post("/admin/t/{tenant}/drift/{finding}/move", ui::drift::act::act)
        .post("/admin/t/{tenant}/drift/{finding}/accept", ui::drift::accept::accept)
        .post("/admin/t/{tenant}/drift/{finding}/note", ui::drift::note::note)
        .post("/admin/t/{tenant}/drift/{finding}/assign", ui::drift::assign::assign)
}
