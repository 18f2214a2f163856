//! A few differences as they are kept with a finding: bounded, and never a secret.

use serde::{Deserialize, Serialize};

use crate::diff::{Change, Effect, HIDDEN, path_words, windows};
use crate::json::Json;

/// Differences that are kept of a finding.
pub const MOST_LINES: usize = 8;
/// Characters of a value.
const VALUE: usize = 160;
/// Characters of a path.
const PATH: usize = 200;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// Where, in words.
    pub path: String,
    /// What happened there: `added`, `removed`, `changed`, `moved`.
    pub effect: String,
    /// A piece of the value before.
    pub before: Option<String>,
    /// A piece of the value after.
    pub after: Option<String>,
}

/// Some of the differences.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The first ones.
    pub lines: Vec<EvidenceLine>,
    /// How many there are.
    pub total: u64,
    /// What it became, as 64 hexadecimal digits: the same wherever the same was done. `None`: not known, or something secret is in it.
    #[serde(skip)]
    pub cause: Option<String>,
    /// Where the property as a whole came or went, as the service may have done to many objects: `+` or `-` and its value.
    #[serde(skip)]
    pub shape: Option<String>,
}

impl Evidence {
    /// How many are not kept.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.total.saturating_sub(self.lines.len() as u64)
    }

    /// Whether both show the same.
    #[must_use]
    pub fn shows_as(&self, other: &Self) -> bool {
        (self.total, &self.lines) == (other.total, &other.lines)
    }

    pub(super) fn add(&mut self, change: &Change<'_>) {
        self.total += 1;
        self.cause = further(self.cause.as_deref(), change);
        if self.lines.len() < MOST_LINES {
            self.lines.push(line(change));
        }
    }
}

/// What something became after another difference. Once something secret is in it nothing is known any more.
fn further(so_far: Option<&str>, change: &Change<'_>) -> Option<String> {
    let after = change.effect.after().map(Json::to_text).unwrap_or_default();
    let before = change.effect.before().map(Json::to_text).unwrap_or_default();
    if after.contains(HIDDEN) || before.contains(HIDDEN) {
        return None;
    }
    Some(cause(&[so_far?, &path_words(&change.path), change.effect.code(), &after]))
}

/// A name of what was done, out of parts that tell it.
#[must_use]
pub fn cause(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // Each part says how long it is, so that no two lists of parts run together to one text.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn line(change: &Change<'_>) -> EvidenceLine {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_text(), str::to_owned);
    let (before, after) = match change.effect {
        Effect::Changed(old, new) => {
            let (old, new) = windows(&text(old), &text(new), VALUE);
            (Some(old), Some(new))
        }
        effect => {
            // A value beside itself comes out cut to size, and without what is covered.
            let piece = |value: &Json| windows(&text(value), &text(value), VALUE).0;
            (effect.before().map(piece), effect.after().map(piece))
        }
    };
    let storable = |value: String| bounded(&value, 2 * VALUE);
    EvidenceLine {
        path: bounded(&path_words(&change.path), PATH),
        effect: change.effect.code().to_owned(),
        before: before.map(storable),
        after: after.map(storable),
    }
}

/// What a database can keep of a text, and no more than so many characters.
fn bounded(text: &str, most: usize) -> String {
    let mut out: String = text.chars().filter(|c| *c != '\0').take(most).collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}
