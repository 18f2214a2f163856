//! What is supported: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get_aside("/admin/coverage", ui::coverage::types::types)
        .get_aside("/admin/t/{tenant}/coverage", ui::coverage::of_tenant::of_tenant)
}
