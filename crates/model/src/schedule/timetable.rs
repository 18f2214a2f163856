//! When a cadence is due in a zone.
//!
//! Fixed times (`02:30`, `0 2,14 * * *`) are due once for each day that has them: when the clocks skip one, at the first instant
//! after the gap; when they repeat one, at its first pass; a day that a zone leaves out altogether has none. Intervals (`*/15 * * *
//! *`, `0 * * * *`) follow the time that passes: nothing in a gap, both passes of a repeated hour.

use croner::Cron;
use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::cadence::{self, Cadence};
use super::{Occurrence, Zone};
use crate::time::Moment;

/// Lists of fixed times are followed one by one up to so many times a day; a longer list is an interval.
const TIMES: usize = 96;
/// Changes of the clocks that a search may go beyond.
const CHANGES: usize = 1_000;

/// A cadence in a zone, ready to be asked.
#[derive(Debug, Clone)]
pub struct Timetable {
    /// One pattern for each fixed time, or the pattern of an interval.
    patterns: Vec<Cron>,
    fixed: bool,
    zone: Zone,
}

impl Timetable {
    /// The timetable of a cadence in a zone.
    #[must_use]
    pub fn new(cadence: &Cadence, zone: &Zone) -> Self {
        let texts = match cadence {
            Cadence::Daily { at } => vec![format!("{} {} * * *", at.minute, at.hour)],
            Cadence::Weekly { days, at } => {
                let days: Vec<String> = days.as_slice().iter().map(|day| (*day as u8 + 1).to_string()).collect();
                vec![format!("{} {} * * {}", at.minute, at.hour, days.join(","))]
            }
            Cadence::Cron { text } => one_by_one(text.as_str()).unwrap_or_else(|| vec![text.as_str().to_owned()]),
        };
        let fixed = !matches!(cadence, Cadence::Cron { text } if one_by_one(text.as_str()).is_none());
        let patterns = texts.iter().filter_map(|text| cadence::parse(text).ok()).collect();
        Self { patterns, fixed, zone: zone.clone() }
    }

    /// The first occurrence after that moment; `None` when the calendar ends before it.
    #[must_use]
    pub fn next_after(&self, after: Moment) -> Option<Occurrence> {
        let from = zoned(after, self.zone.rules())?;
        let found = self.patterns.iter().filter_map(|cron| self.next_of(cron, from.clone())).min()?;
        Some(self.occurrence(&found))
    }

    fn next_of(&self, cron: &Cron, mut from: Zoned) -> Option<Zoned> {
        loop {
            let found = cron.find_next_occurrence(&from, false).ok().or_else(|| self.after_a_wide_gap(cron, &from))?;
            // Beside what fits, the library gives the first instant after a gap: also after a day that the zone left out, where
            // nothing was meant that is due on the next.
            if !self.fixed || cron.is_time_matching(&found).unwrap_or(false) || self.meant(&found).is_some() {
                return Some(found);
            }
            from = found;
        }
    }

    /// The first `n` occurrences after that moment.
    #[must_use]
    pub fn upcoming(&self, after: Moment, n: usize) -> Vec<Occurrence> {
        let mut all = Vec::with_capacity(n);
        let mut from = after;
        while all.len() < n {
            let Some(next) = self.next_after(from) else { break };
            from = next.at;
            all.push(next);
        }
        all
    }

    /// The library gives up where the next time falls into a gap of more than two hours (a day that the zone left out, three hours in
    /// north-east Greenland in 1996); there is nothing before that gap then, so the search goes on at its end.
    fn after_a_wide_gap(&self, cron: &Cron, from: &Zoned) -> Option<Zoned> {
        let rules = self.zone.rules();
        let changes = rules.following(from.timestamp()).take(CHANGES);
        let found = |at: jiff::Timestamp| {
            let end = at.to_zoned(rules.clone());
            if self.fixed && self.meant(&end).is_some() { Some(end) } else { cron.find_next_occurrence(&end, true).ok() }
        };
        changes.into_iter().find_map(|change| found(change.timestamp()))
    }

    fn occurrence(&self, found: &Zoned) -> Occurrence {
        let at = Moment::from_micros(found.timestamp().as_microsecond());
        let civil = found.datetime();
        let local =
            if self.fixed { words(self.meant(found).unwrap_or(civil)) } else { format!("{}{}", words(civil), pass(found)) };
        Occurrence { at, local }
    }

    /// The first time that was meant and skipped, when `found` is the first instant after a gap in which there was one.
    fn meant(&self, found: &Zoned) -> Option<DateTime> {
        let before = found.timestamp() - jiff::SignedDuration::from_secs(60);
        let last = before.to_zoned(self.zone.rules().clone()).datetime();
        let gap = found.datetime().duration_since(last).as_mins();
        // A day that is left out as a whole is none; one that lacks a part has what was meant in it.
        let days = [last.date(), found.date()];
        let skipped = (1..gap).filter_map(|n| last.checked_add(jiff::SignedDuration::from_mins(n)).ok());
        let skipped = skipped.filter(|time| days.contains(&time.date()));
        // Asked in UTC, which skips nothing: whether a pattern fits a time is a matter of the calendar alone.
        let fits = |time: &DateTime| {
            let utc = time.to_zoned(TimeZone::UTC);
            utc.is_ok_and(|utc| self.patterns.iter().any(|cron| cron.is_time_matching(&utc).unwrap_or(false)))
        };
        skipped.into_iter().find(fits)
    }
}

fn zoned(moment: Moment, rules: &TimeZone) -> Option<Zoned> {
    jiff::Timestamp::from_microsecond(moment.micros()).ok().map(|at| at.to_zoned(rules.clone()))
}

fn words(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// `+1` on the second pass through a time that the clocks repeat.
fn pass(found: &Zoned) -> &'static str {
    let ambiguous = found.time_zone().to_ambiguous_zoned(found.datetime());
    let second = ambiguous.is_ambiguous() && ambiguous.earlier().is_ok_and(|first| first.timestamp() < found.timestamp());
    if second { "+1" } else { "" }
}

/// A pattern whose minutes and hours are numbers: a pattern for each of its times.
fn one_by_one(text: &str) -> Option<Vec<String>> {
    let (minutes, rest) = text.split_once(' ')?;
    let (hours, days) = rest.split_once(' ')?;
    let numbers = |list: &str| list.split(',').map(|n| n.parse::<u8>().ok()).collect::<Option<Vec<u8>>>();
    let (minutes, hours) = (numbers(minutes)?, numbers(hours)?);
    if minutes.len() * hours.len() > TIMES {
        return None;
    }
    let each = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| format!("{minute} {hour} {days}")));
    Some(each.collect())
}
