//! Cases with answers that can be checked by hand.

use model::schedule::{Cadence, CronText, TimeOfDay, Timetable, Zone};
use model::time::Moment;

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn daily(at: &str, zone: &str) -> Timetable {
    Timetable::new(&Cadence::Daily { at: TimeOfDay::parse(at).unwrap() }, &Zone::parse(zone).unwrap())
}

fn cron(text: &str, zone: &str) -> Timetable {
    Timetable::new(&Cadence::Cron { text: CronText::parse(text).unwrap() }, &Zone::parse(zone).unwrap())
}

fn fires(table: &Timetable, after: &str, n: usize) -> Vec<(String, String)> {
    table.upcoming(moment(after), n).into_iter().map(|o| (o.at.to_string(), o.local)).collect()
}

fn expect(table: &Timetable, after: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(at, local)| (moment(at).to_string(), (*local).to_owned())).collect();
    assert_eq!(fires(table, after, expected.len()), expected);
}

#[test]
fn t4_a_time_that_the_clocks_skip_is_due_at_the_first_instant_after() {
    expect(
        &daily("02:30", "Europe/Berlin"),
        "2026-03-28T12:00:00Z",
        &[("2026-03-29T01:00:00Z", "2026-03-29T02:30"), ("2026-03-30T00:30:00Z", "2026-03-30T02:30")],
    );
    expect(
        &daily("02:30", "America/New_York"),
        "2026-03-07T12:00:00Z",
        &[("2026-03-08T07:00:00Z", "2026-03-08T02:30"), ("2026-03-09T06:30:00Z", "2026-03-09T02:30")],
    );
}

#[test]
fn t4_a_time_that_the_clocks_repeat_is_due_once_at_its_first_pass() {
    expect(
        &daily("02:30", "Europe/Berlin"),
        "2026-10-24T12:00:00Z",
        &[("2026-10-25T00:30:00Z", "2026-10-25T02:30"), ("2026-10-26T01:30:00Z", "2026-10-26T02:30")],
    );
    expect(
        &daily("01:30", "America/New_York"),
        "2026-10-31T12:00:00Z",
        &[("2026-11-01T05:30:00Z", "2026-11-01T01:30"), ("2026-11-02T06:30:00Z", "2026-11-02T01:30")],
    );
}

#[test]
fn t4_hours_and_quarters_follow_the_time_that_passes() {
    let count = |table: &Timetable, from: &str, to: &str| {
        let to = moment(to);
        let all = table.upcoming(moment(from), 200);
        let keys: std::collections::BTreeSet<_> = all.iter().map(|o| o.local.clone()).collect();
        assert_eq!(keys.len(), all.len(), "each has its own key");
        all.iter().filter(|o| o.at <= to).count()
    };
    let hourly = cron("0 * * * *", "Europe/Berlin");
    assert_eq!(count(&hourly, "2026-03-28T22:59:00Z", "2026-03-29T21:59:00Z"), 23);
    assert_eq!(count(&hourly, "2026-10-24T21:59:00Z", "2026-10-25T22:59:00Z"), 25);
    let quarters = cron("*/15 * * * *", "Europe/Berlin");
    assert_eq!(count(&quarters, "2026-03-28T22:59:00Z", "2026-03-29T21:59:00Z"), 92);
    assert_eq!(count(&quarters, "2026-10-24T21:59:00Z", "2026-10-25T22:59:00Z"), 100);
}

#[test]
fn t4_a_list_of_times_is_fixed_times() {
    expect(
        &cron("30 2,14 * * *", "Europe/Berlin"),
        "2026-03-28T14:00:00Z",
        &[("2026-03-29T01:00:00Z", "2026-03-29T02:30"), ("2026-03-29T12:30:00Z", "2026-03-29T14:30")],
    );
    expect(
        &cron("0,30 2 * * *", "Europe/Berlin"),
        "2026-03-28T14:00:00Z",
        &[("2026-03-29T01:00:00Z", "2026-03-29T02:00"), ("2026-03-30T00:00:00Z", "2026-03-30T02:00")],
    );
}

#[test]
fn t5_odd_zones() {
    // Half an hour: 02:00 becomes 02:30.
    expect(&daily("02:10", "Australia/Lord_Howe"), "2026-10-03T00:00:00Z", &[("2026-10-03T15:30:00Z", "2026-10-04T02:10")]);
    // Two hours: 01:00 UTC becomes 03:00 local.
    expect(&daily("02:30", "Antarctica/Troll"), "2026-03-28T12:00:00Z", &[("2026-03-29T01:00:00Z", "2026-03-29T02:30")]);
    // The day that Samoa left out has no occurrence.
    expect(
        &daily("12:00", "Pacific/Apia"),
        "2011-12-29T00:00:00Z",
        &[("2011-12-29T22:00:00Z", "2011-12-29T12:00"), ("2011-12-30T22:00:00Z", "2011-12-31T12:00")],
    );
    // Midnight that is skipped: Santiago goes from 24:00 on the 5th to 01:00 on the 6th.
    expect(&daily("00:30", "America/Santiago"), "2026-09-05T12:00:00Z", &[("2026-09-06T04:00:00Z", "2026-09-06T00:30")]);
}

#[test]
fn a_pattern_for_leap_days_waits_for_one() {
    expect(&cron("0 6 29 2 *", "UTC"), "2026-01-01T00:00:00Z", &[("2028-02-29T06:00:00Z", "2028-02-29T06:00")]);
}
