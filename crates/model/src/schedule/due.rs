//! What is due, and what of it is made up for when nobody was there to fire it.

use std::time::Duration;

use super::{Occurrence, Timetable};
use crate::codes::codes;
use crate::time::Moment;

/// An occurrence that is fired within this time is on time.
pub const GRACE: Duration = Duration::from_secs(300);
/// Occurrences that are looked at one by one.
const LOOKED_AT: usize = 1_000;

codes! {
    /// What becomes of occurrences that were missed.
    CatchUp {
        /// They are left out.
        Skip = "skip",
        /// The latest of them is made up for.
        Latest = "latest",
        /// All of them are made up for, the latest first to be kept where there are too many.
        All = "all",
    }
}

impl CatchUp {
    /// The most occurrences that a schedule may ask to be made up for at once.
    pub const MOST: u32 = 50;
}

/// Occurrences that were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omitted {
    /// The first of them.
    pub first: Occurrence,
    /// The last of them.
    pub last: Occurrence,
    /// How many, as far as they were counted.
    pub count: u64,
    /// Whether there were more than were counted.
    pub at_least: bool,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// To be fired, in order.
    pub fires: Vec<Occurrence>,
    /// Left out.
    pub omitted: Option<Omitted>,
}

impl Timetable {
    /// What is due after `last` (the last fire, or the moment from which the schedule holds) up to `now`. The latest occurrence is
    /// fired under every policy when it is on time; `bound` holds for [`CatchUp::All`]. A clock that stands before `last` makes
    /// nothing due.
    #[must_use]
    pub fn due(&self, last: Moment, now: Moment, catch_up: CatchUp, bound: u32) -> Due {
        let (mut due, earlier) = self.latest(last, now);
        let Some(newest) = due.pop() else { return Due::default() };
        let on_time = now.since(newest.at) <= GRACE;
        let keep = match catch_up {
            CatchUp::All => bound.clamp(1, CatchUp::MOST) as usize,
            CatchUp::Latest => usize::from(!on_time),
            CatchUp::Skip | CatchUp::Unknown => 0,
        };
        let mut fires = Vec::new();
        if on_time {
            fires.push(newest);
        } else {
            due.push(newest);
        }
        let made_up = due.split_off(due.len().saturating_sub(keep));
        fires.splice(0..0, made_up);
        let omitted = due.last().cloned().map(|last| Omitted {
            first: earlier.clone().unwrap_or_else(|| due.first().cloned().unwrap_or_else(|| last.clone())),
            count: due.len() as u64 + u64::from(earlier.is_some()),
            at_least: earlier.is_some(),
            last,
        });
        Due { fires, omitted }
    }

    /// The latest occurrences in that time, in order; and the first of all when there are more than are looked at.
    fn latest(&self, last: Moment, now: Moment) -> (Vec<Occurrence>, Option<Occurrence>) {
        let first = self.next_after(last).filter(|first| first.at <= now);
        let Some(first) = first else { return (Vec::new(), None) };
        let mut reach = Duration::from_secs(3600);
        loop {
            let from = now.minus(reach);
            let whole = from <= last;
            let found = self.between(if whole { last } else { from }, now);
            if whole && found.len() < LOOKED_AT {
                return (found, None);
            }
            // Enough to choose from; looking at all of a year of minutes would take a while.
            if found.len() > CatchUp::MOST as usize + 1 {
                let earlier = found.first().filter(|found| found.at > first.at).is_some();
                return (found, earlier.then_some(first));
            }
            reach *= 8;
        }
    }

    fn between(&self, after: Moment, until: Moment) -> Vec<Occurrence> {
        let mut found = Vec::new();
        let mut from = after;
        while let Some(next) = self.next_after(from).filter(|next| next.at <= until) {
            from = next.at;
            found.push(next);
        }
        found
    }
}
