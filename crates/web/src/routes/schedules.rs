//! Schedules: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/t/{tenant}/schedules/{schedule}/retention", ui::schedules::retention::show)
        .get("/admin/t/{tenant}/schedules", ui::schedules::list::list)
        .post("/admin/t/{tenant}/schedules", ui::schedules::edit::create)
        .get("/admin/t/{tenant}/schedules/new", ui::schedules::edit::new)
        .get("/admin/t/{tenant}/schedules/{schedule}", ui::schedules::show::show)
        .get("/admin/t/{tenant}/schedules/{schedule}/edit", ui::schedules::edit::edit)
        .post("/admin/t/{tenant}/schedules/{schedule}/edit", ui::schedules::edit::save)
        .post("/admin/t/{tenant}/schedules/{schedule}/run", ui::schedules::run::run)
        .post("/admin/t/{tenant}/schedules/{schedule}/switch", ui::schedules::change::switch)
        .post("/admin/t/{tenant}/schedules/{schedule}/archive", ui::schedules::change::archive)
        .get("/admin/t/{tenant}/schedules/{schedule}/purge", ui::schedules::purge::ask)
        .post("/admin/t/{tenant}/schedules/{schedule}/purge", ui::schedules::purge::purge)
}
