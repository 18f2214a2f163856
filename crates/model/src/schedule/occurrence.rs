//! One time at which a schedule is due.

use crate::time::Moment;

/// One time at which a schedule is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// When, to the minute.
    pub at: Moment,
    /// The wall-clock time that was meant, in the schedule's zone: `2026-03-29T02:30`, also when the clocks skipped it and it is due
    /// at the first instant after. The second pass through a repeated hour ends in `+1`. Stays the same when the rules of the zone
    /// change between planning and firing.
    pub local: String,
}
