//! Every change of the clocks, compared with the reference.

use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::schedule::{Cadence, CronText, Occurrence, Timetable, Zone};
use model::time::Moment;

use crate::reference::{self, Rule};

/// Every kind of change there is: an hour, half an hour, two hours, a day; north and south; at midnight and before it; offsets of
/// minutes; zones without any.
const ZONES: [&str; 40] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Juba",
    "Africa/Lagos",
    "Africa/Monrovia",
    "America/Asuncion",
    "America/Caracas",
    "America/Chicago",
    "America/Godthab",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Dhaka",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
    "UTC",
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn table(rule: &Rule, zone: &str) -> Timetable {
    Timetable::new(&Cadence::Cron { text: CronText::parse(rule.text).unwrap() }, &Zone::parse(zone).unwrap())
}

fn between(table: &Timetable, from: Timestamp, to: Timestamp) -> Vec<Occurrence> {
    let (mut from, to) = (Moment::from_micros(from.as_microsecond()), Moment::from_micros(to.as_microsecond()));
    let mut found = Vec::new();
    while let Some(next) = table.next_after(from).filter(|next| next.at <= to) {
        from = next.at;
        found.push(next);
    }
    found
}

/// Compares around every change of a zone's offset in that time; gives how many changes there were.
fn compare(zone: &str, from: &str, to: &str) -> usize {
    let rules = TimeZone::get(zone).unwrap();
    let tables: Vec<(Rule, Timetable)> = reference::rules().into_iter().map(|rule| (rule.clone(), table(&rule, zone))).collect();
    let changes: Vec<Timestamp> =
        rules.following(at(from)).map(|change| change.timestamp()).take_while(|t| *t < at(to)).collect();
    for change in &changes {
        let whole = Timestamp::from_second(change.as_second().div_euclid(60) * 60).unwrap();
        let (begin, end) = (whole - SignedDuration::from_hours(30), whole + SignedDuration::from_hours(30));
        for (rule, table) in &tables {
            let expected = reference::due(rule, &rules, begin, end);
            assert_eq!(between(table, begin, end), expected, "{zone}, {} around {change}", rule.text);
        }
    }
    changes.len()
}

#[test]
fn t4_t5_the_changes_of_forty_zones_are_as_the_reference_has_them() {
    let changes: usize = ZONES.iter().map(|zone| compare(zone, "2011-12-01T00:00:00Z", "2012-12-31T00:00:00Z")).sum();
    assert!(changes > 40, "{changes}");
}

#[test]
fn t4_t5_berlin_new_york_and_the_odd_ones_for_years() {
    for zone in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Europe/Dublin"] {
        assert!(compare(zone, "2024-01-01T00:00:00Z", "2028-01-01T00:00:00Z") >= 8);
    }
}

#[test]
fn t4_what_falls_into_a_gap_of_three_hours_runs_at_its_end() {
    assert_eq!(compare("America/Danmarkshavn", "1995-12-01T00:00:00Z", "1996-12-01T00:00:00Z"), 1);
}

#[test]
fn t5_a_zone_that_was_half_a_minute_off_runs_at_the_minutes_of_its_own() {
    assert_eq!(compare("Africa/Monrovia", "1971-01-01T00:00:00Z", "1973-01-01T00:00:00Z"), 1);
}

/// Every zone there is, every change from 1970 to 2037. Takes hours in a debug build: run by `cargo xtask soak`.
#[test]
#[ignore = "takes long; run by cargo xtask soak"]
fn soak_t4_t5_every_change_of_every_zone() {
    let begun = Instant::now();
    let mut changes = 0;
    for zone in Zone::all() {
        changes += compare(&zone, "1970-01-01T00:00:00Z", "2038-01-01T00:00:00Z");
    }
    println!("{changes} changes of the clocks in {:.0} s", begun.elapsed().as_secs_f64());
}
