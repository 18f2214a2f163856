//! Alerts: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/alerts", ui::alerts::list::list)
        .get("/admin/alerts/log", ui::alerts::list::log)
        .post("/admin/alerts/rules", ui::alerts::rule::create)
        .get("/admin/alerts/rules/new", ui::alerts::rule::new)
        .get("/admin/alerts/rules/{alert_rule}", ui::alerts::rule::show)
        .post("/admin/alerts/rules/{alert_rule}", ui::alerts::rule::edit)
        .post("/admin/alerts/rules/{alert_rule}/remove", ui::alerts::rule::remove)
        .post("/admin/alerts/destinations", ui::alerts::destination::create)
        .get("/admin/alerts/destinations/new", ui::alerts::destination::new)
        .get("/admin/alerts/destinations/{alert_destination}", ui::alerts::destination::show)
        .post("/admin/alerts/destinations/{alert_destination}", ui::alerts::destination::edit)
        .post("/admin/alerts/destinations/{alert_destination}/remove", ui::alerts::destination::remove)
        .post("/admin/alerts/destinations/{alert_destination}/test", ui::alerts::destination::test)
}
