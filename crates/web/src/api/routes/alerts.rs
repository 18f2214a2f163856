//! Alerts.

use axum::http::Method;
use serde_json::json;

use super::{list, paged, starts};
use crate::api::alerts::{self, AlertDeliveryRow, AlertDestinationMade, AlertDestinationRow, AlertRuleRow};
use crate::routes::Routes;

const TAKEN: &str = "Something else has that name, it was changed meanwhile, or there are too many. `detail` says which.";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    rules(destinations(routes)).api(Method::GET, "/api/v1/alerts/deliveries", alerts::deliveries, |op, all| {
        let words = "What became of each event for each rule, newest first.";
        paged::<AlertDeliveryRow>(op.named("listAlertDeliveries", "Alerts", words), all)
    })
}

fn destinations(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/alerts/destinations", alerts::destinations, |op, all| {
            list::<AlertDestinationRow>(op.named("listAlertDestinations", "Alerts", "Where alerts go, by name."), all)
        })
        .api(Method::POST, "/api/v1/alerts/destinations", alerts::create_destination, |op, all| {
            let op = op.named("createAlertDestination", "Alerts", "Makes a destination of alerts.");
            let op = op.gives::<AlertDestinationMade>(all, 201, "It, and the key that was made for it.");
            op.header(201, "Location", "Where it is.", json!({ "type": "string" })).fails(409, TAKEN)
        })
        .api(Method::GET, "/api/v1/alerts/destinations/{alert_destination}", alerts::show_destination, |op, all| {
            let op = op.named("getAlertDestination", "Alerts", "A destination of alerts.");
            op.gives::<AlertDestinationRow>(all, 200, "The destination.")
        })
        .api(Method::PUT, "/api/v1/alerts/destinations/{alert_destination}", alerts::edit_destination, |op, all| {
            let op = op.named("editAlertDestination", "Alerts", "Changes a destination of alerts.");
            op.gives::<AlertDestinationMade>(all, 200, "As it is now.").fails(409, TAKEN)
        })
        .api(Method::DELETE, "/api/v1/alerts/destinations/{alert_destination}", alerts::remove_destination, |op, _| {
            let op = op.named("removeAlertDestination", "Alerts", "Removes a destination to which no rule sends.");
            op.ends(204, "It is removed.").fails(409, "Rules send to it.")
        })
        .api(Method::POST, "/api/v1/alerts/destinations/{alert_destination}/test", alerts::test, |op, all| {
            starts(op.named("testAlertDestination", "Alerts", "Sends a test to a destination, by a run."), all)
        })
}

fn rules(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/alerts/rules", alerts::rules, |op, all| {
            list::<AlertRuleRow>(op.named("listAlertRules", "Alerts", "What is told, by name."), all)
        })
        .api(Method::POST, "/api/v1/alerts/rules", alerts::create_rule, |op, all| {
            let op = op.named("createAlertRule", "Alerts", "Makes a rule; it tells of what happens from now on.");
            let op = op.gives::<AlertRuleRow>(all, 201, "It.");
            op.header(201, "Location", "Where it is.", json!({ "type": "string" })).fails(409, TAKEN)
        })
        .api(Method::GET, "/api/v1/alerts/rules/{alert_rule}", alerts::show_rule, |op, all| {
            op.named("getAlertRule", "Alerts", "A rule of alerts.").gives::<AlertRuleRow>(all, 200, "The rule.")
        })
        .api(Method::PUT, "/api/v1/alerts/rules/{alert_rule}", alerts::edit_rule, |op, all| {
            let op = op.named("editAlertRule", "Alerts", "Changes a rule of alerts.");
            op.gives::<AlertRuleRow>(all, 200, "As it is now.").fails(409, TAKEN)
        })
        .api(Method::DELETE, "/api/v1/alerts/rules/{alert_rule}", alerts::remove_rule, |op, _| {
            op.named("removeAlertRule", "Alerts", "Removes a rule; its lines in the log stay.").ends(204, "It is removed.")
        })
}
