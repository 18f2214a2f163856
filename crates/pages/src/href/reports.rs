//! Where reports are.

use model::ids::{ReportId, ScheduleId};

/// Reports of the workspace; POST with `make` behind it keeps one, with `schedules` makes one by itself.
pub const REPORTS: &str = "/admin/reports";

/// A report that is made while it is read; `kind`, `tenant`…, `from`, `until` in the query.
pub const REPORT_NOW: &str = "/admin/reports/now";

/// The same as a file; `format` in the query.
pub const REPORT_NOW_FILE: &str = "/admin/reports/now/file";

/// Keeps a report (POST `kind`, `tenant`, `days`, `keep_days`).
pub const MAKE_REPORT: &str = "/admin/reports/make";

/// Makes a schedule of reports (POST).
pub const REPORT_SCHEDULES: &str = "/admin/reports/schedules";

/// A report that is kept.
#[must_use]
pub fn report(id: ReportId) -> String {
    format!("{REPORTS}/{id}")
}

/// The same as a file; `format` in the query.
#[must_use]
pub fn report_file(id: ReportId) -> String {
    format!("{REPORTS}/{id}/file")
}

/// What is done to a schedule of reports: `switch` (POST `on`) and `end` (POST).
#[must_use]
pub fn of_report_schedule(id: ScheduleId, what: &str) -> String {
    format!("{REPORT_SCHEDULES}/{id}/{what}")
}
