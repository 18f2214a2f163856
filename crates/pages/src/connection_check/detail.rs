//! The page of a connection's checks: the latest report, live while a check is under way, and the ones before.

use maud::{Markup, html};
use model::access::Can;
use model::connection::Connection;
use model::connection_check::{CheckReport, CheckStatus};
use model::tenant::Tenant;

use super::report::tone;
use super::{check_button, report};
use crate::components::badge::{badge, worded};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::{RunRow, brief_table};
use crate::text::{NAMELESS, name, number};
use crate::{href, samples, when};
use model::label::Tone;

/// The checks.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Its connection.
    pub connection: Option<Connection>,
    /// The latest reports, newest first.
    pub reports: Vec<CheckReport>,
    /// A check that is queued or running.
    pub active: Option<RunRow>,
}

impl Page for Detail {
    const NAME: &'static str = "connection-check";

    fn title(&self) -> String {
        "Connection check".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Connection", href::of_tenant(self.tenant.id, "connection"))];
        Place { destination: Some(Destination::Connection), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let again = self.active.is_some() || !self.reports.is_empty();
        let lead =
            html! { "Whether " (name(&self.tenant.name, NAMELESS)) " can be reached, found by reading a little of everything." };
        let button = html! {
            @if self.connection.is_some() { (check_button(self.tenant.id, self.can, again, &href::connection_check(self.tenant.id), view)) }
            @else { a.button.primary href=(href::of_tenant(self.tenant.id, "connection")) { "Look at the connection" } }
        };
        let page = html! {
            (header(&self.title(), &html! {}, &lead, &button))
            (self.problem())
            @if let Some(active) = &self.active { (under_way(active, view)) }
            @match self.reports.as_slice() {
                [] if self.active.is_none() => (empty(Icon::Lock, "Not checked yet", "A check signs in, looks at what was granted, and reads one object of each type.", &html! {})),
                [] => {},
                [latest, older @ ..] => {
                    @if self.connection.as_ref().is_some_and(|connection| connection.revision != latest.revision) {
                        (callout(Tone::Info, "The connection was changed since", &html! { p { "The report below is of how it was before. Verify it again." } }))
                    }
                    (report(latest, older.first(), view))
                    @if !older.is_empty() { (self.older(older)) }
                },
            }
        };
        live("connection-check", Topic::Runs, &page)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::connection_check::details()
    }
}

/// A check that is under way; a new one may be asked for all the same.
pub(crate) fn under_way(active: &RunRow, view: &View<'_>) -> Markup {
    callout(
        Tone::Info,
        "A check is under way",
        &html! {
            (brief_table("The check that is under way", std::slice::from_ref(active), view))
            p { "You may leave this page. If it hangs, verify again: the new check takes its place." }
        },
    )
}

impl Detail {
    fn problem(&self) -> Markup {
        let link = html! { a href=(href::of_tenant(self.tenant.id, "connection")) { "Look at the connection" } };
        match &self.connection {
            None => callout(
                Tone::Warning,
                "No provider connection",
                &html! { p { "There is nothing to check until one is added. " (link) } },
            ),
            Some(connection) if !connection.enabled => callout(
                Tone::Warning,
                "The provider connection is disabled",
                &html! { p { "Nothing is asked by a connection that is disabled: a check is blocked. " (link) } },
            ),
            Some(_) => html! {},
        }
    }

    fn older(&self, older: &[CheckReport]) -> Markup {
        let columns = [Column("Made", false), Column("Result", false), Column("Failed", true), Column("Warnings", true)];
        let figure_of = |report: &CheckReport, status| number(i64::try_from(report.report.count(status)).unwrap_or(0));
        let rows = html! {
            @for report in older {
                (row(report.made_at.micros(), &html! {
                    (head(&html! {
                        @match report.run_id { Some(run) => a.cover href=(href::run(run)) { (when::at(report.made_at)) }, None => (when::at(report.made_at)) }
                    }))
                    (cell("Result", &html! {
                        @if report.report.checks.is_empty() { (worded(tone(report), Icon::Minus, "Nothing checked")) } @else { (badge(&report.report.worst())) }
                    }))
                    (figure("Failed", &html! { (figure_of(report, CheckStatus::Fail)) }))
                    (figure("Warnings", &html! { (figure_of(report, CheckStatus::Warn)) }))
                }))
            }
        };
        card("older", "Earlier reports", &html! {}, &table("Earlier reports", &columns, &rows))
    }
}
