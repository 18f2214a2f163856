//! A schedule and its history.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::label::Tone;
use model::operations::Operation;
use model::page::Page as Rows;
use model::run::Run;
use model::schedule::{Fire, Occurrence, Omission, Schedule};
use model::tenant::Tenant;

use super::SCHEDULED;
use super::form::{local_words, policy_words, wall};
use super::state::{cadence, retention, state, what};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::{barred, barred_button};
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted};
use crate::{samples, when};

/// An entry of the ledger and the run that it made.
#[derive(Debug, Clone)]
pub struct FireRow {
    /// The entry.
    pub fire: Fire,
    /// Its run, as long as it is recorded.
    pub run: Option<Run>,
}

/// A schedule.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The schedule.
    pub schedule: Schedule,
    /// The next times at which it is due; empty while it does not fire.
    pub upcoming: Vec<Occurrence>,
    /// What it started and left out, newest first.
    pub fires: Rows<FireRow>,
}

impl Page for Detail {
    const NAME: &'static str = "schedules-detail";

    fn title(&self) -> String {
        text::name(&self.schedule.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Schedules", href::schedules(self.tenant.id))];
        Place { destination: Some(Destination::Schedules), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let schedule = &self.schedule;
        let lead = html! { (what(schedule)) " · " (cadence(schedule)) };
        html! {
            (header(&self.title(), &state(schedule), &lead, &self.actions(view)))
            @if let Some(problem) = &schedule.problem {
                (callout(Tone::Warning, "It was switched off by itself", &html! { p { (text::shown(problem, 200)) ". Edit it, then switch it on again." } }))
            }
            div.split {
                (live("fires", Topic::Runs, &card("history", "History", &html! {}, &self.history())))
                (self.about())
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::schedule::details()
    }
}

impl Detail {
    fn actions(&self, view: &View<'_>) -> Markup {
        let (tenant, id) = (self.tenant.id, self.schedule.id);
        let why = barred(self.can, Capability::BackupSchedulesRun, view);
        let may_manage = self.can.allows(Capability::BackupSchedulesManage);
        let away = self.schedule.archived_at.is_some();
        let button = |what: &str, name: &str, value: &str, words: &str| {
            form::post(
                view,
                &href::of_schedule(tenant, id, what),
                &html! {
                    input type="hidden" name=(name) value=(value);
                    button.button type="submit" { (words) }
                },
            )
        };
        html! {
            @if !away {
                @if let Some(why) = why { (barred_button("why-no-run", "button primary", &html! { (icon(Icon::Sync)) "Run now" }, why)) }
                @else {
                    (form::start(view, "run", &href::of_schedule(tenant, id, "run"), &html! {
                        button.button.primary type="submit" { (icon(Icon::Sync)) "Run now" }
                    }))
                }
            }
            @if may_manage {
                @if away {
                    (button("archive", "away", "no", "Take out again"))
                    a.button.danger href=(href::of_schedule(tenant, id, "purge")) { "Remove…" }
                } @else {
                    @if self.schedule.enabled { (button("switch", "on", "no", "Switch off")) } @else { (button("switch", "on", "yes", "Switch on")) }
                    // What the form does not offer it cannot change either: reports are ended and made anew where reports are.
                    @if self.schedule.operation().is_none_or(|operation| SCHEDULED.contains(&operation)) {
                        a.button href=(href::of_schedule(tenant, id, "edit")) { "Edit" }
                    } @else if self.schedule.operation() == Some(Operation::ReportGenerate) {
                        a.button href=(href::REPORTS) { "Reports" }
                    }
                    (button("archive", "away", "yes", "Archive"))
                }
            }
        }
    }

    fn history(&self) -> Markup {
        let columns = [Column("Due", false), Column("What came of it", false)];
        let rows = html! {
            @for FireRow { fire, run } in &self.fires.rows {
                (row(&fire.local, &html! {
                    (head(&html! { (local_words(&fire.local)) " " span.quiet { (when::at(fire.scheduled_for)) } }))
                    (cell("What came of it", &outcome(fire, run.as_ref())))
                }))
            }
        };
        let here = Query::new(href::schedule(self.tenant.id, self.schedule.id));
        html! {
            @if self.fires.rows.is_empty() { p.quiet { "It was not due yet." } }
            @else { (table("History", &columns, &rows)) (pager(&self.fires, "history", &here)) }
        }
    }

    fn about(&self) -> Markup {
        let schedule = &self.schedule;
        let content = html! {
            dl.facts {
                dt { "Starts" } dd { (what(schedule)) }
                dt { "When" } dd { (cadence(schedule)) }
                dt { "Missed times" } dd { (policy_words(schedule.catch_up)) }
                @if let Some(rule) = retention(schedule) {
                    dt { "Keeps" } dd { (rule.words()) " " a href=(href::of_schedule(self.tenant.id, schedule.id, "retention")) { "What would go" } }
                    dt { "Backups" } dd { a href=(String::from(Query::new(href::backups(self.tenant.id)).with("schedule", schedule.id))) { "Of this schedule" } }
                }
                dt { "Made" } dd { (when::at(schedule.created_at)) }
                dt { "Schedule id" } dd { code.wrap { (schedule.id) } }
            }
            @if !self.upcoming.is_empty() {
                h3 { "The next times" }
                ol.plain { @for occurrence in &self.upcoming { li { (wall(occurrence)) " " span.quiet { (when::at(occurrence.at)) } } } }
            }
        };
        card("about", "About this schedule", &html! {}, &content)
    }
}

fn outcome(fire: &Fire, run: Option<&Run>) -> Markup {
    html! {
        @match (fire.omitted, run) {
            (_, Some(run)) => a href=(href::run(run.id)) { (badge(run)) " View run" },
            (None, None) => span.quiet { "Run no longer recorded" },
            (Some(Omission::PreviousActive), None) => "Left out: what it started before was not over yet.",
            (Some(Omission::Missed), None) => {
                "Left out: " (counted(i64::try_from(fire.omitted_count).unwrap_or(i64::MAX), "time was missed", "times were missed")) "."
                @if let Some(since) = fire.omitted_since.filter(|since| *since < fire.scheduled_for) { " " span.quiet { "Since " (when::at(since)) } }
            },
            (Some(Omission::Unknown), None) => "Left out.",
        }
    }
}
