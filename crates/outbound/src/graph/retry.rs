//! When to ask again: `Retry-After`, back-off with jitter.

use std::ops::RangeInclusive;
use std::time::Duration;

use model::time::Moment;

use crate::Limits;

/// What header `Retry-After` asks for: seconds, or an HTTP date, which counts from the answer's own `Date` (else from `now`),
/// so that a wrong clock on either side does no harm. `None` when it is missing or nonsense.
pub(crate) fn asked_wait(retry_after: Option<&str>, date: Option<&str>, now: Moment) -> Option<Duration> {
    let text = retry_after?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(text)?;
    Some(until.since(date.and_then(http_date).unwrap_or(now)))
}

/// The wait before the next attempt: the longer of what was asked for and our own back-off. `attempt` is the number of the
/// attempt that failed, from 1. A throttled request that names no time is never repeated at once: its jitter has a floor.
pub(crate) fn wait(limits: &Limits, attempt: u32, throttled: bool, asked: Option<Duration>) -> Duration {
    let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
    let ceiling = |base: Duration| base.saturating_mul(factor).min(limits.max_delay);
    let own = match (throttled, asked) {
        (true, None) => {
            let top = ceiling(limits.throttle_delay);
            jitter(limits.throttle_delay.min(top)..=top)
        }
        _ => jitter(Duration::ZERO..=ceiling(limits.base_delay)),
    };
    asked.map_or(own, |asked| asked.max(own))
}

/// A random time out of a range. Chance spreads clients that were turned away together; nothing else depends on it.
#[allow(clippy::disallowed_methods, reason = "the one place of this crate that draws by chance")]
fn jitter(range: RangeInclusive<Duration>) -> Duration {
    rand::random_range(range)
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the form that HTTP demands of senders.
pub(super) fn http_date(text: &str) -> Option<Moment> {
    let (_weekday, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next() != Some("GMT") || parts.next().is_some() || day.len() != 2 || year.len() != 4 || time.len() != 8 {
        return None;
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? + 1;
    Moment::parse(&format!("{year}-{month:02}-{day}T{time}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00Z").unwrap()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let asked = |text| asked_wait(Some(text), None, now());
        assert_eq!(asked("20"), Some(Duration::from_secs(20)));
        assert_eq!(asked(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(asked("Sat, 21 Nov 2026 10:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(asked("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for nonsense in [
            "",
            "soon",
            "-5",
            "1.5",
            "0x10",
            "Sat, 21 Nov 2026",
            "Sat, 41 Nov 2026 10:00:30 GMT",
            "Sat, 21 Foo 2026 10:00:30 GMT",
        ] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
        assert_eq!(asked_wait(None, None, now()), None);
    }

    #[test]
    fn a_date_counts_from_the_servers_own_clock() {
        let wait = asked_wait(Some("Tue, 01 Jan 2030 00:00:09 GMT"), Some("Tue, 01 Jan 2030 00:00:00 GMT"), now());
        assert_eq!(wait, Some(Duration::from_secs(9)));
    }

    #[test]
    fn the_longer_wait_wins_and_own_waits_are_bounded() {
        let limits = Limits::default();
        for attempt in 1..40 {
            let own = wait(&limits, attempt, false, None);
            assert!(own <= limits.max_delay.min(limits.base_delay * 2_u32.saturating_pow(attempt - 1)));
            assert!(wait(&limits, attempt, true, Some(Duration::from_secs(90))) == Duration::from_secs(90));
            let throttled = wait(&limits, attempt, true, None);
            assert!(throttled >= limits.throttle_delay && throttled <= limits.max_delay);
            assert!(wait(&limits, attempt, true, Some(Duration::ZERO)) <= limits.max_delay);
        }
    }

    #[test]
    fn jitter_spreads() {
        let limits = Limits::default();
        let waits: std::collections::HashSet<Duration> = (0..50).map(|_| wait(&limits, 5, false, None)).collect();
        assert!(waits.len() > 10, "{waits:?}");
    }
}
