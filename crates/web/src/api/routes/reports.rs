//! Reports.

use axum::http::Method;

use super::{list, paged, starts};
use crate::api::reports::{self, ReportDocument, ReportRow, ReportSchedule};
use crate::routes::Routes;

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/reports", reports::list, |op, all| {
            let words = "Reports that are kept and that the holder of the token may read, newest first.";
            paged::<ReportRow>(op.named("listReports", "Reports", words), all)
        })
        .api(Method::POST, "/api/v1/reports", reports::make, |op, all| {
            starts(op.named("makeReport", "Reports", "Starts the run that makes a report and keeps it."), all)
        })
        .api(Method::GET, "/api/v1/reports/now", reports::now, |op, all| {
            let words = "A report, made while it is read: of tenants, or of all that the holder of the token may read it of.";
            op.named("getReportNow", "Reports", words).gives::<ReportDocument>(all, 200, "The document.")
        })
        .api(Method::GET, "/api/v1/reports/{report}", reports::show, |op, all| {
            let op = op.named("getReport", "Reports", "A report that is kept.");
            op.gives::<ReportDocument>(all, 200, "The document.")
        })
        .api(Method::GET, "/api/v1/report-schedules", reports::schedules, |op, all| {
            let words = "What makes reports by itself, as far as the holder of the token may know of it.";
            list::<ReportSchedule>(op.named("listReportSchedules", "Reports", words), all)
        })
        .api(Method::POST, "/api/v1/report-schedules", reports::schedule, |op, all| {
            let op = op.named("createReportSchedule", "Reports", "Lets a report be made by itself.");
            op.gives::<ReportSchedule>(all, 201, "The schedule.").fails(409, "It cannot be so. `detail` says why.")
        })
        .api(Method::DELETE, "/api/v1/report-schedules/{schedule}", reports::end, |op, _| {
            let op = op.named("endReportSchedule", "Reports", "Ends a schedule; the reports that it made stay.");
            op.ends(204, "It is ended.")
        })
}
