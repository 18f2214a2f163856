//! Bytes and times as people read them, and the median of several.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};

/// An amount of memory or disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Bytes(pub(super) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 + 50_000) / 100_000;
        write!(f, "{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// A line such as `VmHWM:   12345 kB` of `/proc/PID/status`.
pub(super) fn parse_status(text: &str, name: &str) -> Result<Bytes> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    Ok(Bytes(kilobytes.with_context(|| format!("the system tells no {name}"))? * 1024))
}

/// Seconds with two decimals; below a second milliseconds.
pub(super) fn time(duration: Duration) -> String {
    match duration.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.2} s", duration.as_secs_f64()),
    }
}

/// Minutes and seconds.
pub(super) fn minutes(duration: Duration) -> String {
    format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60)
}

/// A whole number with a comma between thousands.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The middle one; of an even number the lower of the two in the middle, so that it is one that was measured.
pub(super) fn median<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_that_was_measured() {
        assert_eq!(median([9, 1, 5].into_iter()), 5);
        assert_eq!(median([4, 1, 3, 2].into_iter()), 2);
        assert_eq!(median(std::iter::empty::<u8>()), 0);
    }

    #[test]
    fn amounts_read_well() {
        assert_eq!(Bytes(12_345_678).to_string(), "12.3 MB");
        assert_eq!(time(Duration::from_millis(999)), "999 ms");
        assert_eq!(time(Duration::from_millis(1_234)), "1.23 s");
        assert_eq!(minutes(Duration::from_secs(605)), "10 min 5 s");
        assert_eq!(number(1_234_567), "1,234,567");
    }

    #[test]
    fn memory_is_read_from_the_status_of_a_process() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n";
        assert_eq!(parse_status(status, "VmHWM").unwrap(), Bytes(2048 * 1024));
        assert!(parse_status(status, "VmSwap").is_err());
    }
}
