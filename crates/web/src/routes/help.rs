//! Help: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes.get("/admin/help", ui::help::contents::contents).get("/admin/help/{page}", ui::help::read::read)
}
