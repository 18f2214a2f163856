//! Moments and durations on a page, as the viewer or their workspace chose. Where nobody chose, the server writes UTC and the script
//! turns it into the zone of the browser. UTC is always the hint.

use maud::{Markup, html};
use model::settings::Times;
use model::time::{Moment, duration_words};

use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    /// How the page that this thread is making shows moments. A page is made by one thread from its beginning to its end, and cannot
    /// wait in between, so that no other page comes across it.
    static TIMES: RefCell<Times> = RefCell::default();
}

/// Makes a page whose moments are shown so.
pub(crate) fn shown<T>(times: Times, make: impl FnOnce() -> T) -> T {
    /// Also when making the page panics.
    struct PutBack(Option<Times>);

    impl Drop for PutBack {
        fn drop(&mut self) {
            TIMES.set(self.0.take().unwrap_or_default());
        }
    }

    let _before = PutBack(Some(TIMES.replace(times)));
    make()
}

/// Day and minute: `21 Nov 2026, 09:05 UTC`.
pub(crate) fn at(moment: Moment) -> Markup {
    time(moment, "minute", Times::minute)
}

/// With seconds, for timelines: `21 Nov, 09:05:07 UTC`.
pub(crate) fn exact(moment: Moment) -> Markup {
    time(moment, "second", Times::second)
}

/// A moment that may not have come: `never` stands in its place.
pub(crate) fn at_or(moment: Option<Moment>, never: &str) -> Markup {
    html! { @match moment { Some(moment) => (at(moment)), None => span.quiet { (never) } } }
}

/// How long ago, in one unit: `4 m ago`; the moment itself is the hint.
pub(crate) fn ago(moment: Moment, now: Moment) -> Markup {
    let words = rough(now.since(moment));
    html! { time datetime=(moment) data-ago="" title=(hint(moment)) { (words) } }
}

/// A duration that is over.
pub(crate) fn lasted(duration: Duration) -> Markup {
    html! { span.num { (duration_words(duration)) } }
}

/// A duration that goes on: the script counts it up.
pub(crate) fn running(since: Moment, now: Moment) -> Markup {
    html! { span.num data-since=(since) { (duration_words(whole(now.since(since)))) } }
}

fn time(moment: Moment, style: &str, words: fn(&Times, Moment) -> String) -> Markup {
    let (words, chosen) = TIMES.with_borrow(|times| (words(times, moment), times.chosen()));
    html! { time datetime=(moment) data-local=[(!chosen).then_some(style)] title=(hint(moment)) { (words) } }
}

/// What a page says of its times where nobody chose a zone: the script writes those of the browser, which name none.
pub(crate) fn zone_note() -> Markup {
    let chosen = TIMES.with_borrow(Times::chosen);
    html! {
        @if !chosen { p.quiet.zone-note { "Times that name no zone are in the time zone of this browser. Point at one to see it in UTC." } }
    }
}

/// The moment in UTC, in full.
pub(crate) fn hint(moment: Moment) -> String {
    format!("{} UTC", moment.to_utc_words())
}

/// The day of a moment in UTC, short, with its zone: `21 Nov (UTC)`. Days of charts are counted in UTC, whoever looks.
pub(crate) fn day(moment: Moment) -> String {
    jiff::Timestamp::from_microsecond(moment.micros()).map(|t| t.strftime("%-d %b (UTC)").to_string()).unwrap_or_default()
}

/// The day of a moment in UTC, as an address and a date field have it: `2026-11-21`.
pub(crate) fn iso_day(moment: Moment) -> String {
    jiff::Timestamp::from_microsecond(moment.micros()).map(|t| t.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn whole(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}

fn rough(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => "just now".to_owned(),
        s @ 60..3_600 => format!("{} m ago", s / 60),
        s @ 3_600..172_800 => format!("{} h ago", s / 3_600),
        s => format!("{} d ago", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_machine_readable_and_says_utc() {
        let moment = Moment::parse("2026-11-21T09:05:07Z").unwrap();
        let text = at(moment).into_string();
        assert!(text.contains(r#"datetime="2026-11-21T09:05:07.000000Z""#), "{text}");
        assert!(text.contains("21 Nov 2026, 09:05 UTC") && text.contains(r#"title="2026-11-21 09:05:07 UTC""#), "{text}");
        assert!(ago(moment, moment.plus(Duration::from_secs(7200))).into_string().contains("2 h ago"));
    }

    #[test]
    fn a_page_says_of_times_without_a_zone_where_they_are_from() {
        use model::settings::{Level, Stored};
        let times = Times::of(&Stored::read([(Level::Person, "time_zone", "Asia/Tokyo")]));
        assert!(zone_note().into_string().contains("time zone of this browser"));
        assert_eq!(shown(times, zone_note).into_string(), "", "each names its zone");
        assert_eq!(day(Moment::parse("2026-11-21T09:05:07Z").unwrap()), "21 Nov (UTC)");
    }

    #[test]
    fn a_moment_is_shown_as_the_viewer_chose_and_left_alone_by_the_script() {
        use model::settings::{Level, Stored};
        let moment = Moment::parse("2026-11-21T09:05:07Z").unwrap();
        let times = Times::of(&Stored::read([(Level::Person, "time_zone", "Asia/Tokyo")]));
        let text = shown(times, || at(moment)).into_string();
        assert!(text.contains("21 Nov 2026, 18:05 JST") && text.contains(r#"title="2026-11-21 09:05:07 UTC""#), "{text}");
        assert!(!text.contains("data-local"), "{text}");
        assert!(at(moment).into_string().contains("09:05 UTC"), "only that page");
    }
}
