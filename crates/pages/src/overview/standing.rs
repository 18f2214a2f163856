//! A tenant's line in the overview: every figure leads to what it counts, and what is not known is said.

use maud::{Markup, html};
use model::connection::Expiry;
use model::finding::Severity;
use model::ids::TenantId;
use model::label::Tone;
use model::overview::{OverviewFilter, OverviewSort, TenantStanding, Trouble};
use model::tenant::TenantStatus;
use model::time::Moment;

use super::filter::query;
use crate::components::badge::{badge, environment, how_many, worded};
use crate::components::icon::Icon;
use crate::components::progress::progress;
use crate::components::table::{self, cell, figure, head};
use crate::drift::{self, Narrowing};
use crate::href::{self, Query};
use crate::page::View;
use crate::runs::RunRow;
use crate::text::{self, NAMELESS, counted, number};
use crate::when;

/// A tenant, how it stands, and what was started in it last.
#[derive(Debug, Clone)]
pub struct TenantRow {
    /// How it stands.
    pub standing: TenantStanding,
    /// Its latest run, active or ended.
    pub latest: Option<RunRow>,
}

/// The columns, whether they hold figures, and by what each is sorted.
pub(super) const COLUMNS: [(&str, bool, OverviewSort); 8] = [
    ("Tenant", false, OverviewSort::Name),
    ("Last complete sync", true, OverviewSort::Sync),
    ("Last complete backup", true, OverviewSort::Backup),
    ("Restore readiness", true, OverviewSort::Readiness),
    ("Open findings", false, OverviewSort::Findings),
    ("Connection", false, OverviewSort::Connection),
    ("Credential", false, OverviewSort::Expiry),
    ("Operations", false, OverviewSort::Runs),
];

/// The line; `selects`: with a box by which it is selected.
pub(super) fn line(row: &TenantRow, selects: bool, view: &View<'_>) -> Markup {
    let standing = &row.standing;
    let tenant = &standing.tenant;
    let troubles = standing.troubles(view.now);
    let in_trouble = |trouble| troubles.contains(&trouble);
    table::row(
        tenant.id,
        &html! {
            @if selects {
                (cell("Select", &html! {
                    input type="checkbox" id={ "tenant-" (tenant.id) } name="tenant" value=(tenant.id);
                    label.unseen for={ "tenant-" (tenant.id) } { "Select " (text::name(&tenant.name, NAMELESS)) }
                }))
            }
            (head(&html! {
                a.cover href=(href::tenant(tenant.id)) { (text::name(&tenant.name, NAMELESS)) }
                span.below { (text::name(&tenant.domain, "")) }
                span.below.line { (environment(tenant.environment)) @if tenant.status != TenantStatus::Active { (badge(&tenant.status)) } (marks(standing)) }
            }))
            (figure("Last complete sync", &html! {
                span.standing.warning[in_trouble(Trouble::Sync)] { (moment(standing.synced_at, view.now)) }
                (items(standing))
            }))
            (figure("Last complete backup", &match standing.backup {
                Some((set, at)) => since(Some(at), &href::backup(tenant.id, set), in_trouble(Trouble::Backup), view.now),
                None => since(None, &href::backups(tenant.id), true, view.now),
            }))
            (figure("Restore readiness", &html! {
                // Not a link: the page of drills is of those who may restore, which roles in other tenants do not tell here.
                span.standing.warning[in_trouble(Trouble::Readiness)] {
                    @match standing.readiness { Some((_, score, _)) => { (score) " %" }, None => "Never drilled" }
                }
                @if let Some((_, _, at)) = standing.readiness { span.below { (when::ago(at, view.now)) } }
            }))
            (cell("Open findings", &findings(tenant.id, standing.findings)))
            (cell("Connection", &html! { a href=(href::of_tenant(tenant.id, "connection")) { (badge(&standing.connection)) } }))
            (cell("Credential", &credential(standing.expires_at, view.now)))
            (cell("Operations", &operations(row, view)))
        },
    )
}

/// How many items there are, and how many are missing.
fn items(standing: &TenantStanding) -> Markup {
    let inventory = href::inventory(standing.tenant.id);
    let Some(items) = standing.items else { return html! {} };
    html! {
        span.below {
            a.quiet href=(inventory) { (counted(items, "item", "items")) }
            @if standing.missing > 0 {
                ", " a.warning href=(String::from(Query::new(inventory.as_str()).with("missing", "yes"))) { (number(standing.missing)) " missing" }
            }
        }
    }
}

/// What was started last, and what went wrong lately.
fn operations(row: &TenantRow, view: &View<'_>) -> Markup {
    let runs = row.standing.runs;
    let failed = || String::from(Query::new(href::OPERATIONS).with("tab", "attention").with("tenant", row.standing.tenant.id));
    html! {
        @match &row.latest {
            Some(latest) => {
                span.line { (latest.label_link()) (badge(&latest.run)) }
                (progress(&latest.run))
                @if !latest.run.is_active() { span.below { (when::ago(latest.run.updated_at, view.now)) } }
            },
            None => span.quiet { "None yet" },
        }
        @if runs > 0 { span.below { a.warning href=(failed()) { (number(runs)) " failed in 7 days" } } }
    }
}

/// Its groups and tags.
fn marks(standing: &TenantStanding) -> Markup {
    let of_group = |group| OverviewFilter { group: Some(group), ..OverviewFilter::default() };
    let of_tag = |tag: &str| OverviewFilter { tag: Some(tag.to_owned()), ..OverviewFilter::default() };
    html! {
        @for (id, name) in &standing.groups { a.chip href=(String::from(query(&of_group(*id)))) { (text::shown(name, 100)) } }
        @for tag in &standing.tags { a href=(String::from(query(&of_tag(tag)))) { "#" (text::shown(tag, 50)) } }
    }
}

fn since(at: Option<Moment>, href: &str, troubled: bool, now: Moment) -> Markup {
    html! {
        a class=[troubled.then_some("warning")] href=(href) {
            (moment(at, now))
        }
    }
}

fn moment(at: Option<Moment>, now: Moment) -> Markup {
    html! { @match at { Some(at) => (when::ago(at, now)), None => "Never" } }
}

fn findings(tenant: TenantId, open: Option<[i64; 4]>) -> Markup {
    let Some(open) = open else { return html! { span.quiet { "Not known" } } };
    let to = |severity| String::from(drift::query(tenant, &Narrowing { severity: Some(severity), ..Narrowing::default() }));
    html! {
        @if open.iter().all(|count| *count == 0) { a.quiet href=(href::drift(tenant)) { "None" } }
        @for (severity, count) in Severity::ALL.iter().zip(open).rev().filter(|(_, count)| *count > 0) {
            a href=(to(*severity)) { (how_many(number(count), severity)) } " "
        }
    }
}

fn credential(ends: Option<Moment>, now: Moment) -> Markup {
    match Expiry::of(ends, now) {
        Expiry::Unknown => html! { span.quiet { "End not known" } },
        Expiry::Far => html! { (when::at_or(ends, "")) },
        Expiry::Over => worded(Tone::Danger, Icon::Warning, "Expired"),
        Expiry::Days(0) => worded(Tone::Danger, Icon::Warning, "Ends within a day"),
        Expiry::Days(days) => {
            let tone = if days <= 7 { Tone::Danger } else { Tone::Warning };
            worded(tone, Icon::Warning, &format!("Ends in {}", counted(days, "day", "days")))
        }
    }
}
