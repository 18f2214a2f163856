//! Baselines: the addresses of their pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/baselines", ui::baselines::list::list)
        .post("/admin/baselines", ui::baselines::list::create)
        .get("/admin/baselines/{baseline}", ui::baselines::show::show)
        .post("/admin/baselines/{baseline}/draft", ui::baselines::change::draft)
        .post("/admin/baselines/{baseline}/edit", ui::baselines::change::edit)
        .post("/admin/baselines/{baseline}/activate", ui::baselines::change::activate)
        .post("/admin/baselines/{baseline}/archive", ui::baselines::change::archive)
        .post("/admin/baselines/{baseline}/assign", ui::baselines::act::assign)
        .post("/admin/baselines/{baseline}/unassign", ui::baselines::act::unassign)
        .post("/admin/baselines/{baseline}/assign-group", ui::baselines::act::assign_group)
        .post("/admin/baselines/{baseline}/unassign-group", ui::baselines::act::unassign_group)
        .post("/admin/baselines/{baseline}/pair", ui::baselines::gaps::pair)
        .get_aside("/admin/t/{tenant}/baselines/{baseline}", ui::baselines::gaps::gaps)
        .post("/admin/baselines/{baseline}/follow", ui::baselines::follow::follow)
        .post("/admin/baselines/{baseline}/compare", ui::baselines::act::compare)
        .post("/admin/baselines/{baseline}/accept", ui::baselines::act::accept)
}
