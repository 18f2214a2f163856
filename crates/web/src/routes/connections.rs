//! Provider connections and their check: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/t/{tenant}/connection", ui::connections::show::show)
        .post("/admin/t/{tenant}/connection", ui::connections::save::create)
        .get("/admin/t/{tenant}/connection/new", ui::connections::save::new)
        .get("/admin/t/{tenant}/connection/edit", ui::connections::save::edit)
        .post("/admin/t/{tenant}/connection/edit", ui::connections::save::change)
        .get("/admin/t/{tenant}/connection/rotate", ui::connections::save::replace)
        .post("/admin/t/{tenant}/connection/rotate", ui::connections::save::rotate)
        .post("/admin/t/{tenant}/connection/switch", ui::connections::switch::switch)
        .get("/admin/t/{tenant}/connection/remove", ui::connections::remove::ask)
        .post("/admin/t/{tenant}/connection/remove", ui::connections::remove::remove)
        .get("/admin/t/{tenant}/connection/check", ui::connection_check::show::show)
        .post("/admin/t/{tenant}/connection/check", ui::connection_check::start::start)
}
