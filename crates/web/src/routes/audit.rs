//! The audit log: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get_aside("/admin/audit", ui::audit::list::list)
        .get_aside("/admin/audit.csv", ui::audit::export::export)
        .get_aside("/admin/t/{tenant}/audit", ui::audit::list::of_tenant)
        .get_aside("/admin/t/{tenant}/audit.csv", ui::audit::export::of_tenant)
}
