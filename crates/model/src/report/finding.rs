//! Findings in a document: how many, and each in a row.

use super::configuration::{name_of, type_label};
use super::{Block, Period, at};
use crate::finding::{Finding, FindingTotals, Severity};
use crate::label::Labelled;
use crate::text::{number, shown};
use crate::time::{Moment, duration_words};

/// The heads of the columns of [`row`].
pub const COLUMNS: [&str; 8] = ["Severity", "Object", "Type", "What", "State", "Found", "Age", "Due"];

/// How many findings there are. `period`: how many were found in it, and how many were settled.
#[must_use]
pub fn totals(totals: &FindingTotals, found: i64, settled: i64) -> Block {
    let mut rows: Vec<(String, String)> = Severity::ALL
        .iter()
        .zip(totals.open)
        .rev()
        .map(|(severity, count)| (format!("Open, {}", severity.badge().word.to_lowercase()), number(count)))
        .collect();
    rows.push(("Overdue".to_owned(), number(totals.overdue)));
    rows.push(("Risk accepted".to_owned(), number(totals.accepted)));
    rows.push(("Found in the period, and still recorded".to_owned(), number(found)));
    rows.push(("Resolved or closed in the period".to_owned(), number(settled)));
    Block::Facts { rows }
}

/// A finding as a row of [`COLUMNS`].
#[must_use]
pub fn row(finding: &Finding, now: Moment) -> Vec<String> {
    let mut what = finding.kind.badge().word.to_owned();
    if !finding.property.is_empty() {
        what.push_str(": ");
        what.push_str(&shown(&finding.property, 200));
    }
    for line in finding.evidence.lines.iter().take(3) {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), |value| shown(value, 80));
        what.push_str(&format!("\n{}: {} → {}", shown(&line.path, 120), value(&line.before), value(&line.after)));
    }
    let due = match finding.due_at {
        Some(due) if finding.is_overdue(now) => format!("{} (overdue)", at(due)),
        Some(due) if finding.state.is_open() => at(due),
        _ => "–".to_owned(),
    };
    vec![
        finding.severity.badge().word.to_owned(),
        name_of(&finding.name),
        type_label(&finding.resource_type),
        what,
        finding.state.badge().word.to_owned(),
        at(finding.first_seen_at),
        duration_words(now.since(finding.first_seen_at)),
        due,
    ]
}

/// Whether a finding was found in the period.
#[must_use]
pub fn is_new(finding: &Finding, period: Period) -> bool {
    period.has(finding.first_seen_at)
}
