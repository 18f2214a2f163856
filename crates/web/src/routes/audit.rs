//! The audit log: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/audit", ui::audit::list::list)
        .get("/admin/audit.csv", ui::audit::export::export)
        .get("/admin/t/{tenant}/audit", ui::audit::list::of_tenant)
        .get("/admin/t/{tenant}/audit.csv", ui::audit::export::of_tenant)
}
