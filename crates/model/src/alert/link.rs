//! The page of what an alert tells of, as a path. A test of the pages compares these with their addresses.

use super::{Facts, RuleKind};
use crate::ids::TenantId;

/// The path of the page where one looks next.
#[must_use]
pub fn path(kind: RuleKind, tenant: Option<TenantId>, facts: &Facts) -> String {
    match (kind, tenant, facts.id) {
        (RuleKind::RunFailed, _, Some(run)) => format!("/admin/operations/{run}"),
        (RuleKind::ReportMade, _, Some(report)) => format!("/admin/reports/{report}"),
        (RuleKind::ReportMade, ..) => "/admin/reports".to_owned(),
        (RuleKind::Finding, Some(tenant), Some(finding)) => format!("/admin/t/{tenant}/drift/{finding}"),
        (RuleKind::CredentialExpiring, Some(tenant), _) => format!("/admin/t/{tenant}/connection"),
        (RuleKind::ScheduleMissed, Some(tenant), Some(schedule)) => format!("/admin/t/{tenant}/schedules/{schedule}"),
        (RuleKind::NoBackup, Some(tenant), _) => format!("/admin/t/{tenant}/backups"),
        (RuleKind::NoWorker, ..) => "/admin/operations/queue".to_owned(),
        (RuleKind::RunFailed | RuleKind::ScheduleMissed, ..) => "/admin/operations".to_owned(),
        _ => "/admin/alerts".to_owned(),
    }
}
