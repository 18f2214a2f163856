//! The directory cache: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get_aside("/admin/t/{tenant}/directory", ui::directory::list::list)
        .get_aside("/admin/t/{tenant}/directory/group", ui::directory::group::group)
        .get("/admin/t/{tenant}/directory/select", ui::directory::select::select)
        .post("/admin/t/{tenant}/directory/sync", ui::directory::sync::start)
}
