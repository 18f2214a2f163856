//! What looking through the chain found.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::Link;

/// The newest link: kept elsewhere, it shows later whether the end of the chain was cut off or written anew. Text: `1234:` and the
/// hash in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// Its number, from 1.
    pub sequence: i64,
    /// Its hash.
    pub link: Link,
}

/// The text is no head of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the head of an audit chain: it is written as 1234:<64 hexadecimal figures>")]
pub struct InvalidHead;

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.sequence)?;
        self.link.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ChainHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (sequence, hash) = text.trim().split_once(':').ok_or(InvalidHead)?;
        let sequence: i64 = sequence.parse().ok().filter(|sequence| *sequence > 0).ok_or(InvalidHead)?;
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidHead);
        }
        let mut link = [0; 32];
        for (at, byte) in link.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hash[at * 2..at * 2 + 2], 16).map_err(|_| InvalidHead)?;
        }
        Ok(Self { sequence, link })
    }
}

/// How an entry does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// The entry does not say what it said when it was sealed.
    Changed,
    /// The entry is gone.
    Removed,
    /// An entry that no sealer ever saw.
    Inserted,
    /// Its link does not follow from the one before: links were swapped, or one is missing.
    Reordered,
    /// The chain does not have the head that was expected: its end was cut off or written anew.
    HeadLost,
}

/// The first thing that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// How.
    pub kind: FlawKind,
    /// The entry.
    pub entry: Option<Uuid>,
    /// The number of its link.
    pub sequence: Option<i64>,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FlawKind::Changed => "was changed after it was sealed",
            FlawKind::Removed => "was removed",
            FlawKind::Inserted => "was inserted past the seal",
            FlawKind::Reordered => "does not follow from the one before: entries were reordered, or a link was removed",
            FlawKind::HeadLost => "is not the head that was expected: the end of the trail was cut off or written anew",
        };
        match (self.entry, self.sequence) {
            (Some(entry), Some(sequence)) => write!(f, "entry {entry} (number {sequence}) {what}"),
            (Some(entry), None) => write!(f, "entry {entry} {what}"),
            (None, Some(sequence)) => write!(f, "number {sequence} {what}"),
            (None, None) => f.write_str(what),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainReport {
    /// Links that were looked at, up to the first flaw.
    pub sealed: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// The newest link that fits.
    pub head: Option<ChainHead>,
    /// The first thing that does not fit; `None`: all is well.
    pub flaw: Option<Flaw>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_written_and_read_again() {
        let head = ChainHead { sequence: 12, link: [0xab; 32] };
        assert_eq!(head.to_string().parse(), Ok(head));
        for bad in ["", "12", "0:", ":ab", "-1:ab", &format!("12:{}", "g".repeat(64)), &format!("12:{}", "é".repeat(32))] {
            assert_eq!(bad.parse::<ChainHead>(), Err(InvalidHead), "{bad}");
        }
    }
}
