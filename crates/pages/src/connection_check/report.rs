//! A report: what changed, then each check with what came of it, in groups.

use maud::{Markup, html};
use model::connection_check::{Changes, Check, CheckGroup, CheckKey, CheckReport, CheckStatus, GrantSource, Reason};
use model::failure::Code;

use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::header::card;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::page::View;
use crate::runs::steps_of_check;
use crate::text::{counted, number, shown};
use crate::{href, when};
use model::label::{Labelled as _, Tone};

/// The report, with what changed since the one before.
pub(crate) fn report(latest: &CheckReport, before: Option<&CheckReport>, view: &View<'_>) -> Markup {
    let changes = before.map(|before| latest.report.since(&before.report)).unwrap_or_default();
    html! {
        (summary(latest, view))
        (changed(&changes, before, view))
        @for group in CheckGroup::ALL { (part(latest, group)) }
    }
}

fn summary(latest: &CheckReport, view: &View<'_>) -> Markup {
    let of = |status| i64::try_from(latest.report.count(status)).unwrap_or(i64::MAX);
    let (fails, warnings) = (of(CheckStatus::Fail), of(CheckStatus::Warn));
    let title = match (fails, warnings) {
        (0, 0) => "The connection works".to_owned(),
        (0, _) => format!("The connection works, with {}", counted(warnings, "warning", "warnings")),
        _ => format!("{} failed", counted(fails, "check", "checks")),
    };
    let tone = latest.report.worst().badge().tone;
    let missing = latest.report.missing();
    callout(
        tone,
        &title,
        &html! {
            p {
                (number(of(CheckStatus::Pass))) " passed, " (number(warnings)) " with a warning, " (number(fails)) " failed, "
                (number(of(CheckStatus::Skip))) " not looked at. Made " (when::ago(latest.made_at, view.now)) "."
                @match latest.run_id { Some(run) => { " " a href=(href::run(run)) { "View run" } }, None => " Its run is no longer recorded." }
            }
            @if !missing.is_empty() {
                p { "Missing permissions: " @for (i, name) in missing.iter().enumerate() { @if i > 0 { ", " } code { (shown(name, 120)) } } "." }
            }
        },
    )
}

fn changed(changes: &Changes<'_>, before: Option<&CheckReport>, view: &View<'_>) -> Markup {
    let Some(before) = before else { return html! {} };
    let names = |checks: &[&Check]| {
        html! {
            ul { @for check in checks { li { (check.key.label()) @if let Some(words) = check.words() { span.quiet { " " (words) } } } } }
        }
    };
    card(
        "changes",
        "Since the last report",
        &html! { span.quiet { (when::ago(before.made_at, view.now)) } },
        &html! {
            @if !changes.any() { p.quiet { "Nothing changed." } }
            @if !changes.fixed.is_empty() { p { (badge(&CheckStatus::Pass)) " Works now:" } (names(&changes.fixed)) }
            @if !changes.broken.is_empty() { p { (badge(&CheckStatus::Fail)) " No longer as it was:" } (names(&changes.broken)) }
        },
    )
}

fn part(latest: &CheckReport, group: CheckGroup) -> Markup {
    let checks: Vec<&Check> = latest.report.checks.iter().filter(|check| check.key.group() == group).collect();
    let columns = [Column("Check", false), Column("Result", false), Column("What it means", false), Column("Took", true)];
    let source = latest.report.granted_from.as_deref().map(GrantSource::from_code);
    let content = html! {
        @if checks.is_empty() { p.quiet { "Not looked at." } }
        @else {
            (table(group.label(), &columns, &html! { @for check in &checks { (line(latest, check)) } }))
        }
        @if group == CheckGroup::Permissions && let Some(granted) = &latest.report.granted {
            details {
                summary { (counted(i64::try_from(granted.len()).unwrap_or(0), "permission", "permissions")) " granted" @if source == Some(GrantSource::Token) { ", as the token says" } }
                ul { @for name in granted { li { code { (shown(name, 120)) } } } }
            }
        }
    };
    card(&format!("checks-{}", group.label().to_lowercase().replace(' ', "-")), group.label(), &html! {}, &content)
}

fn line(latest: &CheckReport, check: &Check) -> Markup {
    let meaning = html! {
        @if let Some(words) = check.words() { (shown(&words, 300)) }
        @if let Some(words) = figure_words(check) { " " (words) }
        @if !check.missing.is_empty() {
            span.below { "Missing: " @for (i, name) in check.missing.iter().enumerate() { @if i > 0 { ", " } code { (shown(name, 120)) } } }
        }
        @if let Some(code) = check.code.as_deref().filter(|_| check.status == CheckStatus::Fail) {
            @if Code::from_code(code) != Code::Unknown { (steps_of_check(code, latest.tenant_id)) }
        }
    };
    row(
        check.key.as_str(),
        &html! {
            (head(&html! { (check.key.label()) }))
            (cell("Result", &badge(&check.status)))
            (cell("What it means", &meaning))
            (figure("Took", &html! { @if check.ms > 0 { (number(check.ms)) " ms" } @else { span.quiet { "–" } } }))
        },
    )
}

fn figure_words(check: &Check) -> Option<String> {
    let figure = check.figure?;
    match (check.key.as_str(), Reason::from_code(check.code.as_deref().unwrap_or_default())) {
        (CheckKey::CREDENTIAL, _) => Some(format!("It ends in {}.", counted(figure, "day", "days"))),
        (CheckKey::CLOCK, Reason::ClockApart) => Some(format!("They are {} apart.", counted(figure.abs(), "second", "seconds"))),
        _ => None,
    }
}

/// The colour of a report in a list.
pub(super) fn tone(report: &CheckReport) -> Tone {
    report.report.worst().badge().tone
}
