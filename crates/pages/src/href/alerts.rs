//! Where alerts are.

use model::ids::{AlertDestinationId, AlertRuleId};

/// Rules and destinations of the workspace.
pub const ALERTS: &str = "/admin/alerts";
/// The log of deliveries.
pub const ALERT_LOG: &str = "/admin/alerts/log";
/// POST: makes a rule.
pub const ALERT_RULES: &str = "/admin/alerts/rules";
/// The form for a new rule (GET `kind`).
pub const NEW_ALERT_RULE: &str = "/admin/alerts/rules/new";
/// POST: makes a destination.
pub const ALERT_DESTINATIONS: &str = "/admin/alerts/destinations";
/// The form for a new destination (GET `kind`).
pub const NEW_ALERT_DESTINATION: &str = "/admin/alerts/destinations/new";

/// A rule (GET), changing it (POST), or what is done with it: `remove` (POST `typed`).
#[must_use]
pub fn alert_rule(id: AlertRuleId, what: &str) -> String {
    format!("{ALERT_RULES}/{id}{what}")
}

/// A destination (GET), changing it (POST), or what is done with it: `/remove` (POST `typed`), `/test` (POST).
#[must_use]
pub fn alert_destination(id: AlertDestinationId, what: &str) -> String {
    format!("{ALERT_DESTINATIONS}/{id}{what}")
}

#[cfg(test)]
mod tests {
    use model::alert::{Facts, RuleKind, path};
    use model::ids::{FindingId, ReportId, RunId, ScheduleId, TenantId};

    use super::ALERTS;
    use crate::href;

    #[test]
    fn every_alert_leads_to_a_page_of_the_product() {
        let (run, tenant) = (RunId::generate(), TenantId::generate());
        let (finding, schedule, report) = (FindingId::generate(), ScheduleId::generate(), ReportId::generate());
        let of = |kind, tenant, id| path(kind, tenant, &Facts { id, ..Facts::default() });
        for kind in RuleKind::ALL.iter().copied().chain([RuleKind::Unknown]) {
            let (leads, page) = match kind {
                RuleKind::RunFailed => (of(kind, Some(tenant), Some(run.uuid())), href::run(run)),
                RuleKind::Finding => (of(kind, Some(tenant), Some(finding.uuid())), href::finding(tenant, finding)),
                RuleKind::CredentialExpiring => (of(kind, Some(tenant), None), href::of_tenant(tenant, "connection")),
                RuleKind::ScheduleMissed => (of(kind, Some(tenant), Some(schedule.uuid())), href::schedule(tenant, schedule)),
                RuleKind::NoBackup => (of(kind, Some(tenant), None), href::backups(tenant)),
                RuleKind::ReportMade => (of(kind, None, Some(report.uuid())), href::report(report)),
                RuleKind::NoWorker => (of(kind, None, None), href::QUEUE.to_owned()),
                RuleKind::Unknown => (of(kind, None, None), ALERTS.to_owned()),
            };
            assert_eq!(leads, page, "{kind:?}");
            // Where its tenant and the thing itself are not known any more.
            let known = [ALERTS, href::OPERATIONS, href::QUEUE, href::REPORTS];
            assert!(known.contains(&of(kind, None, None).as_str()), "{kind:?}");
        }
    }
}
