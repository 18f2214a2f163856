//! What is used of one limit.

use std::collections::VecDeque;
use std::time::Duration;

use model::time::Moment;

use super::limits::Rate;

/// Into how many parts a window's time is cut. A request is forgotten when its part leaves the window: up to one part early, never
/// late.
const PARTS: i64 = 50;

/// What a request does to a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Taken {
    /// It is within the limit.
    pub(super) fits: bool,
    /// The part of the limit that is used with it; may be above 1.
    pub(super) used: f64,
    /// When it is not within: after how long a request of that cost would be, if none came until then.
    pub(super) wait: Duration,
}

/// How a limit is measured.
#[derive(Debug)]
pub(super) enum Meter {
    /// No more than so many in any window; counts by the part of time in which they came.
    Window { parts: VecDeque<(i64, u32)>, total: u64 },
    /// A bucket that fills up at a steady rate.
    Bucket { level: f64, at: Moment },
}

impl Meter {
    pub(super) const fn window() -> Self {
        Self::Window { parts: VecDeque::new(), total: 0 }
    }

    pub(super) fn bucket(rate: Rate, now: Moment) -> Self {
        Self::Bucket { level: f64::from(rate.count), at: now }
    }

    /// Counts a request. One that does not fit is counted too: repeating at once makes it worse.
    pub(super) fn take(&mut self, rate: Rate, cost: u32, now: Moment) -> Taken {
        let limit = f64::from(rate.count.max(1));
        match self {
            Self::Window { parts, total } => {
                let span = micros(rate.per).max(PARTS);
                let part = span / PARTS;
                let gone = now.micros() - span;
                while let Some((start, count)) = parts.front().copied()
                    && start <= gone
                {
                    *total -= u64::from(count);
                    parts.pop_front();
                }
                let start = now.micros().div_euclid(part) * part;
                match parts.back_mut() {
                    Some((last, count)) if *last == start => *count = count.saturating_add(cost),
                    _ => parts.push_back((start, cost)),
                }
                *total += u64::from(cost);
                let fits = *total <= u64::from(rate.count);
                let wait = if fits { Duration::ZERO } else { room_after(parts, *total, rate.count, cost, span, now) };
                Taken { fits, used: *total as f64 / limit, wait }
            }
            Self::Bucket { level, at } => {
                let per_micro = limit / micros(rate.per).max(1) as f64;
                let passed = now.since(*at).as_micros() as f64;
                *level = (*level + passed * per_micro).min(limit);
                *at = now;
                let fits = *level >= f64::from(cost);
                // The percentage that Graph tells ends at 1.8: so much below empty a bucket goes.
                *level = (*level - f64::from(cost)).max(-0.8 * limit);
                let wait = if fits { 0.0 } else { (f64::from(cost) - *level) / per_micro };
                Taken { fits, used: (limit - *level) / limit, wait: Duration::from_micros(wait as u64) }
            }
        }
    }

    /// Whether nothing is used any more.
    pub(super) fn is_idle(&self, rate: Rate, now: Moment) -> bool {
        match self {
            Self::Window { parts, .. } => parts.back().is_none_or(|(start, _)| *start <= now.micros() - micros(rate.per)),
            Self::Bucket { level, at } => {
                let passed = now.since(*at).as_secs_f64() / rate.per.as_secs_f64().max(1e-6);
                *level + passed * f64::from(rate.count) >= f64::from(rate.count)
            }
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// When so much has left the window that the cost fits.
fn room_after(parts: &VecDeque<(i64, u32)>, total: u64, limit: u32, cost: u32, span: i64, now: Moment) -> Duration {
    let mut left = total;
    for (start, count) in parts {
        left -= u64::from(*count);
        if left + u64::from(cost) <= u64::from(limit) {
            return Duration::from_micros(u64::try_from(start + span - now.micros()).unwrap_or(0));
        }
    }
    Duration::from_micros(u64::try_from(span).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Moment {
        Moment::from_micros(1_000_000_000_000 + millis * 1000)
    }

    #[test]
    fn a_window_lets_through_its_count_and_no_more() {
        let rate = Rate::new(3, 20);
        let mut meter = Meter::window();
        assert!((0..3).all(|n| meter.take(rate, 1, at(n)).fits));
        let over = meter.take(rate, 1, at(100));
        assert!(!over.fits && over.wait > Duration::from_secs(19), "{over:?}");
        // The four leave the window together, the refused one with them.
        assert!(meter.take(rate, 1, at(20_100)).fits);
        assert!(!meter.is_idle(rate, at(20_200)) && meter.is_idle(rate, at(41_000)));
    }

    #[test]
    fn who_goes_on_asking_is_not_let_in() {
        let rate = Rate::new(2, 20);
        let mut meter = Meter::window();
        let fits: Vec<bool> = (0..100).map(|second| meter.take(rate, 1, at(second * 1000)).fits).collect();
        assert_eq!(fits.iter().filter(|fits| **fits).count(), 2, "{fits:?}");
    }

    #[test]
    fn a_bucket_fills_up_steadily() {
        let rate = Rate::new(100, 10);
        let mut meter = Meter::bucket(rate, at(0));
        assert!(meter.take(rate, 100, at(0)).fits);
        let over = meter.take(rate, 1, at(0));
        assert!(!over.fits && over.used > 1.0);
        assert!(meter.take(rate, 1, at(1000)).fits, "ten a second");
        assert_eq!((0..500).filter(|_| meter.take(rate, 1, at(1000)).fits).count(), 8, "what the second gave");
        assert!((meter.take(rate, 1, at(1000)).used - 1.8).abs() < 0.01);
        assert!(!meter.is_idle(rate, at(10_000)) && meter.is_idle(rate, at(30_000)));
    }
}
