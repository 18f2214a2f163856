//! Start, sign-in, invitations, the home page, search and notices: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/", ui::product::start::start)
        .get("/healthz", ui::product::health::alive)
        .get("/readyz", ui::product::health::ready)
        .get("/assets/{name}", ui::product::asset::asset)
        .get("/sign-in", ui::sign_in::form::form)
        .post("/sign-in", ui::sign_in::submit::submit)
        .get("/sign-in/code", ui::sign_in::code::form)
        .post("/sign-in/code", ui::sign_in::code::submit)
        .get("/sign-in/reset", ui::sign_in::reset::form)
        .post("/sign-in/reset", ui::sign_in::reset::submit)
        .get("/sign-in/oidc/{provider}", ui::sign_in::provider::start)
        .get("/sign-in/oidc/{provider}/callback", ui::sign_in::provider::callback)
        .post("/sign-out", ui::sign_in::sign_out::sign_out)
        .get("/invitations/{token}", ui::people::invitation::show)
        .post("/invitations/{token}", ui::people::invitation::accept)
        .post("/invitations/{token}/account", ui::people::invitation::register)
        .get_aside("/admin", ui::overview::home::home)
        .post("/admin/switch", ui::overview::switch::switch)
        .post("/admin/theme", ui::overview::theme::theme)
        .get_aside("/admin/search", ui::search::find::find)
        .get("/admin/notices", ui::notices::list::list)
        .post("/admin/notices/read", ui::notices::read::read)
        .get("/api", ui::api_reference::show)
}
