//! The inventory, its versions and comparisons: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get_aside("/admin/t/{tenant}/inventory", ui::inventory::list::list)
        .get("/admin/t/{tenant}/inventory/sync", ui::inventory::sync::choose)
        .post("/admin/t/{tenant}/inventory/sync", ui::inventory::sync::start)
        .get_aside("/admin/t/{tenant}/inventory/search", ui::inventory::search::search)
        .get_aside("/admin/t/{tenant}/inventory/{item}", ui::inventory::item::item)
        .get_aside("/admin/t/{tenant}/inventory/{item}/uses", ui::links::uses::uses)
        .get_aside("/admin/t/{tenant}/inventory/{item}/graph", ui::links::graph::graph)
        .get_aside("/admin/t/{tenant}/usage", ui::links::usage::usage)
        .get_aside("/admin/t/{tenant}/references", ui::links::references::references)
        .get_aside("/admin/t/{tenant}/inventory/{item}/versions/{version}", ui::inventory::version::version)
        .get_aside("/admin/t/{tenant}/inventory/{item}/at", ui::inventory::version::at)
        .get_aside("/admin/t/{tenant}/inventory/{item}/compare", ui::compare::pair::pair)
        .get_aside("/admin/t/{tenant}/inventory/{item}/compare/patch", ui::compare::patch::patch)
        .get_aside("/admin/t/{tenant}/inventory/{item}/compare/with", ui::compare::pick::pick)
        .get_aside("/admin/t/{tenant}/compare", ui::compare::tenants::tenants)
        .post("/admin/t/{tenant}/inventory/{item}/capture", ui::inventory::capture::capture)
        .post("/admin/t/{tenant}/inventory/{item}/versions/{version}/mark", ui::inventory::mark::mark)
        .get_aside("/admin/t/{tenant}/versions", ui::versions::history::history)
        .get_aside("/admin/t/{tenant}/versions/at", ui::versions::past::past)
        .post("/admin/t/{tenant}/versions/events", ui::versions::events::start)
}
