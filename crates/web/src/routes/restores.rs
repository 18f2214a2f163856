//! Restores: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/t/{tenant}/restores", ui::restores::list::list)
        .post("/admin/t/{tenant}/restores", ui::restores::new::create)
        .get("/admin/t/{tenant}/restores/new", ui::restores::new::form)
        .get("/admin/t/{tenant}/restores/drill", ui::restores::drill::show)
        .post("/admin/t/{tenant}/restores/drill", ui::restores::drill::start)
        .get("/admin/t/{tenant}/restores/{restore}", ui::restores::show::show)
        .get("/admin/t/{tenant}/restores/{restore}/choose", ui::restores::choose::form)
        .post("/admin/t/{tenant}/restores/{restore}/choose", ui::restores::choose::choose)
        .get("/admin/t/{tenant}/restores/{restore}/map", ui::restores::map::form)
        .post("/admin/t/{tenant}/restores/{restore}/map", ui::restores::map::act)
        .get("/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}", ui::restores::map::one)
        .post("/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}", ui::restores::map::decide)
        .get("/admin/t/{tenant}/restores/{restore}/check", ui::restores::check::form)
        .post("/admin/t/{tenant}/restores/{restore}/check", ui::restores::check::act)
        .get("/admin/t/{tenant}/restores/{restore}/preview", ui::restores::preview::show)
        .post("/admin/t/{tenant}/restores/{restore}/preview", ui::restores::preview::start)
        .get("/admin/t/{tenant}/restores/{restore}/execute", ui::restores::execute::ask)
        .post("/admin/t/{tenant}/restores/{restore}/execute", ui::restores::execute::execute)
        .post("/admin/t/{tenant}/restores/{restore}/approval", ui::restores::approval::ask)
        .post("/admin/t/{tenant}/restores/{restore}/decision", ui::restores::approval::decide)
        .get("/admin/t/{tenant}/restores/{restore}/rehearsal", ui::restores::rehearsal::show)
        .post("/admin/t/{tenant}/restores/{restore}/rehearsal", ui::restores::rehearsal::start)
        .get("/admin/t/{tenant}/restores/{restore}/plan", ui::restores::plan::plan)
        .get("/admin/t/{tenant}/restores/{restore}/items/{number}", ui::restores::item::show)
        .post("/admin/t/{tenant}/restores/{restore}/items/{number}", ui::restores::item::say)
        .post("/admin/t/{tenant}/restores/{restore}/cancel", ui::restores::change::cancel)
        .post("/admin/t/{tenant}/restores/{restore}/retry", ui::restores::change::retry)
        .post("/admin/t/{tenant}/restores/{restore}/undo", ui::restores::change::undo)
}
