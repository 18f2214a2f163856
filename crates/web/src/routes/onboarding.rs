//! The onboarding wizard: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/onboarding", ui::onboarding::list::list)
        .post("/admin/onboarding", ui::onboarding::begin::create)
        .get("/admin/onboarding/new", ui::onboarding::begin::new)
        .get("/admin/onboarding/consent", ui::onboarding::consent::consent)
        .get("/admin/onboarding/{tenant}", ui::onboarding::show::show)
        .post("/admin/onboarding/{tenant}/identify", ui::onboarding::steps::identify)
        .post("/admin/onboarding/{tenant}/features", ui::onboarding::steps::features)
        .post("/admin/onboarding/{tenant}/application", ui::onboarding::steps::application)
        .post("/admin/onboarding/{tenant}/complete", ui::onboarding::complete::complete)
        .get("/admin/onboarding/{tenant}/delete", ui::onboarding::delete::ask)
        .post("/admin/onboarding/{tenant}/delete", ui::onboarding::delete::delete)
}
