//! How tenants stand to a baseline: tenants × types.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::baseline::{Assignment, Totals, TypeAlignment, TypeComparison};
use model::label::Tone;
use model::resource_types;
use model::tenant::Tenant;

use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, head, row, table};
use crate::drift::{Narrowing, query};
use crate::href;
use crate::text::{NAMELESS, name, number};
use crate::when;

/// A tenant that is held against a baseline.
#[derive(Debug, Clone)]
pub struct HeatRow {
    /// The tenant.
    pub tenant: Tenant,
    /// Since when, and against which version.
    pub assignment: Assignment,
    /// How its types stand.
    pub types: Vec<TypeAlignment>,
}

impl HeatRow {
    fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        self.types.iter().filter(|one| one.state == TypeComparison::Compared).for_each(|one| sum.add(&one.totals));
        sum
    }
}

/// A share, with colour, picture and words.
fn share(totals: &Totals) -> Markup {
    match totals.percent() {
        None => html! { span.quiet { "–" } },
        Some(100) => worded(Tone::Success, Icon::Check, "100 %"),
        Some(percent) => {
            let tone = if percent >= 80 { Tone::Warning } else { Tone::Danger };
            worded(tone, Icon::Pencil, &format!("{percent} %"))
        }
    }
}

fn of_type(found: Option<&TypeAlignment>) -> Markup {
    let Some(found) = found else { return html! { span.quiet { "–" } } };
    let Totals { differs, missing, extra, .. } = found.totals;
    html! {
        @match found.state {
            TypeComparison::Compared => {
                (share(&found.totals))
                @if differs + missing + extra > 0 {
                    span.below { (number(differs)) " differ, " (number(missing)) " missing" @if extra > 0 { ", " (number(extra)) " extra" } }
                }
            },
            TypeComparison::Unread => (worded(Tone::Warning, Icon::Half, "Not fully read")),
            TypeComparison::Unsupported => (worded(Tone::Neutral, Icon::Ban, "No longer supported")),
            TypeComparison::Unknown => (worded(Tone::Neutral, Icon::Question, "Unknown")),
        }
    }
}

/// What a type is called at the head of a column.
fn label(key: &str) -> &'static str {
    resource_types::find(key).map_or("Unknown type", |kind| kind.label.as_str())
}

/// The types of a baseline, those first in which a tenant is furthest from it; then by name.
fn worst_first(rows: &[HeatRow]) -> Vec<&str> {
    let mut worst: BTreeMap<&str, i64> = BTreeMap::new();
    for one in rows.iter().flat_map(|row| &row.types) {
        // Of what was not compared nothing is known: it stands behind what is.
        let percent = if one.state == TypeComparison::Compared { one.totals.percent() } else { None };
        let share = percent.unwrap_or(UNKNOWN);
        worst.entry(&one.resource_type).and_modify(|worst| *worst = share.min(*worst)).or_insert(share);
    }
    let mut types: Vec<(i64, &str, &str)> = worst.into_iter().map(|(key, share)| (share, label(key), key)).collect();
    types.sort_unstable();
    types.into_iter().map(|(_, _, key)| key).collect()
}

/// More than every share.
const UNKNOWN: i64 = 101;

/// The table; `last`: what can be done with each tenant.
pub(super) fn heat(rows: &[HeatRow], last: impl Fn(&HeatRow) -> Markup) -> Markup {
    let types = worst_first(rows);
    let labels: Vec<&'static str> = types.iter().map(|key| label(key)).collect();
    let mut columns = vec![Column("Tenant", false), Column("Alignment", false)];
    columns.extend(labels.iter().map(|label| Column(label, false)));
    columns.push(Column("Actions", false));
    let rows = html! {
        @for one in rows {
            (row(one.tenant.id, &html! {
                (head(&html! {
                    a href=(String::from(query(one.tenant.id, &Narrowing { baseline: Some(one.assignment.baseline), ..Narrowing::default() }))) {
                        (name(&one.tenant.name, NAMELESS))
                    }
                    span.below {
                        @match one.assignment.pinned { Some(version) => { "Pinned to version " (number(version)) }, None => "Active version" }
                        @match one.assignment.compared {
                            Some((version, at)) => { " · version " (number(version)) " compared " (when::at(at)) },
                            None => " · not compared yet",
                        }
                    }
                }))
                (cell("Alignment", &html! {
                    (share(&one.totals()))
                    a.below href=(href::baseline_in(one.tenant.id, one.assignment.baseline)) aria-label={ "Gaps of " (name(&one.tenant.name, NAMELESS)) } { "Gaps" }
                }))
                @for (key, label) in types.iter().zip(&labels) {
                    (cell(label, &of_type(one.types.iter().find(|type_| type_.resource_type == *key))))
                }
                (cell("Actions", &last(one)))
            }))
        }
    };
    table("Tenants", &columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::baselines::row;

    #[test]
    fn the_type_that_is_furthest_from_the_baseline_comes_first() {
        let type_ = |key: &str, state, aligned, differs| TypeAlignment {
            resource_type: key.to_owned(),
            state,
            totals: Totals { aligned, differs, missing: 0, extra: 0 },
        };
        let one = vec![
            type_("a", TypeComparison::Compared, 9, 1),
            type_("b", TypeComparison::Compared, 10, 0),
            type_("c", TypeComparison::Unread, 0, 9),
        ];
        let other = vec![type_("b", TypeComparison::Compared, 1, 9)];
        assert_eq!(worst_first(&[row(1, one), row(2, other)]), ["b", "a", "c"]);
    }
}
