//! The reports of a workspace: what can be made, what is kept, and what is made by itself.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::operations::report_generate::Arguments;
use model::page::Page as Rows;
use model::report::{Report, ReportFormat, ReportKind};
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::forms::{self, ReadInput, ScheduleInput};
use crate::components::empty::empty;
use crate::components::field::problem;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS, name};
use crate::{samples, when};

/// A schedule of reports.
#[derive(Debug, Clone)]
pub struct ScheduleRow {
    /// It.
    pub schedule: Schedule,
    /// What its tenant is called; `None`: it is of all.
    pub tenant_name: Option<String>,
    /// Whether the viewer may switch and end it.
    pub may: bool,
}

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What is kept, newest first.
    pub reports: Rows<Report>,
    /// What is made by itself.
    pub schedules: Vec<ScheduleRow>,
    /// The tenants that the viewer is entitled to; the first 200 by name.
    pub tenants: Vec<Tenant>,
    /// Whether the viewer may let a report of all tenants be kept.
    pub all: bool,
    /// Whether the viewer may make a schedule somewhere.
    pub schedules_some: bool,
    /// What stands in the form that reads a report.
    pub reading: ReadInput,
    /// What was entered for a schedule.
    pub input: ScheduleInput,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl Page for List {
    const NAME: &'static str = "reports-list";

    fn title(&self) -> String {
        "Reports".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Reports), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "What is kept of your tenants, written down: to read, to print, or to take along." };
        let workspace = self.workspace.to_string();
        html! {
            (header("Reports", &html! {}, &lead, &html! {}))
            (card("read-report", "Read a report", &html! {}, &html! {
                dl.facts { @for kind in ReportKind::ALL { dt { (kind.label()) } dd { (kind.about()) } } }
                (forms::read(&workspace, &self.tenants, &self.reading))
            }))
            (card("kept-reports", "Kept reports", &html! {}, &self.kept(view)))
            (card("keep-report", "Keep a report", &html! {}, &forms::keep(view, &workspace, &self.tenants, self.all)))
            (card("report-schedules", "Made by itself", &html! {}, &self.by_itself(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::report::lists()
    }
}

impl List {
    fn kept(&self, view: &View<'_>) -> Markup {
        if self.reports.rows.is_empty() {
            let words = "A report that is kept can be looked at later, as it was then.";
            return empty(Icon::Archive, "No reports are kept", words, &html! {});
        }
        let columns = [
            Column("Report", false),
            Column("About", false),
            Column("Made", true),
            Column("Kept until", true),
            Column("Size", true),
            Column("Files", false),
        ];
        let rows = html! {
            @for report in &self.reports.rows {
                @let file = |format: ReportFormat| String::from(Query::new(href::report_file(report.id)).with("workspace", self.workspace).with("format", format));
                (row(report.id, &html! {
                    (head(&html! { a href=(String::from(Query::new(href::report(report.id)).with("workspace", self.workspace))) { (report.head.kind.label()) } }))
                    (cell("About", &html! { (name(&report.head.subject, NAMELESS)) @if let Some(period) = report.head.period { span.below { (period.words()) } } }))
                    (figure("Made", &when::ago(report.head.made_at, view.now)))
                    (figure("Kept until", &html! { (when::at(report.expires_at)) }))
                    (figure("Size", &html! { (text::bytes(report.bytes)) }))
                    (cell("Files", &html! {
                        @for &format in ReportFormat::ALL {
                            a href=(file(format)) aria-label={ (format.label()) " of " (name(&report.head.title(), NAMELESS)) } { (format.label()) } " "
                        }
                    }))
                }))
            }
        };
        html! {
            (table("Kept reports", &columns, &rows))
            (pager(&self.reports, "reports", &Query::new(href::REPORTS).with("workspace", self.workspace)))
        }
    }

    fn by_itself(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Name", false),
            Column("Report", false),
            Column("About", false),
            Column("When", false),
            Column("Next", true),
            Column("What to do", false),
        ];
        let rows = html! {
            @for one in &self.schedules {
                @let schedule = &one.schedule;
                (row(schedule.id, &html! {
                    (head(&html! { (name(&schedule.name, NAMELESS)) }))
                    (cell("Report", &html! { (Arguments::stored(&schedule.arguments).map_or_else(|| ReportKind::Unknown.label().to_owned(), |report| {
                        format!("{}, {} days, kept {} days", report.kind().label(), report.days(), report.keep_days())
                    })) }))
                    (cell("About", &html! { (one.tenant_name.as_deref().map_or_else(|| "All tenants".into(), |tenant| name(tenant, NAMELESS))) }))
                    (cell("When", &html! { (schedule.cadence.as_ref().map_or_else(|| "Unknown".to_owned(), |cadence| cadence.words())) }))
                    (figure("Next", &html! { @match schedule.next_fire_at { Some(at) => (when::at(at)), None => span.quiet { "Switched off" } } }))
                    (cell("What to do", &html! { @if one.may { (self.acts(view, schedule)) } }))
                }))
            }
        };
        html! {
            @if self.schedules.is_empty() { p.quiet { "No report is made by itself." } } @else { (table("Schedules of reports", &columns, &rows)) }
            @if self.schedules_some {
                (problem(self.problem.as_deref()))
                (forms::schedule(view, &self.workspace.to_string(), &self.tenants, self.all, &self.input))
            }
        }
    }

    fn acts(&self, view: &View<'_>, schedule: &Schedule) -> Markup {
        let to =
            |what: &str| String::from(Query::new(href::of_report_schedule(schedule.id, what)).with("workspace", self.workspace));
        let called = name(&schedule.name, NAMELESS);
        html! {
            (form::post(view, &to("switch"), &html! {
                input type="hidden" name="on" value=(if schedule.enabled { "no" } else { "yes" });
                button.button.small type="submit" aria-label={ (if schedule.enabled { "Switch off " } else { "Switch on " }) (called) } {
                    (if schedule.enabled { "Switch off" } else { "Switch on" })
                }
            }))
            (form::post(view, &to("end"), &html! {
                button.button.small type="submit" aria-label={ "End " (called) } { "End" }
            }))
        }
    }
}
