//! Operation runs: the addresses of its pages.

use super::Routes;
use crate::{events, ui};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/events", events::events)
        .get("/admin/operations", ui::runs::list::list)
        .get("/admin/operations.csv", ui::runs::export::export)
        .get("/admin/operations/bulk", ui::runs::bulk::ask)
        .post("/admin/operations/bulk", ui::runs::bulk::start)
        .get("/admin/operations/queue", ui::runs::queue::queue)
        .post("/admin/operations/queue", ui::runs::queue::save)
        .post("/admin/operations/queue/pause", ui::runs::pause::pause)
        .post("/admin/operations/queue/resume", ui::runs::pause::resume)
        .get("/admin/operations/{run}", ui::runs::show::show)
        .get("/admin/operations/{run}/cancel", ui::runs::cancel::ask)
        .post("/admin/operations/{run}/cancel", ui::runs::cancel::cancel)
        .post("/admin/operations/{run}/retry", ui::runs::retry::retry)
        .get("/admin/operations/{run}/force", ui::runs::force::ask)
        .post("/admin/operations/{run}/force", ui::runs::force::force)
        .get("/admin/t/{tenant}/operations", ui::runs::of_tenant::of_tenant)
}
