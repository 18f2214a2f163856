//! Settings of workspaces, tenants and people: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/settings", ui::settings::workspace::show)
        .post("/admin/settings", ui::settings::workspace::save)
        .get("/admin/settings/severity", ui::settings::ratings::show)
        .post("/admin/settings/severity", ui::settings::ratings::save)
        .get("/admin/t/{tenant}/settings", ui::settings::tenant::show)
        .post("/admin/t/{tenant}/settings", ui::settings::tenant::save)
}
