//! What a run asked of Microsoft Graph.

use std::time::Duration;

use maud::{Markup, html};
use model::run::{Call, CallTotal, WaitCause};
use model::time::duration_words;

use super::advice::code_words;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::text::{self, number};
use crate::when;

/// The trace of a run: all requests by path, and some of them one by one.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    /// All requests, by path and method, most first.
    pub totals: Vec<CallTotal>,
    /// Requests, in the order in which they ended.
    pub calls: Vec<Call>,
    /// Whether more were kept than `calls`.
    pub more: bool,
}

/// The part of the run's page that tells of them; closed until somebody asks.
pub(super) fn requests(requests: &Requests) -> Markup {
    let all: i64 = requests.totals.iter().map(|total| total.calls).sum();
    html! {
        details {
            summary { (text::counted(all, "request to Microsoft Graph", "requests to Microsoft Graph")) }
            p.quiet { "Paths and figures only: what was asked for and what came is not kept here." }
            (totals(&requests.totals))
            @if !requests.calls.is_empty() {
                h3 { "One by one" }
                @if requests.more { p.quiet { "Only the first are shown. The API gives all that were kept: the first 500, the slowest, and failed ones." } }
                (calls(&requests.calls))
            }
        }
    }
}

fn totals(totals: &[CallTotal]) -> Markup {
    let columns = [
        Column("Path", false),
        Column("Requests", true),
        Column("In batches", true),
        Column("Failed", true),
        Column("Throttled", true),
        Column("Half within", true),
        Column("Longest", true),
        Column("Received", true),
        Column("Waited", true),
    ];
    let rows = html! {
        @for total in totals {
            (row(format!("{} {}", total.method, total.path), &html! {
                (head(&html! { code.wrap { (text::shown(&format!("{} {}", total.method, total.path), text::NAME)) } }))
                (figure("Requests", &html! { (number(total.calls)) }))
                (figure("In batches", &html! { (number(total.batched)) }))
                (figure("Failed", &html! { @if total.failed > 0 { span.danger { (number(total.failed)) } } @else { "0" } }))
                (figure("Throttled", &html! { @if total.throttled > 0 { span.warning { (number(total.throttled)) } } @else { "0" } }))
                (figure("Half within", &html! { (millis(total.ms_median)) }))
                (figure("Longest", &html! { (millis(total.ms_longest)) }))
                (figure("Received", &html! { @if total.batched < total.calls { (text::bytes(total.bytes)) } @else { span.quiet { "–" } } }))
                (figure("Waited", &html! { (millis(total.waited_ms)) }))
            }))
        }
    };
    table("Requests by path", &columns, &rows)
}

fn calls(calls: &[Call]) -> Markup {
    let columns = [
        Column("Path", false),
        Column("Sent", false),
        Column("Answer", false),
        Column("Took", true),
        Column("Received", true),
        Column("Waited before", false),
        Column("Microsoft's request id", false),
    ];
    let rows = html! {
        @for (place, call) in calls.iter().enumerate() {
            (row(place, &html! {
                (head(&html! {
                    code.wrap { (text::shown(&format!("{} {}", call.method, call.path), text::NAME)) }
                    @if call.parts > 0 { " " (text::counted(call.parts, "request in it", "requests in it")) }
                }))
                (cell("Sent", &html! { (when::at(call.at)) }))
                (cell("Answer", &html! {
                    @match call.status { Some(status) => (status), None => "none" }
                    @if let Some(code) = call.code { " " span.quiet { (code_words(code.code())) } }
                }))
                (figure("Took", &html! { (millis(call.ms)) }))
                (figure("Received", &html! { @if call.bytes > 0 { (text::bytes(call.bytes)) } @else { span.quiet { "–" } } }))
                (cell("Waited before", &html! {
                    @if call.waited_ms > 0 { (millis(call.waited_ms)) " " (cause(call.wait)) } @else { span.quiet { "–" } }
                }))
                (cell("Microsoft's request id", &html! {
                    @match &call.request_id { Some(id) => code.wrap { (text::shown(id, 64)) }, None => span.quiet { "–" } }
                }))
            }))
        }
    };
    table("Requests one by one", &columns, &rows)
}

const fn cause(wait: WaitCause) -> &'static str {
    match wait {
        WaitCause::None | WaitCause::Unknown => "",
        WaitCause::Quota => "for quota",
        WaitCause::CoolDown => "because Microsoft asked to slow down",
        WaitCause::Retry => "before asking again",
        WaitCause::Turn => "for its turn",
    }
}

fn millis(ms: i64) -> String {
    duration_words(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}
