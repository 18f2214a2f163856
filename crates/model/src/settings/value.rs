//! The value of a setting.

use std::collections::BTreeSet;
use std::fmt;

use crate::label::Labelled as _;
use crate::run::Outcome;
use crate::schedule::Zone;

use super::{Key, Kind};

/// A value that its declaration accepts. As text: what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Number(u32),
    /// A time zone.
    Zone(Zone),
    /// The code of a choice.
    Choice(&'static str),
    /// Ends of runs.
    Outcomes(Outcomes),
    /// The id of an object of a directory; empty: none.
    Object(String),
    /// The name of a folder; empty: none.
    Folder(String),
}

/// Why a text is no value of a setting, in a sentence for whoever typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// No number, or out of its bounds.
    #[error("From {least} to {most} {unit}.")]
    Number {
        /// The least that it may be.
        least: u32,
        /// The most.
        most: u32,
        /// What it counts.
        unit: &'static str,
    },
    /// No time zone.
    #[error("There is no time zone of that name; give one of the IANA database, such as Europe/Berlin.")]
    Zone,
    /// None of the choices.
    #[error("Choose one from the list.")]
    Choice,
    /// Not ends of runs.
    #[error("Choose from the ends in the list.")]
    Outcomes,
    /// No id of an object.
    #[error("Search the directory cache and choose from what was found.")]
    Object,
    /// No name of a folder.
    #[error("Give one name of letters, digits, dots, hyphens and underscores, or none; at most 64 characters.")]
    Folder,
}

/// Ends of runs, each once. As text: their codes with commas between, or `none`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes(BTreeSet<Outcome>);

impl Outcomes {
    /// The ends that there are to choose from.
    pub fn offered() -> impl Iterator<Item = Outcome> {
        Outcome::ALL.iter().copied().filter(|outcome| *outcome != Outcome::Pending)
    }

    /// Whether that end is one of them.
    #[must_use]
    pub fn contains(&self, outcome: Outcome) -> bool {
        self.0.contains(&outcome)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self::default());
        }
        text.split(',').map(|code| Self::offered().find(|outcome| outcome.code() == code)).collect::<Option<_>>().map(Self)
    }
}

impl FromIterator<Outcome> for Outcomes {
    fn from_iter<T: IntoIterator<Item = Outcome>>(outcomes: T) -> Self {
        Self(outcomes.into_iter().filter(|outcome| Self::offered().any(|offered| offered == *outcome)).collect())
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let codes: Vec<&str> = self.0.iter().map(|outcome| outcome.code()).collect();
        f.write_str(&codes.join(","))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Zone(zone) => f.write_str(zone.name()),
            Self::Choice(code) => f.write_str(code),
            Self::Outcomes(outcomes) => outcomes.fmt(f),
            Self::Object(text) | Self::Folder(text) if text.is_empty() => f.write_str("none"),
            Self::Object(text) | Self::Folder(text) => f.write_str(text),
        }
    }
}

impl Value {
    /// For people: `90 days`, `Europe/Berlin`, `Failed, Blocked`.
    #[must_use]
    pub fn words(&self, key: Key) -> String {
        match (self, key.declaration().kind) {
            (Self::Number(number), Kind::Number { unit, .. }) => format!("{number} {unit}"),
            (Self::Choice(code), Kind::Choice(choices)) => {
                choices.iter().find(|(known, _)| known == code).map_or(*code, |(_, words)| *words).to_owned()
            }
            (Self::Outcomes(outcomes), _) if outcomes.0.is_empty() => "None".to_owned(),
            (Self::Outcomes(outcomes), _) => {
                let words: Vec<&str> = outcomes.0.iter().map(|outcome| outcome.badge().word).collect();
                words.join(", ")
            }
            (Self::Object(text) | Self::Folder(text), _) if text.is_empty() => "None".to_owned(),
            (other, _) => other.to_string(),
        }
    }

    /// The id of an object, if one was chosen; `None` for a value of another kind.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        if let Self::Object(id) = self { Some(id.as_str()).filter(|id| !id.is_empty()) } else { None }
    }

    /// The number; 0 for a value of another kind.
    #[must_use]
    pub const fn number(&self) -> u32 {
        if let Self::Number(number) = self { *number } else { 0 }
    }

    /// The time zone; UTC for a value of another kind.
    #[must_use]
    pub fn zone(&self) -> Zone {
        if let Self::Zone(zone) = self { zone.clone() } else { Zone::utc() }
    }

    /// Whether an end is among those chosen; never for a value of another kind.
    #[must_use]
    pub fn tells_of(&self, outcome: Outcome) -> bool {
        matches!(self, Self::Outcomes(outcomes) if outcomes.contains(outcome))
    }
}
