//! The own profile and API tokens: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/profile", ui::profile::show::show)
        .post("/admin/profile/name", ui::profile::name::name)
        .post("/admin/profile/password", ui::profile::password::password)
        .get("/admin/profile/sessions", ui::profile::sessions::list)
        .post("/admin/profile/sessions/end", ui::profile::sessions::end)
        .get("/admin/profile/second-factor", ui::profile::second_factor::show)
        .post("/admin/profile/second-factor/prepare", ui::profile::second_factor::prepare)
        .post("/admin/profile/second-factor/confirm", ui::profile::second_factor::confirm)
        .post("/admin/profile/second-factor/remove", ui::profile::second_factor::remove)
        .get("/admin/profile/settings", ui::settings::person::show)
        .post("/admin/profile/settings", ui::settings::person::save)
        .get("/admin/tokens", ui::tokens::list::list)
        .post("/admin/tokens", ui::tokens::new::create)
        .get("/admin/tokens/new", ui::tokens::new::new)
        .get("/admin/tokens/{api_token}/revoke", ui::tokens::revoke::ask)
        .post("/admin/tokens/{api_token}/revoke", ui::tokens::revoke::revoke)
}
