//! How many changes there were on each day, as a calendar: a column for each week, a square for each day.

use maud::{Markup, html};
use model::ids::TenantId;
use model::version::{ChangeDay, VersionFilter};

use super::{DAY, query};
use crate::components::table::{Column, cell, figure, row, table};
use crate::text::{counted, number};
use crate::when;

const STEP: usize = 13;
/// Days in the table beside it.
const LISTED: usize = 60;

/// The calendar and the same as a table. `days`: one after the other, the oldest first, beginning with a Monday.
pub(super) fn heat(tenant: TenantId, days: &[ChangeDay]) -> Markup {
    let most = days.iter().map(|day| day.changes).max().unwrap_or(0);
    let all: i64 = days.iter().map(|day| day.changes).sum();
    let weeks = days.len().div_ceil(7);
    let label = format!("Changes observed on each of {} days: {}", days.len(), counted(all, "change", "changes"));
    html! {
        figure.chart {
            svg.heat viewBox={ "0 0 " (weeks * STEP) " " (7 * STEP) } role="img" aria-label=(label) {
                @for (i, day) in days.iter().enumerate() {
                    rect class=(level(day.changes, most)) x=(i / 7 * STEP) y=(i % 7 * STEP) width=(STEP - 2) height=(STEP - 2) rx="2" {
                        title { (when::day(day.from)) ": " (counted(day.changes, "change", "changes")) }
                    }
                }
            }
            figcaption {
                @if let (Some(first), Some(last)) = (days.first(), days.last()) { span { (when::day(first.from)) } span { (when::day(last.from)) } }
            }
        }
        @if all > 0 {
            details {
                summary { "Days with changes" }
                (table("Days with changes", &[Column("Day", false), Column("Changes", true)], &html! {
                    @for day in days.iter().rev().filter(|day| day.changes > 0).take(LISTED) {
                        (row(when::iso_day(day.from), &html! {
                            (cell("Day", &html! { a href=(of_day(tenant, day)) { (when::day(day.from)) } }))
                            (figure("Changes", &html! { (number(day.changes)) }))
                        }))
                    }
                }))
            }
        }
    }
}

fn of_day(tenant: TenantId, day: &ChangeDay) -> String {
    let filter = VersionFilter { since: Some(day.from), until: Some(day.from.plus(DAY)), ..VersionFilter::default() };
    query(tenant, &filter).into()
}

/// A day with few changes differs from one without; the day with the most is the darkest.
fn level(changes: i64, most: i64) -> &'static str {
    match (changes, changes * 4 / most.max(1)) {
        (..=0, _) => "heat-0",
        (_, 0) => "heat-1",
        (_, 1) => "heat-2",
        (_, 2) => "heat-3",
        _ => "heat-4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_change_is_seen_beside_very_many() {
        assert_eq!((level(0, 5_000), level(1, 5_000), level(5_000, 5_000)), ("heat-0", "heat-1", "heat-4"));
        assert_eq!((level(1, 1), level(0, 0)), ("heat-4", "heat-0"));
    }
}
