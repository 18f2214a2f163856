//! How long the rest will take.

use std::time::Duration;

#[cfg(test)]
use super::service::Rate;

/// What an estimate is made from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pace {
    /// Units of one request.
    pub(crate) cost: u32,
    /// Units that may be in a window.
    pub(crate) limit: u32,
    pub(crate) window: Duration,
    /// In how long units that count now will be free again.
    pub(crate) timetable: Vec<(Duration, u32)>,
    /// Requests that were answered so far, and how long requests were in flight for them.
    pub(crate) answered: u64,
    pub(crate) busy: Duration,
}

impl Pace {
    /// The pace where there is no quota.
    pub(crate) const fn unlimited(answered: u64, busy: Duration) -> Self {
        Self { cost: 1, limit: u32::MAX, window: Duration::ZERO, timetable: Vec::new(), answered, busy }
    }

    /// The pace of a quota in which nothing happened yet.
    #[cfg(test)]
    fn fresh(rate: Rate) -> Self {
        Self { cost: 1, limit: rate.units, window: rate.window, timetable: Vec::new(), answered: 0, busy: Duration::ZERO }
    }

    /// Until when the last of so many requests will be answered. `None` while nothing tells.
    pub(crate) fn until(&self, requests: u64) -> Option<Duration> {
        if requests == 0 {
            return Some(Duration::ZERO);
        }
        let each = self.each();
        let quota = self.quota(requests.saturating_mul(u64::from(self.cost)))?;
        match each {
            None if quota.is_zero() => None,
            None => Some(quota),
            // The last window's requests take their time after it has opened.
            Some(each) => Some((quota + each * self.in_last_window(requests)).max(each * count(requests))),
        }
    }

    /// The time that one request adds when nothing holds it back.
    fn each(&self) -> Option<Duration> {
        (self.answered > 0).then(|| self.busy / count(self.answered))
    }

    /// When the quota lets the last of so many units through.
    fn quota(&self, wanted: u64) -> Option<Duration> {
        let limit = u64::from(self.limit);
        if limit == 0 {
            return None;
        }
        let used: u64 = self.timetable.iter().map(|(_, units)| u64::from(*units)).sum();
        let free = limit.saturating_sub(used);
        if wanted <= free {
            return Some(Duration::ZERO);
        }
        // Each unit that is used now is free again at its time, and every window after it; those that are free now will be used now.
        let nth = wanted - free - 1;
        let (round, mut place) = (nth / limit, nth % limit);
        let spare = used.saturating_sub(limit);
        place += spare;
        let mut slots = self.timetable.clone();
        slots.push((self.window, u32::try_from(free).unwrap_or(u32::MAX)));
        slots.sort_by_key(|(until, _)| *until);
        for (until, units) in slots {
            if place < u64::from(units) {
                return Some(until + self.window * count(round));
            }
            place -= u64::from(units);
        }
        Some(self.window * (count(round) + 1))
    }

    fn in_last_window(&self, requests: u64) -> u32 {
        let limit = u64::from(self.limit / self.cost.max(1)).max(1);
        count(requests.min((requests - 1) % limit + 1))
    }
}

fn count(requests: u64) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { units: 1000, window: Duration::from_secs(20) };

    #[test]
    fn from_a_full_quota_it_is_a_window_for_each_thousand_after_the_first() {
        let seconds = |requests| Pace::fresh(RATE).until(requests).map(|time| time.as_secs());
        assert_eq!(seconds(0), Some(0));
        assert_eq!(seconds(1000), None, "nothing tells how long an answer takes");
        assert_eq!(seconds(1001), Some(20));
        assert_eq!(seconds(5000), Some(80));
        assert_eq!(seconds(5001), Some(100));
    }

    #[test]
    fn what_costs_more_takes_longer() {
        let pace = Pace { cost: 3, ..Pace::fresh(RATE) };
        assert_eq!(pace.until(1000), Some(Duration::from_secs(40)), "three thousand units");
    }

    #[test]
    fn what_was_sent_counts_until_its_window_is_over() {
        let timetable = vec![(Duration::from_secs(5), 600), (Duration::from_secs(15), 300)];
        let pace = Pace { timetable, ..Pace::fresh(RATE) };
        assert_eq!(pace.quota(100), Some(Duration::ZERO));
        assert_eq!(pace.quota(101), Some(Duration::from_secs(5)));
        assert_eq!(pace.quota(701), Some(Duration::from_secs(15)));
        assert_eq!(pace.quota(1001), Some(Duration::from_secs(20)));
        assert_eq!(pace.quota(1101), Some(Duration::from_secs(25)));
    }

    #[test]
    fn without_a_quota_in_the_way_the_measured_pace_counts() {
        let pace = Pace { answered: 100, busy: Duration::from_secs(1), ..Pace::fresh(RATE) };
        assert_eq!(pace.until(500), Some(Duration::from_secs(5)));
        assert_eq!(pace.until(1500), Some(Duration::from_secs(25)));
        let slow = Pace { answered: 10, busy: Duration::from_secs(10), ..Pace::fresh(RATE) };
        assert_eq!(slow.until(2000), Some(Duration::from_secs(2000)));
    }
}
