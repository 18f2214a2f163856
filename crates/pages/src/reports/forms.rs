//! The forms of reports: reading one, keeping one, and letting one be made by itself.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::operations::Operation;
use model::operations::report_generate::{Arguments, USUALLY_KEPT};
use model::report::{MOST_DAYS, ReportFormat, ReportKind, USUAL_DAYS};
use model::schedule::{CatchUp, NewSchedule, Weekday, Zone};
use model::tenant::Tenant;
use model::time::Moment;

use crate::components::field::{day, line, number, problem, select};
use crate::components::form;
use crate::href;
use crate::page::View;
use crate::schedules::{Input, capitalised, day_code};
use crate::text::{NAMELESS, name};

/// What stands in the form that reads a report, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadInput {
    /// The code of the kind of report.
    pub kind: String,
    /// The tenant; empty: all.
    pub tenant: String,
    /// The first day, as `2026-03-01`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// What is wrong with it, as a sentence.
    pub problem: Option<String>,
}

impl ReadInput {
    /// What is proposed: what is configured, and a period.
    #[must_use]
    pub fn proposed(from: Moment, until: Moment) -> Self {
        let day = |moment: Moment| moment.to_utc_words().chars().take(10).collect();
        let kind = ReportKind::Configuration.code().to_owned();
        Self { kind, tenant: String::new(), from: day(from), until: day(until), problem: None }
    }
}

/// What stands in the form of a schedule of reports, as it was typed: `name`, `kind`, `tenant`, `days`, `keep_days`, `repeat` (`daily`,
/// `weekly`, `cron`), `at`, `day`, `cron`, `zone`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleInput {
    /// Its name.
    pub name: String,
    /// The code of the kind of report.
    pub kind: String,
    /// The tenant; empty: all.
    pub tenant: String,
    /// The days that it is about.
    pub days: String,
    /// The days that it is kept.
    pub keep_days: String,
    /// How often.
    pub repeat: String,
    /// At what time of the day.
    pub at: String,
    /// On which day of the week.
    pub day: String,
    /// The pattern.
    pub cron: String,
    /// The time zone.
    pub zone: String,
}

impl Default for ScheduleInput {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: ReportKind::Changes.code().to_owned(),
            tenant: String::new(),
            days: "7".to_owned(),
            keep_days: USUALLY_KEPT.to_string(),
            repeat: "weekly".to_owned(),
            at: "06:00".to_owned(),
            day: day_code(Weekday::Monday),
            cron: String::new(),
            zone: "UTC".to_owned(),
        }
    }
}

impl ScheduleInput {
    /// What was meant, but for the tenant.
    ///
    /// # Errors
    /// What is wrong, as a sentence for whoever typed it.
    pub fn read(&self) -> Result<NewSchedule, String> {
        if self.name.trim().is_empty() || self.name.trim().chars().count() > 100 {
            return Err("A name has 1 to 100 characters.".to_owned());
        }
        let kind = ReportKind::from_code(&self.kind);
        if kind == ReportKind::Unknown {
            return Err("Choose a report.".to_owned());
        }
        let days = |text: &str| text.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
        let wrong = || format!("Days are a whole number from 1 to {MOST_DAYS}.");
        let (about, kept) = (days(&self.days).ok_or_else(wrong)?, days(&self.keep_days).ok_or_else(wrong)?);
        let often = Input {
            kind: self.repeat.clone(),
            at: self.at.clone(),
            days: BTreeSet::from([self.day.clone()]),
            cron: self.cron.clone(),
            ..Input::proposed()
        };
        Ok(NewSchedule {
            name: self.name.trim().to_owned(),
            operation: Operation::ReportGenerate,
            arguments: Arguments::new(kind, Some(about), Some(kept)).to_stored(),
            cadence: often.cadence()?,
            zone: Zone::parse(&self.zone).map_err(|error| capitalised(&error.to_string()))?,
            catch_up: CatchUp::Latest,
            bound: 1,
        })
    }
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn kinds() -> Vec<(String, String)> {
    ReportKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.label().to_owned())).collect()
}

/// All tenants, then each.
fn places(tenants: &[Tenant], all: bool) -> Vec<(String, String)> {
    let every = all.then(|| (String::new(), "All tenants that I see".to_owned()));
    every
        .into_iter()
        .chain(tenants.iter().map(|tenant| (tenant.id.to_string(), name(&tenant.name, NAMELESS).into_owned())))
        .collect()
}

/// Reads a report, as a page or as a file.
pub(super) fn read(workspace: &str, tenants: &[Tenant], input: &ReadInput) -> Markup {
    html! {
        (problem(input.problem.as_deref()))
        form method="get" action=(href::REPORT_NOW) {
            input type="hidden" name="workspace" value=(workspace);
            div.fields {
                (select("r-kind", "kind", "Report", &kinds(), &input.kind))
                (select("r-tenant", "tenant", "Tenant", &places(tenants, true), &input.tenant))
                (day("r-from", "from", "From (UTC)", &input.from))
                (day("r-until", "until", "To the end of (UTC)", &input.until))
            }
            p.quiet { "Changes and findings are about the period; the others about now. It is made from what is kept here: no tenant is asked." }
            div.form-actions {
                button.button.primary type="submit" { "Read" }
                @for format in ReportFormat::ALL {
                    button.button type="submit" formaction=(href::REPORT_NOW_FILE) name="format" value=(format) { (format.label()) " file" }
                }
            }
        }
    }
}

/// Keeps a report. `all`: whether the viewer may have one of all tenants.
pub(super) fn keep(view: &View<'_>, workspace: &str, tenants: &[Tenant], all: bool) -> Markup {
    form::start(
        view,
        "report",
        &String::from(href::Query::new(href::MAKE_REPORT).with("workspace", workspace)),
        &html! {
            div.fields {
                (select("k-kind", "kind", "Report", &kinds(), ReportKind::Configuration.code()))
                (select("k-tenant", "tenant", "Tenant", &places(tenants, all), ""))
                (number("k-days", "days", "About the last days", USUAL_DAYS, &(1..=MOST_DAYS), false))
                (number("k-keep", "keep_days", "Kept for days", USUALLY_KEPT, &(1..=MOST_DAYS), false))
            }
            div.form-actions { button.button type="submit" { "Make and keep it" } }
        },
    )
}

/// Makes a schedule.
pub(super) fn schedule(view: &View<'_>, workspace: &str, tenants: &[Tenant], all: bool, input: &ScheduleInput) -> Markup {
    let repeats = pairs(&[("daily", "Every day"), ("weekly", "Every week"), ("cron", "As a cron pattern says")]);
    let weekdays: Vec<(String, String)> = Weekday::ALL.iter().map(|day| (day_code(*day), day.name().to_owned())).collect();
    form::post(
        view,
        &String::from(href::Query::new(href::REPORT_SCHEDULES).with("workspace", workspace)),
        &html! {
            div.fields {
                (line("s-name", "name", "Name", &input.name, 100))
                (select("s-kind", "kind", "Report", &kinds(), &input.kind))
                (select("s-tenant", "tenant", "Tenant", &places(tenants, all), &input.tenant))
                (line("s-days", "days", "About the last days", &input.days, 3))
                (line("s-keep", "keep_days", "Kept for days", &input.keep_days, 3))
                (select("s-repeat", "repeat", "Repeat", &repeats, &input.repeat))
                div.field { label for="s-at" { "At" } input type="time" id="s-at" name="at" value=(input.at); }
                (select("s-day", "day", "On (weekly)", &weekdays, &input.day))
                (line("s-cron", "cron", "Cron pattern", &input.cron, 100))
                (line("s-zone", "zone", "Time zone", &input.zone, 100))
            }
            div.form-actions { button.button type="submit" { "Make the schedule" } }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_refused_in_a_sentence() {
        let good = ScheduleInput { name: " Weekly ".to_owned(), ..ScheduleInput::default() };
        let read = good.read().unwrap();
        assert_eq!((read.name.as_str(), Arguments::stored(&read.arguments).map(|a| a.days())), ("Weekly", Some(7)));
        for bad in [
            ScheduleInput::default(),
            ScheduleInput { kind: "x".to_owned(), ..good.clone() },
            ScheduleInput { days: "0".to_owned(), ..good.clone() },
            ScheduleInput { keep_days: "367".to_owned(), ..good.clone() },
            ScheduleInput { repeat: "cron".to_owned(), cron: "x".to_owned(), ..good.clone() },
            ScheduleInput { zone: "Moon/Base".to_owned(), ..good.clone() },
        ] {
            assert!(bad.read().is_err_and(|words| words.ends_with('.')), "{bad:?}");
        }
    }
}
