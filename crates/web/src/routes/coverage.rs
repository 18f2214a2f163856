//! What is supported: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/coverage", ui::coverage::types::types)
        .get("/admin/t/{tenant}/coverage", ui::coverage::of_tenant::of_tenant)
}
