//! Reports: the addresses of their pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/reports", ui::reports::list::list)
        .get_aside("/admin/reports/now", ui::reports::read::now)
        .get_aside("/admin/reports/now/file", ui::reports::read::now_file)
        .post("/admin/reports/make", ui::reports::keep::make)
        .post("/admin/reports/schedules", ui::reports::schedules::create)
        .post("/admin/reports/schedules/{schedule}/switch", ui::reports::schedules::switch)
        .post("/admin/reports/schedules/{schedule}/end", ui::reports::schedules::end)
        .get_aside("/admin/reports/{report}", ui::reports::read::kept)
        .get_aside("/admin/reports/{report}/file", ui::reports::read::kept_file)
}
