//! What is made up for after nobody was there.

use std::time::Duration;

use model::schedule::{Cadence, CatchUp, CronText, GRACE, Timetable, Zone};
use model::time::Moment;
use proptest::prelude::*;

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn hourly() -> Timetable {
    Timetable::new(&Cadence::Cron { text: CronText::parse("0 * * * *").unwrap() }, &Zone::utc())
}

fn minutely() -> Timetable {
    Timetable::new(&Cadence::Cron { text: CronText::parse("* * * * *").unwrap() }, &Zone::utc())
}

#[test]
fn t3_skip_makes_up_for_nothing_latest_for_one_all_for_each() {
    let (last, now) = (moment("2026-03-01T00:00:00Z"), moment("2026-03-01T05:30:00Z"));
    let due = |catch_up, bound| {
        let due = hourly().due(last, now, catch_up, bound);
        let omitted = due.omitted.map(|omitted| (omitted.first.local, omitted.last.local, omitted.count));
        (due.fires.into_iter().map(|o| o.local[11..13].to_owned()).collect::<Vec<_>>(), omitted)
    };
    let left_out =
        |first: &str, last: &str, count| Some((format!("2026-03-01T{first}:00"), format!("2026-03-01T{last}:00"), count));
    assert_eq!(due(CatchUp::Skip, 9), (vec![], left_out("01", "05", 5)));
    assert_eq!(due(CatchUp::Latest, 9), (vec!["05".to_owned()], left_out("01", "04", 4)));
    assert_eq!(due(CatchUp::All, 9), (["01", "02", "03", "04", "05"].map(str::to_owned).to_vec(), None));
    assert_eq!(due(CatchUp::All, 2), (["04", "05"].map(str::to_owned).to_vec(), left_out("01", "03", 3)));
}

#[test]
fn t3_what_is_on_time_is_fired_under_every_policy() {
    let last = moment("2026-03-01T00:00:00Z");
    for catch_up in [CatchUp::Skip, CatchUp::Latest, CatchUp::All] {
        let on_time = hourly().due(last, moment("2026-03-01T01:00:00Z"), catch_up, 9);
        assert_eq!((on_time.fires.len(), on_time.omitted), (1, None), "{catch_up}");
        let still = hourly().due(last, moment("2026-03-01T01:00:00Z").plus(GRACE), catch_up, 9);
        assert_eq!(still.fires.len(), 1, "{catch_up}");
    }
    let two = hourly().due(last, moment("2026-03-01T02:01:00Z"), CatchUp::Latest, 9);
    assert_eq!(two.fires.len(), 1, "the one that is on time is the latest");
    assert_eq!(two.omitted.unwrap().count, 1);
}

#[test]
fn t8_a_clock_that_steps_back_makes_nothing_due() {
    let last = moment("2026-03-01T05:00:00Z");
    for back in [0, 1, 59, 60, 61, 3600, 86_400] {
        let due = minutely().due(last, last.minus(Duration::from_secs(back)), CatchUp::All, 50);
        assert_eq!(due, model::schedule::Due::default(), "{back} s");
    }
}

#[test]
fn t3_a_year_of_minutes_is_not_looked_at_one_by_one() {
    let (last, now) = (moment("2025-03-01T00:00:00Z"), moment("2026-03-01T00:00:30Z"));
    let due = minutely().due(last, now, CatchUp::All, 50);
    assert_eq!(due.fires.len(), 51, "fifty that were missed, and the one that is on time");
    let omitted = due.omitted.unwrap();
    assert!(omitted.at_least);
    assert_eq!(omitted.first.local, "2025-03-01T00:01", "the first that was left out is told");
}

proptest! {
    #[test]
    fn t3_everything_due_is_fired_or_left_out_once_and_in_order(
        away in 0_u64..200_000, bound in 1_u32..60, policy in prop::sample::select(vec![CatchUp::Skip, CatchUp::Latest, CatchUp::All]),
        text in prop::sample::select(vec!["0 * * * *", "*/7 * * * *", "30 2 * * *", "15 2,14 * * 1-5", "* 3 * * *"]),
    ) {
        let table = Timetable::new(&Cadence::Cron { text: CronText::parse(text).unwrap() }, &Zone::parse("Europe/Berlin").unwrap());
        let last = moment("2026-03-28T00:00:00Z");
        let now = last.plus(Duration::from_secs(away));
        let mut all = Vec::new();
        let mut from = last;
        while let Some(next) = table.next_after(from).filter(|next| next.at <= now) {
            from = next.at;
            all.push(next);
        }
        let due = table.due(last, now, policy, bound);
        prop_assert!(all.ends_with(&due.fires), "the latest, in order");
        let left = &all[..all.len() - due.fires.len()];
        match due.omitted {
            None => prop_assert!(left.is_empty()),
            Some(omitted) => {
                prop_assert_eq!(Some(&omitted.first), left.first());
                prop_assert_eq!(Some(&omitted.last), left.last());
                prop_assert!(omitted.count == left.len() as u64 || omitted.at_least && omitted.count <= left.len() as u64);
            }
        }
        // Continuing from the last of them, nothing is due again.
        if let Some(last) = all.last() {
            prop_assert_eq!(table.due(last.at, now, policy, bound), model::schedule::Due::default());
        }
    }
}
