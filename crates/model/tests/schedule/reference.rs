//! The slow reference: every local minute of a stretch of time is turned into local time and looked at. Written from the rules, without
//! the code under test: it shares only the time zone database.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::schedule::Occurrence;
use model::time::Moment;

/// A rule, in the reference's own form.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) text: &'static str,
    pub(crate) minutes: BTreeSet<i8>,
    pub(crate) hours: BTreeSet<i8>,
    /// Days of the week, Monday 1; empty: every day.
    pub(crate) days: BTreeSet<i8>,
    pub(crate) fixed: bool,
}

impl Rule {
    fn fits(&self, time: DateTime) -> bool {
        self.minutes.contains(&time.minute())
            && self.hours.contains(&time.hour())
            && (self.days.is_empty() || self.days.contains(&time.weekday().to_monday_one_offset()))
    }
}

/// The rules that are tried: fixed times by day, by weekday and as a list; intervals by hour and by quarter of an hour.
pub(crate) fn rules() -> Vec<Rule> {
    let set = |values: &[i8]| values.iter().copied().collect::<BTreeSet<i8>>();
    let fixed = |text, minutes: &[i8], hours: &[i8], days: &[i8]| Rule {
        text,
        minutes: set(minutes),
        hours: set(hours),
        days: set(days),
        fixed: true,
    };
    let all: Vec<i8> = (0..24).collect();
    let interval = |text, minutes: &[i8]| Rule { fixed: false, ..fixed(text, minutes, &all, &[]) };
    vec![
        fixed("30 2 * * *", &[30], &[2], &[]),
        fixed("0 0 * * *", &[0], &[0], &[]),
        fixed("30 23 * * *", &[30], &[23], &[]),
        fixed("15 0 * * 7", &[15], &[0], &[7]),
        fixed("10,40 1,2,3 * * *", &[10, 40], &[1, 2, 3], &[]),
        interval("0 * * * *", &[0]),
        interval("*/15 * * * *", &[0, 15, 30, 45]),
    ]
}

/// What is due after `from` and not after `to`.
pub(crate) fn due(rule: &Rule, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Occurrence> {
    let minute = SignedDuration::from_secs(60);
    // Where the clocks are half a minute off (Liberia, until 1972), local minutes begin between those of UTC.
    let even = [from, to].iter().all(|at| at.to_zoned(zone.clone()).offset().seconds() % 60 == 0);
    let step = if even { minute } else { minute / 2 };
    let mut found = Vec::new();
    // Two days of local times that were seen, so that a second pass is known as one.
    let mut seen: BTreeSet<DateTime> = BTreeSet::new();
    let mut at = from - SignedDuration::from_hours(48);
    let shown = |at: Timestamp| at.to_zoned(zone.clone()).datetime().with().second(0).build().unwrap();
    let mut last = shown(at - step);
    while at <= to {
        let now = shown(at);
        if now == last {
            // Still the same minute on the wall: its first instant counts.
            at += step;
            continue;
        }
        let again = !seen.insert(now);
        let mut meant = None;
        if rule.fixed {
            // What the clocks skipped of a day of which a part was: the day before the gap, or the one after.
            let mut skipped = last.checked_add(minute).unwrap();
            while skipped < now {
                if (skipped.date() == now.date() || skipped.date() == last.date()) && rule.fits(skipped) && meant.is_none() {
                    meant = Some(skipped);
                }
                skipped = skipped.checked_add(minute).unwrap();
            }
            if meant.is_none() && rule.fits(now) && !again {
                meant = Some(now);
            }
        } else if rule.fits(now) {
            meant = Some(now);
        }
        if let Some(meant) = meant.filter(|_| at > from) {
            let pass = if again && !rule.fixed { "+1" } else { "" };
            let local = format!("{}{pass}", meant.strftime("%Y-%m-%dT%H:%M"));
            found.push(Occurrence { at: Moment::from_micros(at.as_microsecond()), local });
        }
        last = now;
        at += step;
    }
    found
}
