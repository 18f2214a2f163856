//! Reports: what is kept of tenants, written down as a document. A document is a row of [`Block`]s, so that it can be made, stored,
//! sent and shown a piece at a time; it becomes a page, Markdown or JSON without being read as a whole.
//!
//! Here it is said what the reports are ([`ReportKind`], [`ReportHead`]), how one object is told ([`configuration`], [`change`],
//! [`finding`], [`readiness`]), and how a document becomes Markdown ([`markdown`]). `store::reports` reads what is told.

mod block;
pub mod change;
pub mod configuration;
pub mod finding;
mod head;
mod kind;
pub mod markdown;
mod period;
pub mod readiness;

pub use block::{Block, ContentsLine, LONGEST_CELL};
pub use head::{Report, ReportHead};
pub use kind::{ReportFormat, ReportKind};
pub use period::{BadPeriod, MOST_DAYS, Period, USUAL_DAYS};

use crate::time::Moment;

/// Objects, changes or findings that a report tells of one tenant at most: a large tenant does not take the place of the others.
pub const MOST_TOLD: u64 = 20_000;
/// About how many bytes the blocks of a report have at most ([`Block::size`]).
pub const MOST_BYTES: usize = 250_000_000;
/// Tenants that a report speaks of at most.
pub const MOST_TENANTS: usize = 1_000;

/// A moment as documents tell it: they are read in other places and at other times, so they say the zone.
#[must_use]
pub fn at(moment: Moment) -> String {
    format!("{} UTC", moment.to_utc_words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::number;

    #[test]
    fn the_documentation_tells_every_bound_as_it_is() {
        let told = include_str!("../../../docs/REPORTS.md");
        let figure = |value: usize| number(i64::try_from(value).unwrap());
        let bounds = [
            ("objects, changes or findings of one tenant in a report", figure(usize::try_from(MOST_TOLD).unwrap())),
            ("size of one report", figure(MOST_BYTES)),
            ("tenants of one report", figure(MOST_TENANTS)),
            ("settings of one object; assignments of one object", figure(configuration::MOST_SETTINGS)),
            ("characters of a cell", figure(LONGEST_CELL)),
            ("settings told of one change", figure(change::MOST_LINES)),
            ("days of a period", figure(usize::try_from(MOST_DAYS).unwrap())),
        ];
        for (what, bound) in bounds {
            let row = told.lines().find(|line| line.starts_with(&format!("| {what} | "))).unwrap_or_else(|| panic!("{what}"));
            assert!(row.contains(&bound), "{row} does not say {bound}");
        }
    }
}
