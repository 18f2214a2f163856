//! Rollouts: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/rollouts", ui::rollouts::list::list)
        .post("/admin/rollouts", ui::rollouts::new::create)
        .get("/admin/rollouts/new", ui::rollouts::new::form)
        .get("/admin/rollouts/{rollout}", ui::rollouts::show::show)
        .post("/admin/rollouts/{rollout}/preview", ui::rollouts::show::preview)
        .post("/admin/rollouts/{rollout}/end", ui::rollouts::show::end)
        .get("/admin/rollouts/{rollout}/confirm", ui::rollouts::confirm::ask)
        .post("/admin/rollouts/{rollout}/confirm", ui::rollouts::confirm::confirm)
        .post("/admin/rollouts/{rollout}/approval", ui::rollouts::confirm::ask_approval)
        .post("/admin/rollouts/{rollout}/decision", ui::rollouts::confirm::decide)
}
