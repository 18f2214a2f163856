//! What a sync read of each resource type.

use maud::{Markup, html};
use model::coverage::{Reading, TypeState};
use model::time::duration_words;

use super::advice::code_words;
use crate::components::badge::badge;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::inventory::type_label;
use crate::text::number;

/// The part of the run's page that lists them: what was read first, then what could not be.
pub(super) fn readings(readings: &[Reading]) -> Markup {
    let columns = [
        Column("Type", false),
        Column("Result", false),
        Column("Objects", true),
        Column("Details read", true),
        Column("Pages", true),
        Column("Requests", true),
        Column("Took", true),
    ];
    let (asked, unasked): (Vec<&Reading>, Vec<&Reading>) =
        readings.iter().partition(|reading| reading.state != TypeState::NotReadableAppOnly);
    let rows = html! {
        @for reading in asked {
            (row(&reading.resource_type, &html! {
                (head(&html! { (type_label(&reading.resource_type)) }))
                (cell("Result", &html! {
                    (badge(&reading.state))
                    @if let Some(code) = &reading.failure_code { " " (code_words(code)) }
                    @if reading.every_detail && reading.state == TypeState::Complete { " " span.quiet { "every detail" } }
                }))
                (figure("Objects", &html! { (number(reading.objects)) }))
                (figure("Details read", &html! { (number(reading.details)) }))
                (figure("Pages", &html! { (number(reading.pages)) }))
                (figure("Requests", &html! { (number(reading.requests)) }))
                (figure("Took", &html! { (duration_words(reading.took)) }))
            }))
        }
    };
    html! {
        (table("Resource types", &columns, &rows))
        @if !unasked.is_empty() {
            details {
                summary { (unasked.len()) " types were not asked for: Microsoft offers no application permission for them" }
                ul { @for reading in unasked { li { (type_label(&reading.resource_type)) } } }
            }
        }
    }
}
