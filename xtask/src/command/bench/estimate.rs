//! What a run said of its end while it was under way, and how far off that was.

use std::time::Duration;

/// Each estimate with the time at which it was read, both since the run's beginning.
#[derive(Debug, Default)]
pub(super) struct Estimates(Vec<(Duration, Duration)>);

impl Estimates {
    /// Reads what the run said at that time, on its page or by the API.
    pub(super) fn note(&mut self, at: Duration, said: &str) {
        if let Some(left) = left(said)
            && self.0.last().is_none_or(|(when, end)| at + left != *end && *when < at)
        {
            self.0.push((at, at + left));
        }
    }

    /// How far off the end was that it told when a quarter of its time was over, in parts of a hundred of what was left then. Where
    /// nothing had been told by then, the first estimate after it. `None` where none was told.
    pub(super) fn off_at_a_quarter(&self, whole: Duration) -> Option<u64> {
        let quarter = whole / 4;
        let told = self.0.iter().rev().find(|(at, _)| *at <= quarter).or_else(|| self.0.first())?;
        let off = told.1.abs_diff(whole).as_secs_f64() / (whole - quarter).as_secs_f64().max(0.001);
        Some((off * 100.0).round() as u64)
    }
}

/// The time after the word "about", as `duration_words` writes it: `2 m 14 s`.
fn left(said: &str) -> Option<Duration> {
    let (_, rest) = said.split_once(" About ").or_else(|| said.split_once(", about "))?;
    let mut words = rest.split(|c: char| c.is_whitespace() || c == '<' || c == '.');
    let mut left = Duration::ZERO;
    let mut any = false;
    while let Some(number) = words.next().and_then(|word| word.parse::<u32>().ok()) {
        left += match words.next()? {
            "ms" => Duration::from_millis(number.into()),
            "s" => Duration::from_secs(number.into()),
            "m" => Duration::from_secs(60) * number,
            "h" => Duration::from_secs(3_600) * number,
            _ => return None,
        };
        any = true;
    }
    any.then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_words_of_a_run_are_read() {
        assert_eq!(
            left("<strong>Reading x: 3 objects so far. About 1 m 4 s for the details at hand.</strong>"),
            Some(seconds(64))
        );
        assert_eq!(left("<strong>Waiting. About 45 s.</strong>"), Some(seconds(45)));
        assert_eq!(left("Writing objects: 120 of 500 done, about 1 m 2 s left."), Some(seconds(62)));
        assert_eq!(left("About this run"), None);
        assert_eq!(left("Look. About this run"), None);
    }

    #[test]
    fn the_estimate_at_a_quarter_counts() {
        let mut told = Estimates::default();
        assert_eq!(told.off_at_a_quarter(seconds(80)), None);
        told.note(seconds(10), "x. About 100 s left");
        told.note(seconds(19), "x. About 70 s left");
        told.note(seconds(30), "x. About 50 s left");
        // At 20 s of 80 the end was expected at 89: 9 of the 60 that were left.
        assert_eq!(told.off_at_a_quarter(seconds(80)), Some(15));
    }
}
